namespace EdgeKit.Imaging;

/// <summary>Changes the size of a picture.</summary>
public static class Resize
{
    // 8 bits of sample and 2 bits of headroom leave this many for the fraction in 32-bit arithmetic.
    private const int FractionBits = 32 - 8 - 2;
    private const int Half = 1 << (FractionBits - 1);

    /// <summary>
    /// Resizes with a triangle filter that widens when shrinking, so that no source pixel is skipped (antialias). The arithmetic is that of Pillow's
    /// Image.resize(size, BILINEAR): a horizontal and then a vertical pass, weights normalised in double and rounded to 22-bit fixed point, 8-bit samples in between;
    /// the result is the same to the bit.
    /// </summary>
    /// <param name="frame">The picture.</param>
    /// <param name="width">The new width in pixels.</param>
    /// <param name="height">The new height in pixels.</param>
    /// <returns>The resized picture; the same object when the size is already right.</returns>
    /// <exception cref="ImageException">The new size is empty or too large.</exception>
    public static Frame Bilinear(Frame frame, int width, int height)
    {
        Frame.CheckSize(width, height);
        if (width != frame.Width)
            frame = Horizontal(frame, new TriangleWeights(frame.Width, width));
        if (height != frame.Height)
            frame = Vertical(frame, new TriangleWeights(frame.Height, height));
        return frame;
    }

    private static Frame Horizontal(Frame source, TriangleWeights weights)
    {
        Frame result = new(weights.Count, source.Height);
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
        return result;
    }

    private static Frame Vertical(Frame source, TriangleWeights weights)
    {
        Frame result = new(source.Width, weights.Count);
        int[] sums = new int[source.Width * 3];
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
        return result;
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
