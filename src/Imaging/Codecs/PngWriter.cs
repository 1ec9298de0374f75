using System.Buffers.Binary;
using System.IO.Compression;

namespace EdgeKit.Imaging;

/// <summary>Writes 8-bit RGB PNG; each row takes the filter with the smallest sum of absolute differences (specification, section 12.7).</summary>
internal static class PngWriter
{
    internal static void Write(Frame frame, Stream stream)
    {
        stream.Write(PngFormat.Signature);
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, frame.Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), frame.Height);
        header[8] = 8; // bits a sample
        header[9] = 2; // RGB
        WriteChunk(stream, "IHDR"u8, header);

        using MemoryStream compressed = new();
        using (ZLibStream deflate = new(compressed, CompressionLevel.Optimal, leaveOpen: true))
            WriteRows(frame, deflate);
        WriteChunk(stream, "IDAT"u8, compressed.GetBuffer().AsSpan(0, (int)compressed.Length));
        WriteChunk(stream, "IEND"u8, []);
    }

    private static void WriteRows(Frame frame, ZLibStream deflate)
    {
        ReadOnlySpan<byte> previous = new byte[frame.Width * 3];
        byte[] candidate = new byte[frame.Width * 3 + 1];
        byte[] best = new byte[candidate.Length];
        for (int y = 0; y < frame.Height; y++)
        {
            ReadOnlySpan<byte> row = frame.Row(y);
            long bestCost = long.MaxValue;
            for (byte filter = 0; filter <= 4; filter++)
            {
                long cost = Filter(filter, row, previous, candidate);
                if (cost < bestCost)
                {
                    bestCost = cost;
                    (best, candidate) = (candidate, best);
                }
            }
            deflate.Write(best);
            previous = row;
        }
    }

    private static long Filter(byte filter, ReadOnlySpan<byte> row, ReadOnlySpan<byte> up, Span<byte> output)
    {
        output[0] = filter;
        long cost = 0;
        for (int i = 0; i < row.Length; i++)
        {
            int left = i < 3 ? 0 : row[i - 3];
            int predicted = filter switch
            {
                0 => 0,
                1 => left,
                2 => up[i],
                3 => (left + up[i]) / 2,
                _ => PngFormat.Paeth(left, up[i], i < 3 ? 0 : up[i - 3]),
            };
            byte difference = (byte)(row[i] - predicted);
            output[i + 1] = difference;
            cost += Math.Abs((int)(sbyte)difference);
        }
        return cost;
    }

    private static void WriteChunk(Stream stream, ReadOnlySpan<byte> type, ReadOnlySpan<byte> content)
    {
        byte[] chunk = new byte[content.Length + 12];
        BinaryPrimitives.WriteInt32BigEndian(chunk, content.Length);
        type.CopyTo(chunk.AsSpan(4));
        content.CopyTo(chunk.AsSpan(8));
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(content.Length + 8), PngFormat.Crc(chunk.AsSpan(4, content.Length + 4)));
        stream.Write(chunk);
    }
}
