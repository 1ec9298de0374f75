using System.Buffers.Binary;
using System.Text;

namespace EdgeKit.Imaging;

/// <summary>Binary PPM (P6) and PGM (P5), 8 or 16 bits a sample. Format: the Netpbm manual pages ppm(5) and pgm(5).</summary>
internal static class Netpbm
{
    internal static bool Matches(ReadOnlySpan<byte> data) => data.Length >= 3 && data[0] == 'P' && data[1] is (byte)'5' or (byte)'6' && IsSpace(data[2]);

    internal static Frame Decode(ReadOnlySpan<byte> data)
    {
        int channels = data[1] == '5' ? 1 : 3;
        int position = 2;
        int width = ReadNumber(data, ref position);
        int height = ReadNumber(data, ref position);
        int max = ReadNumber(data, ref position);
        if (position >= data.Length || !IsSpace(data[position]))
            throw new ImageException("PPM/PGM: the header is not followed by white space");
        position++;
        if (max is < 1 or > 65535)
            throw new ImageException($"PPM/PGM: maximum sample value {max}, expected 1 to 65535");
        Frame.CheckSize(width, height);

        int sampleBytes = max > 255 ? 2 : 1;
        ReadOnlySpan<byte> samples = data[position..];
        if (samples.Length < (long)width * height * channels * sampleBytes)
            throw new ImageException("PPM/PGM: the file ends before its last row");

        Frame frame = new(width, height);
        byte[] pixels = frame.Pixels;
        for (int i = 0; i < pixels.Length; i++)
        {
            int index = channels == 3 ? i : i / 3;
            int sample = sampleBytes == 1 ? samples[index] : BinaryPrimitives.ReadUInt16BigEndian(samples[(index * 2)..]);
            pixels[i] = max == 255 ? (byte)sample : (byte)((Math.Min(sample, max) * 255 + max / 2) / max);
        }
        return frame;
    }

    internal static void Write(Frame frame, Stream stream)
    {
        stream.Write(Encoding.ASCII.GetBytes($"P6\n{frame.Width} {frame.Height}\n255\n"));
        stream.Write(frame.Pixels);
    }

    private static int ReadNumber(ReadOnlySpan<byte> data, ref int position)
    {
        while (position < data.Length && (IsSpace(data[position]) || data[position] == '#'))
        {
            bool comment = data[position++] == '#';
            while (comment && position < data.Length && data[position] is not ((byte)'\n' or (byte)'\r'))
                position++;
        }
        int start = position;
        int value = 0;
        while (position < data.Length && data[position] is >= (byte)'0' and <= (byte)'9' && position - start < 9)
            value = value * 10 + data[position++] - '0';
        if (position == start)
            throw new ImageException("PPM/PGM: the header lacks width, height or maximum value");
        return value;
    }

    private static bool IsSpace(byte value) => value is (byte)' ' or (>= 9 and <= 13);
}
