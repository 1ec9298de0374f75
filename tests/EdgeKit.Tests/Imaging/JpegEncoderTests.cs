using System.Buffers;
using EdgeKit.Imaging;
using EdgeKit.Imaging.Scenes;
using Xunit;

namespace EdgeKit.Tests.Imaging;

public class JpegEncoderTests
{
    public static TheoryData<int, int, int, double> Pictures() => new()
    {
        { 64, 48, 75, 30 }, { 64, 48, 95, 37 }, { 33, 17, 90, 33 }, { 16, 16, 90, 33 }, { 1, 1, 90, 33 }, { 7, 90, 90, 33 }, { 320, 240, 30, 27 },
    };

    [JpegTheory]
    [MemberData(nameof(Pictures))]
    public void Every_decoder_reads_what_was_written(int width, int height, int quality, double decibels)
    {
        Frame picture = Smooth(width, height);
        byte[] file = Encoded(new JpegEncoder(quality), picture);
        foreach (IImageDecoder decoder in JpegTheoryAttribute.Decoders)
        {
            Frame read = decoder.Decode(file);
            Assert.Equal((width, height), (read.Width, read.Height));
            Assert.InRange(Psnr(picture, read), decibels, double.PositiveInfinity);
        }
    }

    [JpegTheory]
    [InlineData(0, 0, 0)]
    [InlineData(255, 255, 255)]
    [InlineData(255, 0, 0)]
    [InlineData(0, 255, 0)]
    [InlineData(0, 0, 255)]
    [InlineData(90, 140, 30)]
    public void Plain_colours_stay(byte red, byte green, byte blue)
    {
        var picture = new Frame(40, 24);
        for (int i = 0; i < picture.Pixels.Length; i += 3) (picture.Pixels[i], picture.Pixels[i + 1], picture.Pixels[i + 2]) = (red, green, blue);
        Frame read = JpegTheoryAttribute.Decoders[0].Decode(Encoded(new JpegEncoder(95), picture));
        Assert.InRange(Golden.MaxDifference(picture, read), 0, 3);
    }

    // The longest codes: black and white by turns in each direction, and noise, at the finest quantization.
    [JpegTheory]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    [InlineData(4, 1)]
    [InlineData(0, 0)]
    public void The_highest_coefficients_are_read_again(int columns, int rows)
    {
        var picture = new Frame(48, 48);
        var random = new Random(5);
        for (int y = 0; y < 48; y++)
            for (int x = 0; x < 48; x++) picture.Row(y).Slice(x * 3, 3).Fill(columns == 0 ? (byte)random.Next(256) : (x / columns + y / rows) % 2 == 0 ? (byte)255 : (byte)0);
        foreach (IImageDecoder decoder in JpegTheoryAttribute.Decoders) Assert.InRange(Psnr(picture, decoder.Decode(Encoded(new JpegEncoder(100), picture))), 45, double.PositiveInfinity);
    }

    [Fact]
    public void A_picture_is_the_same_bytes_again_and_allocates_nothing()
    {
        var encoder = new JpegEncoder(75);
        Frame scene = SceneRenderer.Render(3, 96, 64).Frame, other = Smooth(96, 64);
        var output = new ArrayBufferWriter<byte>();
        encoder.Encode(scene, output);
        byte[] first = output.WrittenSpan.ToArray();
        output.ResetWrittenCount();
        encoder.Encode(other, output);
        output.ResetWrittenCount();
        long before = GC.GetAllocatedBytesForCurrentThread();
        encoder.Encode(scene, output);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(first, output.WrittenSpan.ToArray());
        Assert.Equal(first, Encoded(new JpegEncoder(75), scene));
    }

    [Fact]
    public void Quality_and_size_have_bounds()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new JpegEncoder(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new JpegEncoder(101));
        Assert.Throws<ImageException>(() => new JpegEncoder(75).Encode(new Frame(65536, 1), new ArrayBufferWriter<byte>()));
    }

    private static byte[] Encoded(JpegEncoder encoder, Frame picture)
    {
        var output = new ArrayBufferWriter<byte>();
        encoder.Encode(picture, output);
        return output.WrittenSpan.ToArray();
    }

    private static Frame Smooth(int width, int height)
    {
        var picture = new Frame(width, height);
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
            {
                Span<byte> pixel = picture.Row(y).Slice(x * 3, 3);
                (pixel[0], pixel[1], pixel[2]) = ((byte)(127 + (100 * Math.Sin(x / 9.0))), (byte)(127 + (100 * Math.Cos(y / 11.0))), (byte)(127 + (90 * Math.Sin((x + y) / 13.0))));
            }
        return picture;
    }

    private static double Psnr(Frame expected, Frame actual)
    {
        double error = expected.Pixels.Zip(actual.Pixels, static (a, b) => Math.Pow(a - b, 2)).Average();
        return 10 * Math.Log10(255 * 255 / error);
    }
}
