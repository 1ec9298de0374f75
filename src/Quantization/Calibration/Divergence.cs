namespace EdgeKit.Quantization;

/// <summary>
/// Kullback-Leibler divergence between a tensor's distribution, clipped to a range, and what is left of it at 256 levels
/// (Migacz, "8-bit Inference with TensorRT", GTC 2017), for ranges with two free ends.
/// </summary>
internal sealed class Divergence(Histogram histogram, ActivationScheme scheme)
{
    private const int Levels = 256;

    private readonly long[] _counts = WithoutZero(histogram);
    private readonly double[] _clipped = new double[Histogram.Bins];
    private readonly double[] _mass = new double[Levels];
    private readonly int[] _filled = new int[Levels];

    /// <summary>Divergence in nats; infinite when no bin lies inside the range.</summary>
    public double Of(ValueRange range)
    {
        QuantizationParameters p = QuantizationParameters.FromRange(range, scheme);
        int first = Math.Clamp((int)Math.Floor(range.Low / histogram.BinWidth) + Histogram.Bins / 2, 0, Histogram.Bins - 1);
        int last = Math.Clamp((int)Math.Ceiling(range.High / histogram.BinWidth) - 1 + Histogram.Bins / 2, first, Histogram.Bins - 1);
        Array.Clear(_mass);
        Array.Clear(_filled);
        Array.Clear(_clipped);
        double total = 0;
        for (int i = 0; i < _counts.Length; i++)
        {
            if (_counts[i] == 0) continue;
            _clipped[Math.Clamp(i, first, last)] += _counts[i];
            total += _counts[i];
        }
        // The levels are filled from the bins inside only: that is what makes clipped mass show up as divergence.
        double kept = 0;
        for (int i = first; i <= last; i++)
        {
            if (_clipped[i] == 0) continue;
            int level = Level(i, p);
            _mass[level] += _counts[i];
            _filled[level]++;
            kept += _counts[i];
        }
        if (kept == 0) return double.PositiveInfinity;
        double divergence = 0;
        for (int i = first; i <= last; i++)
        {
            if (_clipped[i] == 0) continue;
            int level = Level(i, p);
            double q = Math.Max(_mass[level] / _filled[level] / kept, 1e-12), r = _clipped[i] / total;
            divergence += r * Math.Log(r / q);
        }
        return divergence;
    }

    private int Level(int bin, QuantizationParameters p) =>
        p.Quantize((float)((histogram.Edge(bin) + histogram.Edge(bin + 1)) / 2)) - p.Minimum;

    // Rectified tensors are mostly exact zeros, which every range represents; left in, they would decide alone.
    private static long[] WithoutZero(Histogram histogram)
    {
        long[] counts = histogram.Counts.ToArray();
        counts[Histogram.Bins / 2] = 0;
        return counts;
    }
}
