namespace EdgeKit.Runtime.Profiling;

/// <summary>A sorted sample of durations in milliseconds.</summary>
public sealed class Latencies
{
    private readonly double[] _sorted;

    /// <param name="milliseconds">At least one duration, in any order.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public Latencies(IEnumerable<double> milliseconds)
    {
        _sorted = [.. milliseconds.Order()];
        if (_sorted.Length == 0) throw new ArgumentException("no durations", nameof(milliseconds));
    }

    /// <summary>Number of durations.</summary>
    public int Count => _sorted.Length;

    /// <summary>The shortest.</summary>
    public double Min => _sorted[0];

    /// <summary>The longest.</summary>
    public double Max => _sorted[^1];

    /// <summary>Arithmetic mean.</summary>
    public double Mean => _sorted.Average();

    /// <summary>The smallest duration that at least <paramref name="percent"/> percent of the sample do not exceed (nearest rank).</summary>
    public double Percentile(double percent) => _sorted[Math.Clamp((int)Math.Ceiling(percent / 100 * _sorted.Length) - 1, 0, _sorted.Length - 1)];
}
