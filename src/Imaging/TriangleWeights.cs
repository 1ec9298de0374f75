using EdgeKit.Runtime.Kernels.Pixels;

namespace EdgeKit.Imaging;

/// <summary>For each output position of <see cref="Resize.Bilinear"/>, the first input position and the fixed-point weights.</summary>
internal sealed class TriangleWeights
{
    private readonly int[] _starts;
    private readonly int[] _lengths;
    private readonly int[] _taps;
    private readonly int _stride;

    internal TriangleWeights(int inputSize, int outputSize)
    {
        double scale = (double)inputSize / outputSize;
        double radius = Math.Max(scale, 1.0);
        _stride = (int)Math.Ceiling(radius) * 2 + 1;
        _starts = new int[outputSize];
        _lengths = new int[outputSize];
        _taps = new int[outputSize * (long)_stride];
        double[] weights = new double[_stride];
        for (int position = 0; position < outputSize; position++)
        {
            double center = (position + 0.5) * scale;
            int start = Math.Max(0, (int)(center - radius + 0.5));
            int length = Math.Min(inputSize, (int)(center + radius + 0.5)) - start;
            double sum = 0;
            for (int k = 0; k < length; k++)
            {
                double distance = Math.Abs((k + start - center + 0.5) * (1.0 / radius));
                weights[k] = distance < 1.0 ? 1.0 - distance : 0.0;
                sum += weights[k];
            }
            for (int k = 0; k < length; k++)
                _taps[position * _stride + k] = (int)(0.5 + weights[k] / sum * (1 << ResampleTaps.FractionBits));
            _starts[position] = start;
            _lengths[position] = length;
        }
    }

    internal int Count => _starts.Length;

    internal ReadOnlySpan<int> Taps(int position, out int first)
    {
        first = _starts[position];
        return _taps.AsSpan(position * _stride, _lengths[position]);
    }

    /// <summary>The sums for outputs <paramref name="first"/> and following, filled up with weights of 0 to one length, of inputs from <paramref name="origin"/> on, a multiple of <paramref name="align"/>.</summary>
    internal static ResampleTaps Even(int inputSize, int outputSize, int first, int count, int align, out int origin)
    {
        TriangleWeights? weights = inputSize == outputSize ? null : new TriangleWeights(inputSize, outputSize);
        int length = 1;
        if (weights is not null)
            for (int i = 0; i < count; i++) length = Math.Max(length, weights._lengths[first + i]);
        int[] starts = new int[count], taps = new int[count * (long)length];
        for (int i = 0; i < count; i++)
        {
            int start = first + i;
            ReadOnlySpan<int> own = weights is null ? [1 << ResampleTaps.FractionBits] : weights.Taps(first + i, out start);
            starts[i] = Math.Min(start, inputSize - length);
            own.CopyTo(taps.AsSpan((i * length) + start - starts[i]));
        }
        origin = starts[0] / align * align;
        for (int i = 0; i < count; i++) starts[i] -= origin;
        return new ResampleTaps(starts, taps, length, starts[^1] + length);
    }
}
