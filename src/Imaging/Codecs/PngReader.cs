using System.Buffers.Binary;
using System.IO.Compression;

namespace EdgeKit.Imaging;

/// <summary>
/// Reads PNG: every colour type, 1 to 16 bits a sample, plain or interlaced (Adam7). 16-bit samples keep their high byte; alpha and tRNS are ignored
/// (the colours behind transparent pixels show), as Pillow's convert("RGB") does; gamma and colour profiles are ignored.
/// </summary>
internal static class PngReader
{
    // Deflate cannot expand further, so a file with fewer compressed bytes is refused before its pixels are allocated.
    private const int DeflateMaxRatio = 1032;

    private static ReadOnlySpan<byte> PassX => [0, 4, 0, 2, 0, 1, 0];

    private static ReadOnlySpan<byte> PassY => [0, 0, 4, 0, 2, 0, 1];

    private static ReadOnlySpan<byte> PassStepX => [8, 8, 4, 4, 2, 2, 1];

    private static ReadOnlySpan<byte> PassStepY => [8, 8, 8, 4, 4, 2, 2];

    internal static bool Matches(ReadOnlySpan<byte> data) => data.StartsWith(PngFormat.Signature);

    internal static Frame Decode(ReadOnlySpan<byte> data)
    {
        PngHeader header = default;
        ReadOnlySpan<byte> palette = default;
        using MemoryStream compressed = new();
        int position = PngFormat.Signature.Length;
        for (bool end = false; !end;)
        {
            ReadOnlySpan<byte> type = ReadChunk(data, ref position, out ReadOnlySpan<byte> content);
            if (type.SequenceEqual("IHDR"u8) != (header.Width == 0))
                throw new ImageException("PNG: the file must have one IHDR chunk, at its start");
            if (type.SequenceEqual("IHDR"u8))
                header = PngHeader.Parse(content);
            else if (type.SequenceEqual("PLTE"u8))
                palette = content;
            else if (type.SequenceEqual("IDAT"u8))
                compressed.Write(content);
            else if (type.SequenceEqual("IEND"u8))
                end = true;
        }
        if (header.IsPalette && (palette.IsEmpty || palette.Length % 3 != 0))
            throw new ImageException("PNG: the palette is missing or malformed");
        if (compressed.Length * DeflateMaxRatio < header.RowBytes(header.Width) * (long)header.Height)
            throw new ImageException("PNG: the file holds too little data for its size");

        compressed.Position = 0;
        try
        {
            using ZLibStream inflated = new(compressed, CompressionMode.Decompress);
            return ReadPixels(inflated, header, palette);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new ImageException("PNG: the compressed data is damaged or ends too early", e);
        }
    }

    private static ReadOnlySpan<byte> ReadChunk(ReadOnlySpan<byte> data, scoped ref int position, out ReadOnlySpan<byte> content)
    {
        const int Overhead = 12; // length, type and checksum
        ReadOnlySpan<byte> rest = data[position..];
        uint length = rest.Length < Overhead ? uint.MaxValue : BinaryPrimitives.ReadUInt32BigEndian(rest);
        if (length > rest.Length - Overhead)
            throw new ImageException("PNG: the file ends within a chunk");
        ReadOnlySpan<byte> type = rest.Slice(4, 4);
        content = rest.Slice(8, (int)length);
        bool critical = (type[0] & 0x20) == 0;
        if (critical && PngFormat.Crc(rest.Slice(4, (int)length + 4)) != BinaryPrimitives.ReadUInt32BigEndian(rest[(8 + (int)length)..]))
            throw new ImageException($"PNG: the checksum of the chunk at byte {position} is wrong");
        position += Overhead + (int)length;
        return type;
    }

    private static Frame ReadPixels(ZLibStream inflated, in PngHeader header, ReadOnlySpan<byte> palette)
    {
        Frame frame = new(header.Width, header.Height);
        if (!header.Interlaced)
        {
            ReadPass(inflated, header, palette, frame, 0, 0, 1, 1);
            return frame;
        }
        for (int pass = 0; pass < PassX.Length; pass++)
            ReadPass(inflated, header, palette, frame, PassX[pass], PassY[pass], PassStepX[pass], PassStepY[pass]);
        return frame;
    }

    private static void ReadPass(ZLibStream inflated, in PngHeader header, ReadOnlySpan<byte> palette, Frame frame, int x0, int y0, int stepX, int stepY)
    {
        if (x0 >= frame.Width)
            return;
        int columns = (frame.Width - x0 + stepX - 1) / stepX;
        byte[] row = new byte[header.RowBytes(columns) + 1];
        byte[] previous = new byte[row.Length];
        for (int y = y0; y < frame.Height; y += stepY)
        {
            inflated.ReadExactly(row);
            Unfilter(row[0], row.AsSpan(1), previous.AsSpan(1), header.PixelBytes);
            StoreRow(row.AsSpan(1), header, palette, frame.Row(y), x0, stepX);
            (row, previous) = (previous, row);
        }
    }

    private static void Unfilter(byte filter, Span<byte> row, ReadOnlySpan<byte> up, int pixelBytes)
    {
        if (filter > 4)
            throw new ImageException($"PNG: unknown row filter {filter}");
        for (int i = 0; i < row.Length && filter != 0; i++)
        {
            bool first = i < pixelBytes;
            int left = first ? 0 : row[i - pixelBytes];
            row[i] += filter switch
            {
                1 => (byte)left,
                2 => up[i],
                3 => (byte)((left + up[i]) / 2),
                _ => PngFormat.Paeth(left, up[i], first ? 0 : up[i - pixelBytes]),
            };
        }
    }

    private static void StoreRow(ReadOnlySpan<byte> samples, in PngHeader header, ReadOnlySpan<byte> palette, Span<byte> rgb, int x0, int stepX)
    {
        for (int x = x0, index = 0; x < rgb.Length / 3; x += stepX, index += header.Channels)
        {
            Span<byte> pixel = rgb.Slice(x * 3, 3);
            if (header.IsPalette)
            {
                int entry = Sample(samples, index, header.BitDepth) * 3;
                if (entry >= palette.Length)
                    throw new ImageException($"PNG: colour {entry / 3} is not in the palette of {palette.Length / 3}");
                palette.Slice(entry, 3).CopyTo(pixel);
            }
            else if (header.IsGrey)
            {
                int grey = Sample(samples, index, header.BitDepth);
                pixel.Fill((byte)(header.BitDepth < 8 ? grey * 255 / ((1 << header.BitDepth) - 1) : grey));
            }
            else
            {
                for (int c = 0; c < 3; c++)
                    pixel[c] = (byte)Sample(samples, index + c, header.BitDepth);
            }
        }
    }

    /// <summary>One sample; of a 16-bit one, the high byte.</summary>
    private static int Sample(ReadOnlySpan<byte> row, int index, int bitDepth)
    {
        if (bitDepth == 8)
            return row[index];
        if (bitDepth == 16)
            return row[index * 2];
        int bit = index * bitDepth;
        return (row[bit >> 3] >> (8 - bitDepth - (bit & 7))) & ((1 << bitDepth) - 1);
    }
}
