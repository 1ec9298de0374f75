using BenchmarkDotNet.Attributes;

namespace EdgeKit.Benchmarks;

/// <summary>A benchmark of kernels: its memory goes when a case is done.</summary>
public abstract class KernelBenchmark : IDisposable
{
    internal NativeBuffers Memory { get; } = new();

    [GlobalCleanup]
    public void Dispose()
    {
        Memory.Dispose();
        GC.SuppressFinalize(this);
    }
}
