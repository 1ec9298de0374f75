namespace EdgeKit.Quantization;

/// <summary>
/// A histogram of a stream of numbers in constant memory. The bins are equally wide and lie symmetrically around 0; the width is a power of two
/// and doubles, by merging neighbours, when a number falls outside. Merging two bins of a power-of-two grid loses no rounding, so the counts
/// depend only on the numbers seen, not on their order, and histograms filled in parallel merge to the same bits.
/// </summary>
public sealed class Histogram
{
    private const int HalfBins = 4096;

    private readonly long[] _counts = new long[2 * HalfBins];

    // Bin i (from -HalfBins) holds i·2^e <= v < (i + 1)·2^e with e = _exponent.
    private int _exponent = int.MinValue;

    /// <summary>Count of numbers seen.</summary>
    public long Count { get; private set; }

    /// <summary>Smallest number seen; +infinity while there is none.</summary>
    public float Minimum { get; private set; } = float.PositiveInfinity;

    /// <summary>Largest number seen; -infinity while there is none.</summary>
    public float Maximum { get; private set; } = float.NegativeInfinity;

    /// <summary>Number of bins, on both sides of 0 together.</summary>
    public static int Bins => 2 * HalfBins;

    /// <summary>Width of a bin.</summary>
    public double BinWidth => _exponent == int.MinValue ? 0 : Math.ScaleB(1, _exponent);

    /// <summary>Count of each bin.</summary>
    public ReadOnlySpan<long> Counts => _counts;

    /// <summary>Lower edge of bin <paramref name="index"/>, 0 to <see cref="Bins"/>.</summary>
    public double Edge(int index) => (index - HalfBins) * BinWidth;

    /// <summary>Adds numbers.</summary>
    /// <exception cref="ArgumentException">One is not finite.</exception>
    public void Add(ReadOnlySpan<float> data)
    {
        if (data.IsEmpty) return;
        float low = data[0], high = data[0], sum = 0;
        foreach (float v in data)
        {
            low = MathF.Min(low, v);
            high = MathF.Max(high, v);
            // 0 for finite numbers, NaN for the others.
            sum += v * 0;
        }
        if (float.IsNaN(sum)) throw new ArgumentException("a number is infinite or not a number", nameof(data));
        Minimum = MathF.Min(Minimum, low);
        Maximum = MathF.Max(Maximum, high);
        Count += data.Length;
        Cover(MathF.Max(-low, high));
        float inverse = MathF.ScaleB(1, -_exponent);
        long[] counts = _counts;
        foreach (float v in data) counts[HalfBins + (int)MathF.Floor(v * inverse)]++;
    }

    /// <summary>Adds all that <paramref name="other"/> has seen.</summary>
    public void Merge(Histogram other)
    {
        if (other.Count == 0) return;
        Minimum = MathF.Min(Minimum, other.Minimum);
        Maximum = MathF.Max(Maximum, other.Maximum);
        Count += other.Count;
        Cover(MathF.Max(-other.Minimum, other.Maximum));
        int shift = Math.Min(_exponent - other._exponent, 31);
        for (int i = 0; i < other._counts.Length; i++)
            _counts[HalfBins + ((i - HalfBins) >> shift)] += other._counts[i];
    }

    // Makes the bins reach beyond the magnitude. The exponent depends only on the largest magnitude seen, whatever the order.
    private void Cover(float magnitude)
    {
        // The smallest power of two above the magnitude; tensors of zeros and denormals share one tiny width whose inverse is still finite.
        int needed = Math.Max(Magnitude(magnitude), -80) - int.Log2(HalfBins);
        if (_exponent == int.MinValue) _exponent = needed;
        if (needed <= _exponent) return;
        int shift = Math.Min(needed - _exponent, 31);
        var merged = new long[_counts.Length];
        for (int i = 0; i < _counts.Length; i++) merged[HalfBins + ((i - HalfBins) >> shift)] += _counts[i];
        merged.CopyTo(_counts, 0);
        _exponent = needed;
    }

    private static int Magnitude(float value) => value > 0 ? Math.ILogB(value) + 1 : int.MinValue / 2;
}
