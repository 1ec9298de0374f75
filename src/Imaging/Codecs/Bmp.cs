using System.Buffers.Binary;

namespace EdgeKit.Imaging;

/// <summary>Windows bitmaps without compression: 8-bit palette, 24 bits, 32 bits. Format: BITMAPFILEHEADER and BITMAPINFOHEADER of the Windows GDI reference.</summary>
internal static class Bmp
{
    private const int FileHeaderBytes = 14;
    private const int InfoHeaderBytes = 40;
    private const int Rgb = 0;
    private const int BitFields = 3;

    internal static bool Matches(ReadOnlySpan<byte> data) => data.StartsWith("BM"u8);

    internal static Frame Decode(ReadOnlySpan<byte> data)
    {
        if (data.Length < FileHeaderBytes + InfoHeaderBytes)
            throw new ImageException("BMP: the file ends within its header");
        uint pixelOffset = BinaryPrimitives.ReadUInt32LittleEndian(data[10..]);
        ReadOnlySpan<byte> info = data[FileHeaderBytes..];
        uint headerBytes = BinaryPrimitives.ReadUInt32LittleEndian(info);
        if (headerBytes is < InfoHeaderBytes or > 1024)
            throw new ImageException($"BMP: a header of {headerBytes} bytes (OS/2?) is not supported");

        int width = BinaryPrimitives.ReadInt32LittleEndian(info[4..]);
        int signedHeight = BinaryPrimitives.ReadInt32LittleEndian(info[8..]);
        int bits = BinaryPrimitives.ReadUInt16LittleEndian(info[14..]);
        int compression = BinaryPrimitives.ReadInt32LittleEndian(info[16..]);
        long height = Math.Abs((long)signedHeight);
        Frame.CheckSize(width, height);
        if (bits is not (8 or 24 or 32))
            throw new ImageException($"BMP: {bits} bits a pixel are not supported, only 8, 24 and 32");
        if (compression != Rgb && !(compression == BitFields && bits == 32 && HasUsualMasks(info)))
            throw new ImageException($"BMP: compression {compression} with {bits} bits a pixel is not supported; save it uncompressed");

        ReadOnlySpan<byte> palette = bits == 8 ? ReadPalette(info, headerBytes) : default;
        long stride = ((long)width * bits + 31) / 32 * 4;
        if (pixelOffset > data.Length || data.Length - pixelOffset < stride * height)
            throw new ImageException("BMP: the file ends before its last row");

        Frame frame = new(width, (int)height);
        for (int y = 0; y < frame.Height; y++)
        {
            int storedRow = signedHeight > 0 ? frame.Height - 1 - y : y;
            ReadRow(data.Slice((int)(pixelOffset + storedRow * stride), (int)stride), bits, palette, frame.Row(y));
        }
        return frame;
    }

    private static void ReadRow(ReadOnlySpan<byte> source, int bits, ReadOnlySpan<byte> palette, Span<byte> rgb)
    {
        int pixelBytes = bits / 8;
        for (int i = 0, s = 0; i < rgb.Length; i += 3, s += pixelBytes)
        {
            ReadOnlySpan<byte> bgr = source[s..];
            if (bits == 8)
            {
                int entry = source[s] * 4;
                if (entry >= palette.Length)
                    throw new ImageException($"BMP: colour {source[s]} is not in the palette of {palette.Length / 4}");
                bgr = palette[entry..];
            }
            rgb[i] = bgr[2];
            rgb[i + 1] = bgr[1];
            rgb[i + 2] = bgr[0];
        }
    }

    private static ReadOnlySpan<byte> ReadPalette(ReadOnlySpan<byte> info, uint headerBytes)
    {
        uint colors = BinaryPrimitives.ReadUInt32LittleEndian(info[32..]);
        if (colors == 0)
            colors = 256;
        if (colors > 256 || info.Length < headerBytes + colors * 4)
            throw new ImageException($"BMP: a palette of {colors} colours does not fit");
        return info.Slice((int)headerBytes, (int)colors * 4);
    }

    // The masks follow the 40-byte header or are fields of the longer ones: the same place.
    private static bool HasUsualMasks(ReadOnlySpan<byte> info) =>
        info.Length >= InfoHeaderBytes + 12
        && BinaryPrimitives.ReadUInt32LittleEndian(info[40..]) == 0x00FF0000
        && BinaryPrimitives.ReadUInt32LittleEndian(info[44..]) == 0x0000FF00
        && BinaryPrimitives.ReadUInt32LittleEndian(info[48..]) == 0x000000FF;
}
