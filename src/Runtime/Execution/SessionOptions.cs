using EdgeKit.Runtime.Kernels;

namespace EdgeKit.Runtime.Execution;

/// <summary>How a model is run.</summary>
public sealed record SessionOptions
{
    /// <summary>Threads an inference uses, the caller's included.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Which kernels may be used. The environment variable EDGEKIT_KERNELS (best, portable, reference) overrides <see cref="KernelSet.Best"/>.</summary>
    public KernelSet Kernels { get; init; } = KernelSet.Best;

    /// <summary>Which plan of the file, for files compiled for several input sizes.</summary>
    public int Plan { get; init; }
}
