namespace EdgeKit.Imaging;

/// <summary>What the PNG reader and writer share: the signature, filter 4's predictor and the chunk checksum. Format: W3C Portable Network Graphics Specification, third edition.</summary>
internal static class PngFormat
{
    private static readonly uint[] CrcTable = MakeCrcTable();

    internal static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Predicts a byte from its left, upper and upper-left neighbours (specification, section 9.4).</summary>
    internal static byte Paeth(int left, int up, int upperLeft)
    {
        int estimate = left + up - upperLeft;
        int toLeft = Math.Abs(estimate - left);
        int toUp = Math.Abs(estimate - up);
        int toUpperLeft = Math.Abs(estimate - upperLeft);
        if (toLeft <= toUp && toLeft <= toUpperLeft)
            return (byte)left;
        return (byte)(toUp <= toUpperLeft ? up : upperLeft);
    }

    /// <summary>The CRC-32 of a chunk's type and data (specification, annex D).</summary>
    internal static uint Crc(ReadOnlySpan<byte> typeAndData)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in typeAndData)
            crc = CrcTable[(byte)(crc ^ value)] ^ (crc >> 8);
        return ~crc;
    }

    private static uint[] MakeCrcTable()
    {
        uint[] table = new uint[256];
        for (uint n = 0; n < 256; n++)
        {
            uint c = n;
            for (int bit = 0; bit < 8; bit++)
                c = (c & 1) != 0 ? 0xEDB88320 ^ (c >> 1) : c >> 1;
            table[n] = c;
        }
        return table;
    }
}
