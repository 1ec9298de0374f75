namespace EdgeKit.Quantization;

/// <summary>
/// The squared error that storing a tensor with 8 bits leaves behind what reads it. Linear readers: that of the tensor itself.
/// Readers that are functions of one element: the error of f(r), so that what a HardSwish maps to 0 need not be represented.
/// </summary>
internal sealed class ConsumerError
{
    private readonly ActivationScheme _scheme;
    private readonly double[] _centers;
    private readonly long[] _counts;
    private readonly Func<float[], float[]>[] _functions;
    private readonly double[][] _results;

    /// <summary>Prepares for evaluating ranges.</summary>
    /// <param name="seen">What was seen.</param>
    /// <param name="scheme">How the tensor will be stored.</param>
    /// <param name="functions">What is applied to it element by element, if that is all that reads it; none for linear readers.</param>
    public ConsumerError(Histogram seen, ActivationScheme scheme, params Func<float[], float[]>[] functions)
    {
        _scheme = scheme;
        int[] filled = [.. Enumerable.Range(0, Histogram.Bins).Where(i => seen.Counts[i] > 0)];
        _centers = Array.ConvertAll(filled, i => Math.Clamp((seen.Edge(i) + seen.Edge(i + 1)) / 2, seen.Minimum, seen.Maximum));
        _counts = Array.ConvertAll(filled, i => seen.Counts[i]);
        _functions = functions;
        _results = Array.ConvertAll(functions, f => Array.ConvertAll(f(Array.ConvertAll(_centers, static c => (float)c)), static v => (double)v));
    }

    /// <summary>Sum over all elements of the squared error.</summary>
    public double Of(ValueRange range)
    {
        QuantizationParameters p = QuantizationParameters.FromRange(range, _scheme);
        return _functions.Length == 0 ? Linear(p) : _functions.Select((f, i) => Behind(f, _results[i], p)).Sum();
    }

    /// <summary>Whether one of the readers' functions gives an end of what was seen otherwise, by more than one of 256 steps of what it gives, once it is clipped to the range.</summary>
    public bool ShowsClipping(ValueRange range)
    {
        if (_centers.Length == 0) return false;
        float low = (float)_centers[0], high = (float)_centers[^1];
        float[] ends = [low, high, Math.Clamp(low, range.Low, range.High), Math.Clamp(high, range.Low, range.High)];
        for (int i = 0; i < _functions.Length; i++)
        {
            float[] given = _functions[i](ends);
            double step = (_results[i].Max() - _results[i].Min()) / byte.MaxValue;
            if (Math.Abs(given[0] - given[2]) > step || Math.Abs(given[1] - given[3]) > step) return true;
        }
        return false;
    }

    private double Linear(QuantizationParameters p)
    {
        double inverse = 1 / (double)p.Scale, sum = 0;
        for (int i = 0; i < _centers.Length; i++)
        {
            double q = Math.Clamp(Math.Round(_centers[i] * inverse), p.Minimum - p.ZeroPoint, p.Maximum - p.ZeroPoint);
            double difference = _centers[i] - q * p.Scale;
            sum += difference * difference * _counts[i];
        }
        return sum;
    }

    private double Behind(Func<float[], float[]> function, double[] exact, QuantizationParameters p)
    {
        float[] levels = function([.. Enumerable.Range(p.Minimum, p.Maximum - p.Minimum + 1).Select(p.Dequantize)]);
        double inverse = 1 / (double)p.Scale, sum = 0;
        for (int i = 0; i < _centers.Length; i++)
        {
            int q = (int)Math.Clamp(Math.Round(_centers[i] * inverse) + p.ZeroPoint, p.Minimum, p.Maximum);
            double difference = exact[i] - levels[q - p.Minimum];
            sum += difference * difference * _counts[i];
        }
        return sum;
    }
}
