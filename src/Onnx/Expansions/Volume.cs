using EdgeKit.Onnx.Shapes;

namespace EdgeKit.Onnx.Expansions;

/// <summary>Volumes [N,C,D,H,W] as frames [N D,C,H,W] and back. In channels-last order both are the same bytes.</summary>
internal static class Volume
{
    /// <summary>Most taps along the depth: each is some nodes.</summary>
    private const int MaxTaps = 64;

    /// <summary>Refuses kernels that are too deep to be written out.</summary>
    public static void RequireTaps(int depth)
    {
        if (depth > MaxTaps) throw new ModelException($"has a kernel of {depth} taps along the depth, which are written out one by one; at most {MaxTaps} are supported");
    }

    /// <summary>The frames of a volume.</summary>
    public static Value ToFrames(Expansion e, Value volume)
    {
        int[] d = volume.Dims;
        return e.Reshape(e.Transpose(volume, 0, 2, 1, 3, 4), d[0] * d[2], d[1], d[3], d[4]);
    }

    /// <summary>The volume of frames, of a batch of <paramref name="batch"/>.</summary>
    public static Value FromFrames(Expansion e, Value frames, int batch)
    {
        int[] d = frames.Dims;
        if (batch == 0) throw new ModelException("has an empty batch");
        return e.Transpose(e.Reshape(frames, batch, d[0] / batch, d[1], d[2], d[3]), 0, 2, 1, 3, 4);
    }

    /// <summary>For each tap of a window along the depth the frames that lie under it, <paramref name="outputs"/> of each volume, zero in the padding.</summary>
    public static Value[] Taps(Expansion e, Value volume, Window window, int outputs)
    {
        RequireTaps(window.Kernel[0]);
        int before = window.Pads[0], after = window.Pads[window.Kernel.Length], stride = window.Strides[0];
        if (before + after > 0) volume = e.Add("Pad", [volume, e.Ints(0, 0, before, 0, 0, 0, 0, after, 0, 0)], ("mode", "constant"));
        return [.. Enumerable.Range(0, window.Kernel[0]).Select(tap =>
        {
            int start = tap * window.Dilations[0];
            // The last frame that is taken; what a stride leaves over is not.
            return ToFrames(e, e.Slice(volume, 2, start, start + (outputs - 1) * stride + 1, stride));
        })];
    }

    /// <summary>The pads of a window over volumes that are those of the frames.</summary>
    public static int[] PlanarPads(Window window) => [window.Pads[1], window.Pads[2], window.Pads[4], window.Pads[5]];
}
