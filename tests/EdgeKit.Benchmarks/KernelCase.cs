using EdgeKit.Runtime.Kernels;

namespace EdgeKit.Benchmarks;

/// <summary>A kernel of the registry on a shape of a real network.</summary>
/// <param name="Kernel">Number of the kernel.</param>
/// <param name="Shape">The shape, as tables show it.</param>
/// <param name="Macs">Multiply-accumulates of one call.</param>
public abstract record KernelCase(int Kernel, string Shape, long Macs)
{
    /// <summary>Kernels of the family that this CPU supports, for each the shapes that it fits.</summary>
    protected static IEnumerable<T> Of<T>(KernelFamily family, IEnumerable<Func<int, T?>> shapes) where T : KernelCase =>
        from kernel in Enumerable.Range(0, KernelRegistry.Count)
        where KernelRegistry.At(kernel).Family == family && KernelRegistry.At(kernel).Supported
        from shape in shapes
        let made = shape(kernel)
        where made is not null
        select made;

    /// <inheritdoc/>
    public override string ToString() => $"{KernelRegistry.NameOf(Kernel)} {Shape}";
}

/// <summary>Positions x input channels to output channels of a 1x1 convolution.</summary>
public sealed record GemmCase(int Kernel, int Rows, int Depth, int Columns) : KernelCase(Kernel, $"{Rows}x{Depth}->{Columns}", (long)Rows * Depth * Columns)
{
    private static readonly (int Rows, int Depth, int Columns)[] Shapes =
    [
        // MobileNetV2: each resolution's expansion or projection, the last layer, the classifier.
        (12544, 32, 16), (3136, 24, 144), (784, 192, 32), (196, 64, 384), (196, 576, 96), (49, 160, 960), (49, 320, 1280), (1, 1280, 1001),
        // ShuffleNetV2 1.0.
        (784, 58, 58), (196, 116, 116), (49, 232, 232), (49, 464, 1024),
    ];

    /// <summary>All cases of a family.</summary>
    public static IEnumerable<GemmCase> All(KernelFamily family) =>
        Of(family, Shapes.Select(static s => (Func<int, GemmCase?>)(kernel => new GemmCase(kernel, s.Rows, s.Depth, s.Columns))));

    /// <inheritdoc/>
    public override string ToString() => base.ToString();
}

/// <summary>One output row of a depthwise convolution.</summary>
public sealed record DepthwiseCase(int Kernel, int Size, int Stride, int InputWidth, int Channels)
    : KernelCase(Kernel, $"{Size}x{Size}s{Stride} {InputWidth}x{Channels}", (long)(InputWidth / Stride) * Channels * Size * Size)
{
    private static readonly (int Size, int Stride, int Width, int Channels)[] Shapes =
    [
        // MobileNetV2.
        (3, 1, 112, 32), (3, 2, 112, 96), (3, 1, 56, 144), (3, 1, 28, 192), (3, 1, 14, 384), (3, 2, 14, 576), (3, 1, 7, 960),
        // ShuffleNetV2 1.0.
        (3, 1, 28, 58), (3, 2, 28, 116), (3, 1, 14, 116), (3, 1, 7, 232),
        // MobileNetV3.
        (5, 1, 28, 120), (5, 2, 14, 672),
    ];

    /// <summary>All cases of a family.</summary>
    public static IEnumerable<DepthwiseCase> All(KernelFamily family) => Of(family, Shapes.Select(static s => (Func<int, DepthwiseCase?>)(kernel =>
    {
        KernelShape shape = default;
        shape.KernelH = shape.KernelW = s.Size;
        shape.StrideW = s.Stride;
        shape.DilationW = 1;
        return KernelRegistry.At(kernel).Fits(shape) ? new DepthwiseCase(kernel, s.Size, s.Stride, s.Width, s.Channels) : null;
    })));

    /// <inheritdoc/>
    public override string ToString() => base.ToString();
}
