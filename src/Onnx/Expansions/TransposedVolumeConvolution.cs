using EdgeKit.Onnx.Shapes;

namespace EdgeKit.Onnx.Expansions;

/// <summary>
/// Transposed convolution of volumes [N,C,D,H,W]: for each tap of the depth one of the frames, whose results lie a stride apart from where the tap begins; and
/// their sum.
/// </summary>
internal static class TransposedVolumeConvolution
{
    public static IReadOnlyList<Value?>? Expand(Expansion e)
    {
        int[] x = e.Input(0).Dims, w = e.Input(1).Dims;
        if (x.Length != 5 || w.Length != 5) return null;
        ConvolutionShapes.Transposition to = ConvolutionShapes.Transpose(e.Node, x, w);
        Window window = to.Window;
        Volume.RequireTaps(w[2]);
        (int stride, int dilation) = (window.Strides[0], window.Dilations[0]);
        // The depth before the pads are cut.
        int full = to.Output[2] + window.Pads[0] + window.Pads[3];
        Value frames = Volume.ToFrames(e, e.Input(0));
        Value? sum = null;
        for (int tap = 0; tap < w[2]; tap++)
        {
            Value maps = e.Add("ConvTranspose", [frames, e.Pick(e.Input(1), 2, tap)],
                ("kernel_shape", window.Kernel[1..]), ("strides", window.Strides[1..]), ("dilations", window.Dilations[1..]), ("pads", Volume.PlanarPads(window)),
                ("output_padding", to.OutputPadding[1..]), ("group", to.Group));
            Value volume = Spread(e, Volume.FromFrames(e, maps, x[0]), stride);
            int before = tap * dilation, after = full - before - volume.Dims[2];
            if (before + after > 0) volume = e.Add("Pad", [volume, e.Ints(0, 0, before, 0, 0, 0, 0, after, 0, 0)], ("mode", "constant"));
            sum = sum is null ? volume : e.Add("Add", [sum, volume]);
        }
        Value y = e.Slice(sum!, 2, window.Pads[0], window.Pads[0] + to.Output[2]);
        return [e.Optional(2) is { } bias ? e.Add("Add", [y, e.Reshape(bias, to.Output[1], 1, 1, 1)]) : y];
    }

    /// <summary>The frames with zeros between them.</summary>
    private static Value Spread(Expansion e, Value volume, int stride)
    {
        int[] d = volume.Dims;
        if (stride == 1 || d[2] == 1) return volume;
        Value padded = e.Add("Pad", [e.Reshape(volume, d[0], d[1], d[2], 1, d[3] * d[4]), e.Ints(0, 0, 0, 0, 0, 0, 0, 0, stride - 1, 0)], ("mode", "constant"));
        return e.Slice(e.Reshape(padded, d[0], d[1], d[2] * stride, d[3], d[4]), 2, 0, (d[2] - 1) * stride + 1);
    }
}
