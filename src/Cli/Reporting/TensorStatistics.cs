using EdgeKit.Quantization;

namespace EdgeKit.Cli.Reporting;

/// <summary>Sums over the pictures of one tensor in the float network and in the INT8 network, in constant memory.</summary>
/// <param name="range">The real values that the least and the greatest integer stand for, and the step between two; null for a float tensor.</param>
internal sealed class TensorStatistics((double Low, double High, double Step)? range)
{
    /// <summary>Bins of <see cref="Distribution"/>.</summary>
    public const int Bins = 64;

    private readonly Histogram _histogram = new();
    private readonly double _low = range is { } l ? l.Low - l.Step / 2 : double.NegativeInfinity;
    private readonly double _high = range is { } h ? h.High + h.Step / 2 : double.PositiveInfinity;
    private SignalToNoise _accumulated;
    private SignalToNoise _own;
    private long _count;
    private long _below;
    private long _above;

    /// <summary>Least and greatest value that the integers stand for; null for a float tensor.</summary>
    public double[]? Range => range is { } r ? [r.Low, r.High] : null;

    /// <summary>Signal to noise of the running network; null where nothing differs.</summary>
    public double? SqnrDb => _accumulated.Decibels;

    /// <summary>Signal to noise of the operator alone; null where nothing differs or nothing was added.</summary>
    public double? OwnSqnrDb => _own.Decibels;

    /// <summary>Share of the elements below the range.</summary>
    public double ClippedLow => (double)_below / Math.Max(_count, 1);

    /// <summary>Share of the elements above the range.</summary>
    public double ClippedHigh => (double)_above / Math.Max(_count, 1);

    /// <summary>Least and greatest element seen in the float network.</summary>
    public (double Low, double High) Observed => _histogram.Count == 0 ? (0, 0) : (_histogram.Minimum, _histogram.Maximum);

    /// <summary>Adds a picture's elements of the running networks.</summary>
    public void Add(ReadOnlySpan<float> reference, ReadOnlySpan<float> actual)
    {
        _accumulated.Add(reference, actual);
        _count += reference.Length;
        if (range is null) return;
        foreach (float r in reference)
        {
            if (r < _low) _below++;
            else if (r > _high) _above++;
        }
    }

    /// <summary>Adds the elements that the operator computes from the float network's operands.</summary>
    public void AddOwn(ReadOnlySpan<float> reference, ReadOnlySpan<float> actual) => _own.Add(reference, actual);

    /// <summary>Adds elements of the float network to the distribution.</summary>
    /// <exception cref="ArgumentException">One is not finite.</exception>
    public void AddToDistribution(ReadOnlySpan<float> reference) => _histogram.Add(reference);

    /// <summary>The distribution in <see cref="Bins"/> bins that cover what was seen and the range.</summary>
    public TensorHistogram Distribution()
    {
        (double low, double high) = Observed;
        if (range is { } r) (low, high) = (Math.Min(low, r.Low), Math.Max(high, r.High));
        if (!(high > low)) (low, high) = (low - 1, high + 1);
        long[] counts = new long[Bins];
        ReadOnlySpan<long> fine = _histogram.Counts;
        for (int i = 0; i < fine.Length; i++)
        {
            if (fine[i] == 0) continue;
            double centre = _histogram.Edge(i) + _histogram.BinWidth / 2;
            counts[Math.Clamp((int)((centre - low) / (high - low) * Bins), 0, Bins - 1)] += fine[i];
        }
        return new TensorHistogram(low, high, counts);
    }

    /// <summary>The two sums of a ratio of signal to noise.</summary>
    private struct SignalToNoise
    {
        private double _signal;
        private double _noise;

        public readonly double? Decibels => _noise > 0 ? 10 * Math.Log10(Math.Max(_signal, double.Epsilon) / _noise) : null;

        public void Add(ReadOnlySpan<float> reference, ReadOnlySpan<float> actual)
        {
            double signal = 0, noise = 0;
            for (int i = 0; i < reference.Length; i++)
            {
                double r = reference[i], d = r - actual[i];
                signal += r * r;
                noise += d * d;
            }
            _signal += signal;
            _noise += noise;
        }
    }
}
