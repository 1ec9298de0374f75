using EdgeKit.Onnx.Shapes;

namespace EdgeKit.Onnx.Expansions;

/// <summary>
/// Convolution of volumes [N,C,D,H,W] as one of frames [N D',C,H,W]: the frames under the taps of the depth are joined along the channels, and so are the
/// weights. With groups, whose channels must stay apart, there is a convolution for each tap of the depth, and their sum.
/// </summary>
internal static class VolumeConvolution
{
    public static IReadOnlyList<Value?>? Expand(Expansion e)
    {
        int[] x = e.Input(0).Dims, w = e.Input(1).Dims;
        if (x.Length != 5 || w.Length != 5) return null;
        (Window window, int group, int[] y) = ConvolutionShapes.Convolve(e.Node, x, w);
        Value[] taps = Volume.Taps(e, e.Input(0), window, y[2]);
        Value[] weights = [.. Enumerable.Range(0, w[2]).Select(tap => e.Pick(e.Input(1), 2, tap))];
        Value map = group == 1
            ? Convolve(e, e.Concat(1, taps), e.Concat(1, weights), e.Optional(2), window, group)
            : Sum(e, [.. taps.Select((frames, tap) => Convolve(e, frames, weights[tap], tap == 0 ? e.Optional(2) : null, window, group))]);
        return [Volume.FromFrames(e, map, x[0])];
    }

    private static Value Convolve(Expansion e, Value frames, Value weights, Value? bias, Window window, int group) => e.Add("Conv", [frames, weights, bias],
        ("kernel_shape", window.Kernel[1..]), ("strides", window.Strides[1..]), ("dilations", window.Dilations[1..]), ("pads", Volume.PlanarPads(window)), ("group", group));

    private static Value Sum(Expansion e, Value[] parts) => parts.Aggregate((a, b) => e.Add("Add", [a, b]));
}
