namespace EdgeKit.Imaging;

/// <summary>Resizes pictures of one size to another, as <see cref="Resize.Bilinear"/> does, in memory that it keeps: the second picture allocates nothing.</summary>
internal sealed class Resizer
{
    // 8 bits of sample and 2 bits of headroom leave this many for the fraction in 32-bit arithmetic.
    private const int FractionBits = 32 - 8 - 2;
    private const int Half = 1 << (FractionBits - 1);

    private readonly TriangleWeights? _columns;
    private readonly TriangleWeights? _rows;
    private readonly Frame? _narrowed;
    private readonly Frame? _result;
    private readonly int[] _sums;

    /// <exception cref="ImageException">The new size is empty or too large.</exception>
    internal Resizer(int fromWidth, int fromHeight, int width, int height)
    {
        Frame.CheckSize(width, height);
        if (width != fromWidth) (_columns, _narrowed) = (new TriangleWeights(fromWidth, width), new Frame(width, fromHeight));
        if (height != fromHeight) (_rows, _result) = (new TriangleWeights(fromHeight, height), new Frame(width, height));
        _sums = _rows is null ? [] : new int[width * 3];
    }

    /// <summary>The resized picture, valid until the next call; <paramref name="frame"/> itself when the size is already right.</summary>
    internal Frame Apply(Frame frame)
    {
        if (_columns is not null && _narrowed is not null)
        {
            Horizontal(frame, _columns, _narrowed);
            frame = _narrowed;
        }
        if (_rows is null || _result is null) return frame;
        Vertical(frame, _rows, _sums, _result);
        return _result;
    }

    private static void Horizontal(Frame source, TriangleWeights weights, Frame result)
    {
        for (int y = 0; y < source.Height; y++)
        {
            ReadOnlySpan<byte> input = source.Row(y);
            Span<byte> output = result.Row(y);
            for (int x = 0; x < weights.Count; x++)
            {
                ReadOnlySpan<int> taps = weights.Taps(x, out int first);
                ReadOnlySpan<byte> pixels = input.Slice(first * 3, taps.Length * 3);
                int r = Half;
                int g = Half;
                int b = Half;
                for (int k = 0, p = 0; k < taps.Length; k++, p += 3)
                {
                    r += pixels[p] * taps[k];
                    g += pixels[p + 1] * taps[k];
                    b += pixels[p + 2] * taps[k];
                }
                output[x * 3] = ToByte(r);
                output[x * 3 + 1] = ToByte(g);
                output[x * 3 + 2] = ToByte(b);
            }
        }
    }

    private static void Vertical(Frame source, TriangleWeights weights, int[] sums, Frame result)
    {
        for (int y = 0; y < weights.Count; y++)
        {
            sums.AsSpan().Fill(Half);
            ReadOnlySpan<int> taps = weights.Taps(y, out int first);
            for (int k = 0; k < taps.Length; k++)
            {
                ReadOnlySpan<byte> input = source.Row(first + k);
                int weight = taps[k];
                for (int i = 0; i < sums.Length && i < input.Length; i++)
                    sums[i] += input[i] * weight;
            }
            Span<byte> output = result.Row(y);
            for (int i = 0; i < sums.Length && i < output.Length; i++)
                output[i] = ToByte(sums[i]);
        }
    }

    private static byte ToByte(int sum) => (byte)Math.Clamp(sum >> FractionBits, 0, 255);

    /// <summary>For each output position, the first input position and the fixed-point weights.</summary>
    private sealed class TriangleWeights
    {
        private readonly int[] starts;
        private readonly int[] lengths;
        private readonly int[] taps;
        private readonly int stride;

        internal TriangleWeights(int inputSize, int outputSize)
        {
            double scale = (double)inputSize / outputSize;
            double radius = Math.Max(scale, 1.0);
            stride = (int)Math.Ceiling(radius) * 2 + 1;
            starts = new int[outputSize];
            lengths = new int[outputSize];
            taps = new int[outputSize * (long)stride];
            double[] weights = new double[stride];
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
                    taps[position * stride + k] = (int)(0.5 + weights[k] / sum * (1 << FractionBits));
                starts[position] = start;
                lengths[position] = length;
            }
        }

        internal int Count => starts.Length;

        internal ReadOnlySpan<int> Taps(int position, out int first)
        {
            first = starts[position];
            return taps.AsSpan(position * stride, lengths[position]);
        }
    }
}
