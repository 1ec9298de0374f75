using System.Buffers;
using System.Numerics;

namespace EdgeKit.Imaging;

/// <summary>
/// Writes baseline JPEG (ITU-T T.81 in JFIF): chroma halved both ways, the standard's tables scaled by the quality, one pair of Huffman tables for all components. Keeps its
/// memory, so that pictures of one size allocate nothing. For one thread at a time.
/// </summary>
public sealed class JpegEncoder
{
    private const int Block = 8;
    private const int Unit = 2 * Block;

    // Six blocks of 64 coefficients of at most 27 bits, each byte stuffed.
    private const int LongestUnit = 6 * 64 * 27 / 8 * 2;

    private static readonly HuffmanCodes Dc = new(JpegTables.DcLengths, JpegTables.DcSymbols);
    private static readonly HuffmanCodes Ac = new(JpegTables.AcLengths, JpegTables.AcSymbols);

    private static readonly byte[] HuffmanTables = [0x00, .. JpegTables.DcLengths, .. JpegTables.DcSymbols, 0x10, .. JpegTables.AcLengths, .. JpegTables.AcSymbols];

    private readonly byte[] _quantization;
    private readonly Quantizer _luma;
    private readonly Quantizer _chroma;
    private readonly float[] _block = new float[Block * Block];
    private readonly int[] _levels = new int[Block * Block];
    private readonly int[] _previous = new int[3];
    private float[] _y = [];
    private float[] _cb = [];
    private float[] _cr = [];
    private ulong _bits;
    private int _bitCount;

