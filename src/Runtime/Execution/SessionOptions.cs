using EdgeKit.Runtime.Kernels;

namespace EdgeKit.Runtime.Execution;

/// <summary>How a model is run.</summary>
public sealed record SessionOptions
{
    /// <summary>For <see cref="Threads"/>: as many as are fastest, found by measuring for about a second at load.</summary>
    public const int AutoThreads = 0;

    /// <summary>Threads an inference uses, the caller's included, or <see cref="AutoThreads"/>.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>
    /// Processor cores for the threads, one each in this order, on Linux; null or none to let the system place them, on the big cores where there are big and little ones.
    /// The first core is the caller's, who moves there by <see cref="ThreadAffinity.Set"/>: a session does not move a thread that it has not made.
    /// </summary>
    public IReadOnlyList<int>? Cores { get; init; }

    /// <summary>Which kernels may be used. The environment variable EDGEKIT_KERNELS (best, portable, reference) overrides <see cref="KernelSet.Best"/>.</summary>
    public KernelSet Kernels { get; init; } = KernelSet.Best;

    /// <summary>Which plan of the file, for files compiled for several input sizes.</summary>
    public int Plan { get; init; }
}
