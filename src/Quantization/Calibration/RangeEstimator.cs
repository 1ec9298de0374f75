namespace EdgeKit.Quantization;

/// <summary>Chooses the range of a tensor from its histogram.</summary>
public static class RangeEstimator
{
    // Candidate ends of the range, as fractions of the observed one.
    private const int Steps = 100;
    private const double SmallestFraction = 0.01;

    private static readonly double[] Percentiles = [99.9, 99.99, 99.999];

    /// <summary>The range that <paramref name="method"/> gives; 0 is always inside.</summary>
    /// <param name="histogram">What was seen.</param>
    /// <param name="method">The rule; <see cref="CalibrationMethod.Auto"/> is as <see cref="CalibrationMethod.MeanSquaredError"/> here, where no reader is known.</param>
    /// <param name="scheme">How the tensor will be stored; a symmetric range is cut at the same magnitude on both sides.</param>
    /// <param name="percentile">For <see cref="CalibrationMethod.Percentile"/>, in percent.</param>
    public static ValueRange Estimate(Histogram histogram, CalibrationMethod method, ActivationScheme scheme, double percentile = 99.99)
    {
        if (histogram.Count == 0) return default;
        ValueRange observed = Observed(histogram);
        return method switch
        {
            CalibrationMethod.Percentile => Percentile(histogram, percentile).Within(observed),
            CalibrationMethod.MeanSquaredError or CalibrationMethod.Auto => LeastError(observed, scheme, new ConsumerError(histogram, scheme).Of),
            CalibrationMethod.Entropy => LeastError(observed, scheme, new Divergence(histogram, scheme).Of),
            _ => observed,
        };
    }

    /// <summary>The range with the least error behind the tensor's readers, among those that all the methods give and those that a search for that error finds.</summary>
    /// <param name="seen">What was seen.</param>
    /// <param name="scheme">How the tensor will be stored.</param>
    /// <param name="error">The error that a range leaves.</param>
    /// <returns>The range, and the method that gave it: <see cref="CalibrationMethod.Auto"/> for the search.</returns>
    internal static (ValueRange Range, CalibrationMethod Method) Best(Histogram seen, ActivationScheme scheme, Func<ValueRange, double> error)
    {
        ValueRange observed = Observed(seen);
        var candidates = new List<(ValueRange, CalibrationMethod)> { (observed, CalibrationMethod.MinMax) };
        foreach (double p in Percentiles) candidates.Add((Percentile(seen, p).Within(observed), CalibrationMethod.Percentile));
        candidates.Add((Estimate(seen, CalibrationMethod.MeanSquaredError, scheme), CalibrationMethod.MeanSquaredError));
        candidates.Add((Estimate(seen, CalibrationMethod.Entropy, scheme), CalibrationMethod.Entropy));
        candidates.Add((LeastError(observed, scheme, error), CalibrationMethod.Auto));
        return candidates.MinBy(c => error(c.Item1));
    }

    private static ValueRange Observed(Histogram histogram) => new(MathF.Min(histogram.Minimum, 0), MathF.Max(histogram.Maximum, 0));

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
