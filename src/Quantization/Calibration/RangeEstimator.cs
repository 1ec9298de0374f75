namespace EdgeKit.Quantization;

/// <summary>Chooses the range of a tensor from its histogram.</summary>
public static class RangeEstimator
{
    // Candidate ends of the range, as fractions of the observed one.
    private const int Steps = 100;
    private const double SmallestFraction = 0.1;

    /// <summary>The range that <paramref name="method"/> gives; 0 is always inside.</summary>
    /// <param name="histogram">What was seen.</param>
    /// <param name="method">The rule.</param>
    /// <param name="scheme">How the tensor will be stored; a symmetric range is cut at the same magnitude on both sides.</param>
    /// <param name="percentile">For <see cref="CalibrationMethod.Percentile"/>, in percent.</param>
    public static ValueRange Estimate(Histogram histogram, CalibrationMethod method, ActivationScheme scheme, double percentile = 99.99)
    {
        if (histogram.Count == 0) return default;
        ValueRange observed = new(MathF.Min(histogram.Minimum, 0), MathF.Max(histogram.Maximum, 0));
        return method switch
        {
            CalibrationMethod.Percentile => Percentile(histogram, percentile).Within(observed),
            CalibrationMethod.MeanSquaredError => LeastError(observed, scheme, new MeanSquaredError(histogram, scheme).Of),
            CalibrationMethod.Entropy => LeastError(observed, scheme, new Divergence(histogram, scheme).Of),
            _ => observed,
        };
    }

    private static ValueRange Percentile(Histogram histogram, double percentile)
    {
        if (percentile is not (> 50 and <= 100))
            throw new ArgumentOutOfRangeException(nameof(percentile), percentile, "a percentile is above 50 and at most 100");
        long outside = (long)(histogram.Count * (1 - percentile / 100));
        ReadOnlySpan<long> counts = histogram.Counts;
        int first = 0, last = counts.Length - 1;
        for (long seen = counts[first]; seen <= outside && first < last; seen += counts[first]) first++;
        for (long seen = counts[last]; seen <= outside && last > first; seen += counts[last]) last--;
        return new ValueRange((float)Math.Min(histogram.Edge(first), 0), (float)Math.Max(histogram.Edge(last + 1), 0));
    }

    // One end after the other is moved inwards: the ends of a distribution are clipped for different reasons.
    private static ValueRange LeastError(ValueRange observed, ActivationScheme scheme, Func<ValueRange, double> error)
    {
        if (scheme == ActivationScheme.Symmetric)
            return Best(observed, static (range, f) => Cut(range, f * MathF.Max(-range.Low, range.High)), error);
        ValueRange best = Best(observed, static (range, f) => range with { High = range.High * f }, error);
        return best.Low < 0 ? Best(best, static (range, f) => range with { Low = range.Low * f }, error) : best;
    }

    private static ValueRange Cut(ValueRange range, float magnitude) => range.Within(new(-magnitude, magnitude));

    private static ValueRange Best(ValueRange range, Func<ValueRange, float, ValueRange> shrink, Func<ValueRange, double> error)
    {
        ValueRange best = range;
        double least = error(range);
        for (int i = 1; i <= Steps; i++)
        {
            ValueRange candidate = shrink(range, (float)(1 - i * (1 - SmallestFraction) / Steps));
            double e = error(candidate);
            if (e >= least) continue;
            least = e;
            best = candidate;
        }
        return best;
    }
}
