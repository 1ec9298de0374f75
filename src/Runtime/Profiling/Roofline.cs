using System.Diagnostics;
using EdgeKit.Runtime.Kernels;

namespace EdgeKit.Runtime.Profiling;

/// <summary>What one core of this machine can do at most, measured: no operator is faster than its multiply-accumulates and its bytes allow.</summary>
/// <param name="Gigahertz">Clock rate while measuring.</param>
/// <param name="Int8Gmacs">INT8 multiply-accumulates, in 10⁹ a second.</param>
/// <param name="FloatGmacs">Float multiply-accumulates, in 10⁹ a second.</param>
/// <param name="CopyGigabytes">Bytes read and written by copying a block of memory, in 10⁹ a second.</param>
/// <param name="CopyBlock">Size of that block.</param>
public sealed record Roofline(double Gigahertz, double Int8Gmacs, double FloatGmacs, double CopyGigabytes, long CopyBlock)
{
    private const int MinBlock = 1 << 20;
    private const int MaxBlock = 1 << 27;
    private static readonly TimeSpan Length = TimeSpan.FromMilliseconds(80);

    /// <summary>Measures for about a third of a second.</summary>
    /// <param name="workingSet">
    /// Bytes that a model works on, activations and weights: as much is copied, so that bandwidth is that of the cache, or the memory, in which the model lives.
    /// </param>
    public static Roofline Measure(long workingSet)
    {
        int block = (int)Math.Clamp(workingSet, MinBlock, MaxBlock);
        return new Roofline(Clock(), PeakRate.Int8().Select(Rate).Max(), PeakRate.Float().Select(Rate).Max(), Copy(block), block);
    }

    /// <summary>The least milliseconds that work can take.</summary>
    /// <param name="int8">Whether its multiply-accumulates are INT8.</param>
    /// <param name="macs">Multiply-accumulates.</param>
    /// <param name="bytes">Bytes read and written.</param>
    /// <param name="threads">Cores that share it.</param>
    public double Bound(bool int8, long macs, long bytes, int threads) =>
        Math.Max(macs / (int8 ? Int8Gmacs : FloatGmacs), bytes / CopyGigabytes) / 1e6 / threads;

    /// <summary>Steps in 10⁹ a second of the fastest of many short repetitions: the others were disturbed.</summary>
    private static double Fastest(double steps, Action repetition)
    {
        repetition();
        double best = double.PositiveInfinity;
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < Length;)
        {
            long from = Stopwatch.GetTimestamp();
            repetition();
            best = Math.Min(best, Stopwatch.GetElapsedTime(from).TotalNanoseconds);
        }
        return steps / best;
    }

    private static double Rate(PeakRate.Way way)
    {
        const int rounds = 100_000;
        return Fastest((double)rounds * way.MacsPerRound, () => way.Loop(rounds));
    }

    private static double Clock()
    {
        const int rounds = 100_000;
        return Fastest((double)rounds * ClockLoop.AddsPerRound, static () => ClockLoop.Run(rounds));
    }

    private static double Copy(int block)
    {
        byte[] from = new byte[block], to = new byte[block];
        return Fastest(2.0 * block, () => from.AsSpan().CopyTo(to));
    }
}
