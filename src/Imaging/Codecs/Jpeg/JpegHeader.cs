using System.Buffers.Binary;

namespace EdgeKit.Imaging;

/// <summary>
/// The facts of a JPEG file that are checked before any decoder sees it, so that every decoder accepts the same files: size, coding process, and that the file is whole.
/// Format: ITU-T T.81, annex B.
/// </summary>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Components">1 greyscale, 3 colour, 4 CMYK or YCCK.</param>
/// <param name="IsAdobe">There is an Adobe APP14 segment: the writer stores CMYK inverted.</param>
internal readonly record struct JpegHeader(int Width, int Height, int Components, bool IsAdobe)
{
    // A handful of scans is usual; thousands of them in a small file are an attack on decoding time.
    private const int MaxScans = 100;

    internal static ReadOnlySpan<byte> Magic => [0xFF, 0xD8, 0xFF];

    internal static JpegHeader Parse(ReadOnlySpan<byte> data)
    {
        JpegHeader header = default;
        bool adobe = false;
        int position = 2;
        while (true)
        {
            byte marker = NextMarker(data, ref position);
            if (marker is 0x01 or (>= 0xD0 and <= 0xD7))
                continue;
            if (marker == 0xD9)
                throw new ImageException("JPEG: the file holds no picture");
            ReadOnlySpan<byte> segment = ReadSegment(data, ref position);
            if (marker == 0xEE)
                adobe |= segment.StartsWith("Adobe"u8);
            else if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
                header = ParseFrame(marker, segment);
            else if (marker == 0xDA)
                break;
        }
        if (header.Width == 0)
            throw new ImageException("JPEG: the frame header is missing");
        CheckScans(data[position..]);
        return header with { IsAdobe = adobe };
    }

    private static JpegHeader ParseFrame(byte marker, ReadOnlySpan<byte> segment)
    {
        if (segment.Length < 6)
            throw new ImageException("JPEG: the frame header is too short");
        if (marker > 0xC2)
            throw new ImageException($"JPEG: coding process SOF{marker - 0xC0} (lossless, hierarchical or arithmetic) is not supported; save it as baseline or progressive");
        if (segment[0] != 8)
            throw new ImageException($"JPEG: {segment[0]} bits a sample are not supported, only 8");
        int height = BinaryPrimitives.ReadUInt16BigEndian(segment[1..]);
        int width = BinaryPrimitives.ReadUInt16BigEndian(segment[3..]);
        int components = segment[5];
        Frame.CheckSize(width, height);
        if (components is not (1 or 3 or 4))
            throw new ImageException($"JPEG: {components} colour components are not supported");
        return new JpegHeader(width, height, components, IsAdobe: false);
    }

    private static void CheckScans(ReadOnlySpan<byte> data)
    {
        if (data.LastIndexOf([(byte)0xFF, (byte)0xD9]) < 0)
            throw new ImageException("JPEG: the file ends before its end-of-image marker; it is truncated");
        if (data.Count([(byte)0xFF, (byte)0xDA]) >= MaxScans)
            throw new ImageException($"JPEG: more than {MaxScans} scans");
    }

    private static byte NextMarker(ReadOnlySpan<byte> data, ref int position)
    {
        // Garbage between segments, fill bytes and stuffed zeros are skipped, as libjpeg does.
        while (position + 1 < data.Length && (data[position] != 0xFF || data[position + 1] is 0xFF or 0x00))
            position++;
        if (position + 1 >= data.Length)
            throw new ImageException("JPEG: the file ends within its header");
        position += 2;
        return data[position - 1];
    }

    private static ReadOnlySpan<byte> ReadSegment(ReadOnlySpan<byte> data, ref int position)
    {
        int length = data.Length - position < 2 ? 0 : BinaryPrimitives.ReadUInt16BigEndian(data[position..]);
        if (length < 2 || length > data.Length - position)
            throw new ImageException("JPEG: the file ends within its header");
        ReadOnlySpan<byte> segment = data.Slice(position + 2, length - 2);
        position += length;
        return segment;
    }
}
