namespace EdgeKit.Quantization;

/// <summary>The squared error that a tensor suffers from being stored with 8 bits, rounding and clipping together, computed from its histogram.</summary>
internal sealed class MeanSquaredError
{
    private readonly ActivationScheme _scheme;
    private readonly double[] _centers;
    private readonly long[] _counts;

    public MeanSquaredError(Histogram histogram, ActivationScheme scheme)
    {
        _scheme = scheme;
        int[] filled = [.. Enumerable.Range(0, Histogram.Bins).Where(i => histogram.Counts[i] > 0)];
        _centers = Array.ConvertAll(filled, i => (histogram.Edge(i) + histogram.Edge(i + 1)) / 2);
        _counts = Array.ConvertAll(filled, i => histogram.Counts[i]);
    }

    /// <summary>Sum over all elements of (r - dequantize(quantize(r)))².</summary>
    public double Of(ValueRange range)
    {
        QuantizationParameters p = QuantizationParameters.FromRange(range, _scheme);
        double inverse = 1 / (double)p.Scale, sum = 0;
        for (int i = 0; i < _centers.Length; i++)
        {
            double q = Math.Clamp(Math.Round(_centers[i] * inverse), p.Minimum - p.ZeroPoint, p.Maximum - p.ZeroPoint);
            double difference = _centers[i] - q * p.Scale;
            sum += difference * difference * _counts[i];
        }
        return sum;
    }
}
