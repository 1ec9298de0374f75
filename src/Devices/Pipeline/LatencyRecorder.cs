using System.Diagnostics;
using System.Numerics;

namespace EdgeKit.Devices;

/// <summary>
/// Latencies over weeks in constant memory: a histogram whose bins are 1/64 of their power of two wide, so that a percentile is at most 1.6 % above the true one and never
/// below it; count, mean and highest are exact. Allocates nothing. One thread records; others may read, and see one number a frame before another.
/// </summary>
public sealed class LatencyRecorder
{
    private const int BinBits = 6;
    private const int Bins = 1 << BinBits;

    // Microseconds up to 2^36, which is 19 hours; longer ones count as that.
    private const int Octaves = 36 - BinBits;

    private readonly long[] _counts = new long[Bins * (Octaves + 1)];
    private double _sum;

    /// <summary>How many were recorded.</summary>
    public long Count { get; private set; }

    /// <summary>The highest, in milliseconds; 0 before the first.</summary>
    public double Highest { get; private set; }

    /// <summary>The mean, in milliseconds; 0 before the first.</summary>
    public double Mean => Count == 0 ? 0 : _sum / Count;

    /// <summary>Records a latency and returns it.</summary>
    /// <param name="from">Start, as of <see cref="Stopwatch.GetTimestamp"/>.</param>
    /// <param name="to">End, likewise; an end before the start counts as 0.</param>
    /// <returns>Milliseconds.</returns>
    public double Record(long from, long to)
    {
        double milliseconds = Math.Max(Stopwatch.GetElapsedTime(from, to).TotalMilliseconds, 0);
        Record(milliseconds);
        return milliseconds;
    }

    /// <summary>Records a latency.</summary>
    /// <param name="milliseconds">Milliseconds, not negative.</param>
    public void Record(double milliseconds)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(milliseconds);
        _counts[BinOf((long)Math.Min(Math.Ceiling(milliseconds * 1000), (1L << (Octaves + BinBits)) - 1))]++;
        _sum += milliseconds;
        Highest = Math.Max(Highest, milliseconds);
        Count++;
    }

    /// <summary>The latency that a share of all do not exceed.</summary>
    /// <param name="percent">Above 0, up to 100.</param>
    /// <returns>Milliseconds; 0 before the first.</returns>
    public double Percentile(double percent)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(percent);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(percent, 100);
        long rank = (long)Math.Ceiling(Count * percent / 100), seen = 0;
        for (int bin = 0; bin < _counts.Length; bin++)
        {
            seen += _counts[bin];
            if (seen >= rank && seen > 0) return Math.Min(LastOf(bin) / 1000.0, Highest);
        }
        return 0;
    }

    // The first two octaves of bins are exact microseconds; above, BinBits bits after the leading one choose the bin.
    private static int BinOf(long microseconds)
    {
        int shift = Math.Max(BitOperations.Log2((ulong)microseconds | 1) - BinBits, 0);
        return (shift * Bins) + (int)(microseconds >> shift);
    }

    private static long LastOf(int bin)
    {
        if (bin < 2 * Bins) return bin;
        int shift = (bin / Bins) - 1;
        return (((long)(bin - (shift * Bins)) + 1) << shift) - 1;
    }
}
