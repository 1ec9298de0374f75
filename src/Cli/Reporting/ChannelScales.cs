namespace EdgeKit.Cli.Reporting;

/// <summary>
/// Finds by how much the channels of a tensor differ in scale between two networks that compute the same: equalization divides a channel where it is written
/// and multiplies it where it is read. The factor of a channel is its least squares fit, sum(r a) / sum(a²).
/// </summary>
internal sealed class ChannelScales(int channels)
{
    // Quantization alone changes scales by far less, and fitting them gains little.
    private const double LeastGainDb = 3;
    private const double LeastChange = 0.05;

    // With fewer numbers a factor fits their errors.
    private const int LeastElements = 128;

    private readonly double[] _products = new double[channels];
    private readonly double[] _squares = new double[channels];
    private double _signal;
    private double _noise;
    private long _elements;

    /// <summary>Adds one picture's elements, of which (outer, channel, inner) lies at (outer * channels + channel) * inner + inner.</summary>
    public void Add(ReadOnlySpan<float> reference, ReadOnlySpan<float> actual, int inner)
    {
        int channel = 0;
        _elements += reference.Length;
        for (int at = 0; at < reference.Length; at += inner)
        {
            for (int i = at; i < at + inner; i++)
            {
                double r = reference[i], a = actual[i];
                _products[channel] += r * a;
                _squares[channel] += a * a;
                _signal += r * r;
                _noise += (r - a) * (r - a);
            }
            if (++channel == channels) channel = 0;
        }
    }

    /// <summary>What to divide each channel of the reference by; null where the scales are the same.</summary>
    public float[]? Factors()
    {
        if (_elements < (long)LeastElements * channels) return null;
        float[] factors = new float[channels];
        double explained = 0;
        int changed = 0;
        for (int c = 0; c < channels; c++)
        {
            bool known = _squares[c] > 0 && _products[c] > 0;
            factors[c] = known ? (float)(_products[c] / _squares[c]) : 1;
            explained += known ? _products[c] * _products[c] / _squares[c] : 0;
            if (known && Math.Abs(factors[c] - 1) > LeastChange) changed++;
        }
        double gain = 10 * Math.Log10(_noise / Math.Max(_signal - explained, double.Epsilon));
        return gain >= LeastGainDb && changed > channels / 2 ? factors : null;
    }
}
