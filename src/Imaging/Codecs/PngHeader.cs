using System.Buffers.Binary;

namespace EdgeKit.Imaging;

/// <summary>The IHDR chunk, checked.</summary>
internal readonly record struct PngHeader(int Width, int Height, int BitDepth, int ColorType, bool Interlaced)
{
    internal bool IsPalette => ColorType == 3;

    internal bool IsGrey => (ColorType & 2) == 0;

    /// <summary>Samples a pixel: 1 grey or palette, 2 grey and alpha, 3 RGB, 4 RGB and alpha.</summary>
    internal int Channels => IsPalette ? 1 : (IsGrey ? 1 : 3) + (ColorType >> 2);

    /// <summary>The distance in bytes to the left neighbour that row filters use, at least 1.</summary>
    internal int PixelBytes => Math.Max(1, Channels * BitDepth / 8);

    internal long RowBytes(int columns) => ((long)columns * Channels * BitDepth + 7) / 8;

    internal static PngHeader Parse(ReadOnlySpan<byte> content)
    {
        if (content.Length != 13)
            throw new ImageException("PNG: the IHDR chunk does not have 13 bytes");
        uint width = BinaryPrimitives.ReadUInt32BigEndian(content);
        uint height = BinaryPrimitives.ReadUInt32BigEndian(content[4..]);
        Frame.CheckSize(width, height);
        int depth = content[8];
        int type = content[9];
        bool legal = type switch
        {
            0 => depth is 1 or 2 or 4 or 8 or 16,
            3 => depth is 1 or 2 or 4 or 8,
            2 or 4 or 6 => depth is 8 or 16,
            _ => false,
        };
        if (!legal || content[10] != 0 || content[11] != 0 || content[12] > 1)
            throw new ImageException($"PNG: colour type {type} with {depth} bits, compression {content[10]}, filter {content[11]}, interlace {content[12]} is not defined");
        return new PngHeader((int)width, (int)height, depth, type, content[12] == 1);
    }
}
