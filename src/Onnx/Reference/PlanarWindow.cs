using EdgeKit.Onnx.Shapes;

namespace EdgeKit.Onnx.Reference;

/// <summary>A window over a <see cref="FeatureMap"/>: height first, then width. A 1-D window has height 1.</summary>
/// <param name="Kernel">Taps along each axis.</param>
/// <param name="Stride">Steps from one output to the next.</param>
/// <param name="Dilation">Steps from one tap to the next.</param>
/// <param name="Before">Padding above and to the left.</param>
/// <param name="After">Padding below and to the right.</param>
internal sealed record PlanarWindow(int[] Kernel, int[] Stride, int[] Dilation, int[] Before, int[] After)
{
    /// <summary>No useful kernel, stride, dilation or pad is larger; the bound keeps coordinates from overflowing.</summary>
    private const int MaxSize = 1 << 15;

    /// <summary>Number of kernel taps.</summary>
    public int Taps => Kernel[0] * Kernel[1];

    public static PlanarWindow Of(Call call, Window window)
    {
        int rank = window.Kernel.Length;
        if (rank is not (1 or 2)) throw call.Error($"slides over {rank} axes; 1 and 2 are supported");
        foreach (int size in (ReadOnlySpan<int>)[.. window.Kernel, .. window.Strides, .. window.Dilations, .. window.Pads])
            if (size > MaxSize) throw call.Error($"the window is too large, {size} along an axis");
        return new PlanarWindow(Planar(window.Kernel, 1), Planar(window.Strides, 1), Planar(window.Dilations, 1), Planar(window.Pads[..rank], 0), Planar(window.Pads[rank..], 0));
    }

    /// <summary>Input elements from the first to the last tap: (kernel - 1) dilation + 1.</summary>
    public int Extent(int axis) => (Kernel[axis] - 1) * Dilation[axis] + 1;

    private static int[] Planar(int[] list, int missing) => list.Length == 2 ? list : [missing, list[0]];
}