    /// <summary>Makes an encoder.</summary>
    /// <param name="quality">1 to 100, as libjpeg counts it.</param>
    public JpegEncoder(int quality)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(quality, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quality, 100);
        (_luma, _chroma) = (new Quantizer(JpegTables.Luma, quality), new Quantizer(JpegTables.Chroma, quality));
        _quantization = [0, .. _luma.Table, 1, .. _chroma.Table];
    }

    /// <summary>Appends a picture, a whole file.</summary>
    /// <param name="frame">The picture.</param>
    /// <param name="output">Where it goes.</param>
    /// <exception cref="ImageException">A side is longer than 65535 pixels.</exception>
    public void Encode(Frame frame, ArrayBufferWriter<byte> output)
    {
        if (frame.Width > ushort.MaxValue || frame.Height > ushort.MaxValue) throw new ImageException($"{frame.Width}x{frame.Height} pixels are more than a JPEG holds");
        int units = (frame.Width + Unit - 1) / Unit, stride = units * Unit;
        if (_y.Length != stride * Unit) (_y, _cb, _cr) = (new float[stride * Unit], new float[stride * Block / 2], new float[stride * Block / 2]);
        _previous.AsSpan().Clear();
        WriteHeader(frame, output);
        for (int top = 0; top < frame.Height; top += Unit)
        {
            Convert(frame, top, stride);
            for (int x = 0; x < units; x++)
            {
                Span<byte> room = output.GetSpan(LongestUnit);
                int length = 0;
                for (int i = 0; i < 4; i++) WriteBlock(_y.AsSpan((i / 2 * Block * stride) + (x * Unit) + (i % 2 * Block)), stride, _luma, 0, room, ref length);
                WriteBlock(_cb.AsSpan(x * Block), stride / 2, _chroma, 1, room, ref length);
                WriteBlock(_cr.AsSpan(x * Block), stride / 2, _chroma, 2, room, ref length);
                output.Advance(length);
            }
        }
        WriteEnd(output);
    }

    /// <summary>Sixteen rows to luma and halved chroma, both around zero; what lies outside the picture repeats its edge.</summary>
    private void Convert(Frame frame, int top, int stride)
    {
        for (int row = 0; row < Unit; row += 2)
        {
            ReadOnlySpan<byte> upper = frame.Row(Math.Min(top + row, frame.Height - 1)), lower = frame.Row(Math.Min(top + row + 1, frame.Height - 1));
            Span<float> y = _y.AsSpan(row * stride, 2 * stride);
            for (int x = 0; x < stride; x += 2)
            {
                int left = 3 * Math.Min(x, frame.Width - 1), right = 3 * Math.Min(x + 1, frame.Width - 1), red = 0, green = 0, blue = 0;
                y[x] = Luma(upper.Slice(left, 3), ref red, ref green, ref blue);
                y[x + 1] = Luma(upper.Slice(right, 3), ref red, ref green, ref blue);
                y[stride + x] = Luma(lower.Slice(left, 3), ref red, ref green, ref blue);
                y[stride + x + 1] = Luma(lower.Slice(right, 3), ref red, ref green, ref blue);
                int at = (row / 2 * stride / 2) + (x / 2);
                _cb[at] = ((-0.168736f * red) - (0.331264f * green) + (0.5f * blue)) / 4;
                _cr[at] = ((0.5f * red) - (0.418688f * green) - (0.081312f * blue)) / 4;
            }
        }
    }

    private static float Luma(ReadOnlySpan<byte> pixel, ref int red, ref int green, ref int blue)
    {
        int b = pixel[2], g = pixel[1], r = pixel[0];
        red += r;
        green += g;
        blue += b;
        return (0.299f * r) + (0.587f * g) + (0.114f * b) - 128;
    }

    private void WriteBlock(ReadOnlySpan<float> samples, int stride, Quantizer quantizer, int component, Span<byte> room, ref int length)
    {
        for (int row = 0; row < Block; row++)
        {
            samples.Slice(row * stride, Block).CopyTo(_block.AsSpan(row * Block));
            Transform(_block, row * Block, 1);
        }
        for (int column = 0; column < Block; column++) Transform(_block, column, Block);
        ulong set = quantizer.Quantize(_block, _levels);

        int difference = _levels[0] - _previous[component];
        _previous[component] = _levels[0];
        WriteValue(Dc, 0, difference, room, ref length);
        int last = 0;
        for (ulong rest = set & ~1UL; rest != 0; rest &= rest - 1)
        {
            int at = BitOperations.TrailingZeroCount(rest), zeros = at - last - 1;
            for (; zeros > 15; zeros -= 16) WriteBits(Ac.Code[0xF0], Ac.Length[0xF0], room, ref length);
            WriteValue(Ac, zeros << 4, _levels[at], room, ref length);
            last = at;
        }
        if (last < 63) WriteBits(Ac.Code[0], Ac.Length[0], room, ref length);
    }

    private void WriteValue(HuffmanCodes codes, int symbol, int value, Span<byte> room, ref int length)
    {
        int size = 32 - BitOperations.LeadingZeroCount((uint)Math.Abs(value));
        symbol |= size;
        // Negative values are written as one less, of which the low bits are kept.
        uint bits = (uint)(value < 0 ? value - 1 : value) & ((1u << size) - 1);
        WriteBits(((uint)codes.Code[symbol] << size) | bits, codes.Length[symbol] + size, room, ref length);
    }

    private void WriteBits(uint bits, int count, Span<byte> room, ref int length)
    {
        _bits = (_bits << count) | bits;
        _bitCount += count;
        while (_bitCount >= 8)
        {
            _bitCount -= 8;
            byte value = (byte)(_bits >> _bitCount);
            room[length++] = value;
            if (value == 0xFF) room[length++] = 0;
        }
    }

    /// <summary>The discrete cosine transform of eight values, but for factors that the quantizer holds: Arai, Agui and Nakajima's.</summary>
    private static void Transform(float[] block, int at, int step)
    {
        ref float v0 = ref block[at], v1 = ref block[at + step], v2 = ref block[at + (2 * step)], v3 = ref block[at + (3 * step)];
        ref float v4 = ref block[at + (4 * step)], v5 = ref block[at + (5 * step)], v6 = ref block[at + (6 * step)], v7 = ref block[at + (7 * step)];
        float s0 = v0 + v7, d0 = v0 - v7, s1 = v1 + v6, d1 = v1 - v6, s2 = v2 + v5, d2 = v2 - v5, s3 = v3 + v4, d3 = v3 - v4;

        float e0 = s0 + s3, e3 = s0 - s3, e1 = s1 + s2, e2 = s1 - s2, turned = (e2 + e3) * 0.707106781f;
        v0 = e0 + e1;
        v4 = e0 - e1;
        v2 = e3 + turned;
        v6 = e3 - turned;

        float o0 = d3 + d2, o1 = d2 + d1, o2 = d1 + d0, middle = o1 * 0.707106781f, common = (o0 - o2) * 0.382683433f;
        float low = (0.541196100f * o0) + common, high = (1.306562965f * o2) + common, sum = d0 + middle, rest = d0 - middle;
        v5 = rest + low;
        v3 = rest - low;
        v1 = sum + high;
        v7 = sum - high;
    }

    private void WriteHeader(Frame frame, ArrayBufferWriter<byte> output)
    {
        output.Write<byte>([0xFF, 0xD8]);
        WriteSegment(output, 0xE0, [(byte)'J', (byte)'F', (byte)'I', (byte)'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0]);
        WriteSegment(output, 0xDB, _quantization);
        (int height, int width) = (frame.Height, frame.Width);
        WriteSegment(output, 0xC0, [8, (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]);
        WriteSegment(output, 0xC4, HuffmanTables);
        WriteSegment(output, 0xDA, [3, 1, 0, 2, 0, 3, 0, 0, 63, 0]);
    }

    private static void WriteSegment(ArrayBufferWriter<byte> output, byte marker, ReadOnlySpan<byte> content)
    {
        int length = content.Length + 2;
        output.Write<byte>([0xFF, marker, (byte)(length >> 8), (byte)length]);
        output.Write(content);
    }

    /// <summary>Fills the last byte with ones.</summary>
    private void WriteEnd(ArrayBufferWriter<byte> output)
    {
        Span<byte> room = output.GetSpan(4);
        int length = 0;
        if (_bitCount > 0) WriteBits((1u << (8 - _bitCount)) - 1, 8 - _bitCount, room, ref length);
        output.Advance(length);
        output.Write<byte>([0xFF, 0xD9]);
    }

    /// <summary>A table of divisors, with the factors that <see cref="Transform"/> leaves out.</summary>
    private sealed class Quantizer
    {
        private readonly float[] _factors = new float[Block * Block];

        public Quantizer(ReadOnlySpan<byte> table, int quality)
        {
            int percent = quality < 50 ? 5000 / quality : 200 - (2 * quality);
            for (int i = 0; i < _factors.Length; i++)
            {
                int at = JpegTables.ZigZag[i];
                Table[i] = (byte)Math.Clamp(((table[at] * percent) + 50) / 100, 1, 255);
                _factors[i] = (float)(1 / (Table[i] * 8 * Scale(at / Block) * Scale(at % Block)));
            }
        }

        /// <summary>The divisors in zigzag order.</summary>
        public byte[] Table { get; } = new byte[Block * Block];

        /// <summary>Divides, rounds and puts in zigzag order.</summary>
        /// <returns>A bit for each level that is not 0.</returns>
        public ulong Quantize(float[] block, int[] levels)
        {
            ulong set = 0;
            ReadOnlySpan<byte> order = JpegTables.ZigZag;
            for (int i = 0; i < levels.Length; i++)
            {
                int level = (int)MathF.Round(block[order[i]] * _factors[i]);
                levels[i] = level;
                if (level != 0) set |= 1UL << i;
            }
            return set;
        }

        private static double Scale(int index) => index == 0 ? 1 : Math.Sqrt(2) * Math.Cos(index * Math.PI / 16);
    }

    /// <summary>The code of each symbol, assigned as annex C says.</summary>
    private sealed class HuffmanCodes
    {
        public HuffmanCodes(ReadOnlySpan<byte> lengths, ReadOnlySpan<byte> symbols)
        {
            int code = 0, next = 0;
            for (int length = 1; length <= lengths.Length; length++, code <<= 1)
            {
                for (int i = 0; i < lengths[length - 1]; i++, code++)
                {
                    Code[symbols[next]] = (ushort)code;
                    Length[symbols[next++]] = (byte)length;
                }
            }
        }

        public ushort[] Code { get; } = new ushort[256];

        public byte[] Length { get; } = new byte[256];
    }
}
