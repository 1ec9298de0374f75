using System.Buffers.Binary;
using System.IO.Compression;
using EdgeKit.Imaging;

namespace EdgeKit.Tests.Imaging;

/// <summary>Writes any kind of PNG from random samples, with the picture that it must decode to.</summary>
internal sealed class PngEncoder(int width, int height, int colorType, int depth, bool interlaced, int seed)
{
    private static readonly (int X, int Y, int StepX, int StepY)[] Adam7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    private readonly Random random = new(seed);
    private readonly int channels = colorType switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };
    private readonly byte[] palette = new byte[3 * 256];

    public Frame Expected { get; } = new(width, height);

    public byte[] Encode()
    {
        random.NextBytes(palette);
        using MemoryStream compressed = new();
        using (ZLibStream deflate = new(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            foreach ((int x, int y, int stepX, int stepY) in interlaced ? Adam7 : [(0, 0, 1, 1)])
                WritePass(deflate, x, y, stepX, stepY);
        }
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9], header[12]) = ((byte)depth, (byte)colorType, interlaced ? (byte)1 : (byte)0);
        byte[] data = compressed.ToArray();
        int half = data.Length / 2;
        return
        [
            .. PngFormat.Signature, .. Chunk("IHDR"u8, header), .. Chunk("tEXt"u8, "Title\0t"u8), .. colorType == 3 ? Chunk("PLTE"u8, palette) : [],
            .. Chunk("IDAT"u8, data.AsSpan(0, half)), .. Chunk("IDAT"u8, data.AsSpan(half)), .. Chunk("IEND"u8, []),
        ];
    }

    public static byte[] Chunk(ReadOnlySpan<byte> type, ReadOnlySpan<byte> content)
    {
        byte[] chunk = [0, 0, 0, 0, .. type, .. content, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(chunk, content.Length);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(chunk.Length - 4), PngFormat.Crc(chunk.AsSpan(4, content.Length + 4)));
        return chunk;
    }

    private void WritePass(Stream deflate, int x0, int y0, int stepX, int stepY)
    {
        int columns = x0 < width ? (width - x0 + stepX - 1) / stepX : 0;
        if (columns == 0)
            return;
        byte[] previous = new byte[(columns * channels * depth + 7) / 8];
        for (int y = y0; y < height; y += stepY)
        {
            byte[] row = new byte[previous.Length];
            for (int column = 0; column < columns; column++)
                WritePixel(row, column, x0 + column * stepX, y);
            byte filter = (byte)random.Next(5);
            deflate.WriteByte(filter);
            deflate.Write(Filter(filter, row, previous));
            previous = row;
        }
    }

    private void WritePixel(byte[] row, int column, int x, int y)
    {
        int[] samples = new int[channels];
        for (int c = 0; c < channels; c++)
        {
            samples[c] = random.Next(1 << depth);
            int bit = (column * channels + c) * depth;
            if (depth == 16)
                row[bit / 8 + 1] = (byte)samples[c];
            row[bit / 8] |= (byte)(depth >= 8 ? samples[c] >> (depth - 8) : samples[c] << (8 - depth - bit % 8));
        }
        for (int c = 0; c < 3; c++)
        {
            int sample = samples[colorType is 2 or 6 ? c : 0];
            Expected.Row(y)[x * 3 + c] = colorType == 3 ? palette[sample * 3 + c] : (byte)(sample * 255 / ((1 << depth) - 1));
            if (depth == 16)
                Expected.Row(y)[x * 3 + c] = (byte)(sample >> 8);
        }
    }

    private byte[] Filter(byte filter, byte[] row, byte[] up)
    {
        int pixelBytes = Math.Max(1, channels * depth / 8);
        return [.. row.Select((value, i) =>
        {
            int left = i >= pixelBytes ? row[i - pixelBytes] : 0;
            int upperLeft = i >= pixelBytes ? up[i - pixelBytes] : 0;
            return (byte)(value - filter switch { 0 => 0, 1 => left, 2 => up[i], 3 => (left + up[i]) >> 1, _ => PngFormat.Paeth(left, up[i], upperLeft) });
        })];
    }
}
