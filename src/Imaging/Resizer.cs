using EdgeKit.Runtime.Kernels.Pixels;

namespace EdgeKit.Imaging;

/// <summary>Resizes pictures of one size to another, as <see cref="Resize.Bilinear"/> does, in memory that it keeps: the second picture allocates nothing.</summary>
internal sealed class Resizer
{
    private const int FractionBits = ResampleTaps.FractionBits;
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
}
