using EdgeKit.Onnx.Shapes;

namespace EdgeKit.Onnx.Expansions;

/// <summary>Pooling of volumes [N,C,D,H,W]: of each frame, and then along the depth. A maximum of maxima and a mean of means over a box are those of the box.</summary>
internal static class VolumePooling
{
    /// <summary>MaxPool and AveragePool.</summary>
    public static IReadOnlyList<Value?>? Window(Expansion e)
    {
        int[] x = e.Input(0).Dims;
        if (x.Length != 5) return null;
        if (e.IsRead(1)) throw new ModelException("yields indices of volumes, which is not supported; export the model without them");
        (Window window, _) = PoolingShapes.Slide(e.Node, x);
        Value frames = Pool(e, Volume.ToFrames(e, e.Input(0)), window.Kernel[1..], window.Strides[1..], window.Dilations[1..], Volume.PlanarPads(window));
        Value volume = Volume.FromFrames(e, frames, x[0]);
        int[] d = volume.Dims;
        // Height and width as one dimension: the window is one of depth alone.
        Value planes = Pool(e, e.Reshape(volume, d[0], d[1], d[2], d[3] * d[4]),
            [window.Kernel[0], 1], [window.Strides[0], 1], [window.Dilations[0], 1], [window.Pads[0], 0, window.Pads[3], 0]);
        return [e.Reshape(planes, d[0], d[1], planes.Dims[2], d[3], d[4])];
    }

    /// <summary>GlobalAveragePool and GlobalMaxPool.</summary>
    public static IReadOnlyList<Value?>? Global(Expansion e)
    {
        int[] x = e.Input(0).Dims;
        if (x.Length != 5) return null;
        Value pooled = e.Add(e.Node.OpType, [e.Reshape(e.Input(0), x[0], x[1], x[2], x[3] * x[4])]);
        return [e.Reshape(pooled, x[0], x[1], 1, 1, 1)];
    }

    private static Value Pool(Expansion e, Value map, int[] kernel, int[] strides, int[] dilations, int[] pads)
    {
        // Nothing to do along these axes.
        if (Array.TrueForAll([.. kernel, .. strides], static v => v == 1) && Array.TrueForAll(pads, static v => v == 0)) return map;
        var attributes = new List<(string, object)> { ("kernel_shape", kernel), ("strides", strides), ("dilations", dilations), ("pads", pads), ("ceil_mode", e.Attributes.Int("ceil_mode", 0)) };
        if (e.Node.OpType == "AveragePool") attributes.Add(("count_include_pad", e.Attributes.Int("count_include_pad", 0)));
        return e.Add(e.Node.OpType, [map], [.. attributes]);
    }
}
