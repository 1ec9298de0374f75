namespace EdgeKit.Agent;

/// <summary>A sorted sample of durations in milliseconds.</summary>
internal sealed class Latencies
{
    private readonly double[] _sorted;

    /// <param name="milliseconds">At least one duration, in any order.</param>
    public Latencies(IEnumerable<double> milliseconds) => _sorted = [.. milliseconds.Order()];

    public int Count => _sorted.Length;

    public double Min => _sorted[0];

    public double Max => _sorted[^1];

    public double Mean => _sorted.Average();

    /// <summary>The smallest duration that at least <paramref name="percent"/> percent of the sample do not exceed (nearest rank).</summary>
    public double Percentile(double percent) => _sorted[Math.Clamp((int)Math.Ceiling(percent / 100 * _sorted.Length) - 1, 0, _sorted.Length - 1)];
}
