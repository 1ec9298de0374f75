using System.Buffers.Binary;
using System.Text;
using EdgeKit.Imaging;
using Xunit;

namespace EdgeKit.Tests.Imaging;

public class BmpAndNetpbmTests
{
    [Theory]
    [InlineData(24, false)]
    [InlineData(24, true)]
    [InlineData(32, false)]
    [InlineData(32, true)]
    public void Bmp_rows_are_padded_and_upside_down_unless_the_height_is_negative(int bits, bool topDown)
    {
        Frame frame = Golden.Noise(5, 5, 3);
        Golden.AssertSame(frame, ImageFile.Decode(Bmp(frame, bits, topDown), "test.bmp"));
    }

    [Fact]
    public void Bmp_with_a_palette()
    {
        byte[] data = Bmp(new Frame(2, 1), 24, topDown: false);
        data = [.. data.AsSpan(0, 54), 1, 2, 3, 0, 4, 5, 6, 0, 1, 0, 0, 0];
        (data[10], data[28], data[46]) = (62, 8, 2);
        Assert.Equal([6, 5, 4, 3, 2, 1], ImageFile.Decode(data, "test.bmp").Pixels);

        data[62] = 2;
        Assert.Contains("palette", Assert.Throws<ImageException>(() => ImageFile.Decode(data, "test.bmp")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(28, 16, "16 bits a pixel")]
    [InlineData(30, 1, "compression 1")]
    [InlineData(14, 12, "header of 12 bytes")]
    public void Bmp_kinds_that_are_not_supported_are_named(int offset, byte value, string reason)
    {
        byte[] data = Bmp(new Frame(2, 2), 24, topDown: false);
        data[offset] = value;
        Assert.Contains(reason, Assert.Throws<ImageException>(() => ImageFile.Decode(data, "test.bmp")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Ppm_with_comments()
    {
        byte[] data = [.. "P6 # made by hand\n# another\n2 1\n255\n"u8, 1, 2, 3, 4, 5, 6];
        Assert.Equal([1, 2, 3, 4, 5, 6], ImageFile.Decode(data, "test.ppm").Pixels);
    }

    [Fact]
    public void Pgm_becomes_rgb_and_other_maximum_values_are_scaled()
    {
        Assert.Equal([0, 0, 0, 85, 85, 85, 255, 255, 255], ImageFile.Decode([.. "P5 3 1 3\n"u8, 0, 1, 3], "test.pgm").Pixels);
        Assert.Equal([128, 128, 128], ImageFile.Decode([.. "P5 1 1 65535\n"u8, 0x80, 0x00], "test.pgm").Pixels);
    }

    [Theory]
    [InlineData("P6 2 2 255\n123", "ends before its last row")]
    [InlineData("P6 2", "lacks")]
    [InlineData("P6 0 2 255\n", "0x2")]
    [InlineData("P6 99999 99999 255\n", "million")]
    [InlineData("P5 1 1 70000\nx", "70000")]
    public void Bad_headers_are_named(string text, string reason)
    {
        ImageException e = Assert.Throws<ImageException>(() => ImageFile.Decode(Encoding.ASCII.GetBytes(text), "bad.ppm"));
        Assert.StartsWith("bad.ppm: ", e.Message, StringComparison.Ordinal);
        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
    }

    /// <summary>An uncompressed bitmap with the 40-byte header.</summary>
    internal static byte[] Bmp(Frame frame, int bits, bool topDown)
    {
        int stride = (frame.Width * bits + 31) / 32 * 4;
        byte[] data = new byte[54 + stride * frame.Height];
        "BM"u8.CopyTo(data);
        data[10] = 54;
        data[14] = 40;
        BinaryPrimitives.WriteInt32LittleEndian(data.AsSpan(18), frame.Width);
        BinaryPrimitives.WriteInt32LittleEndian(data.AsSpan(22), topDown ? -frame.Height : frame.Height);
        (data[26], data[28]) = (1, (byte)bits);
        for (int y = 0; y < frame.Height; y++)
        {
            int row = 54 + stride * (topDown ? y : frame.Height - 1 - y);
            for (int i = 0; i < frame.Width * 3; i++)
                data[row + i / 3 * (bits / 8) + 2 - i % 3] = frame.Row(y)[i];
        }
        return data;
    }
}
