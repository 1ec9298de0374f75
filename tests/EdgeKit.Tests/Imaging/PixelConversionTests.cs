using EdgeKit.Imaging;
using Xunit;

namespace EdgeKit.Tests.Imaging;

public class PixelConversionTests
{
    public static TheoryData<PixelFormat, YuvMatrix, int, int> Cases
    {
        get
        {
            var cases = new TheoryData<PixelFormat, YuvMatrix, int, int>();
            foreach (YuvMatrix matrix in Enum.GetValues<YuvMatrix>())
            {
                cases.Add(PixelFormat.Yuyv, matrix, 34, 5);
                foreach (PixelFormat format in (PixelFormat[])[PixelFormat.Nv12, PixelFormat.I420, PixelFormat.I422, PixelFormat.I444, PixelFormat.Grey])
                {
                    cases.Add(format, matrix, 32, 6);
                    cases.Add(format, matrix, 33, 7);
                    cases.Add(format, matrix, 1, 1);
                }
            }
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_format_is_the_matrix_in_double_precision_rounded(PixelFormat format, YuvMatrix matrix, int width, int height)
    {
        foreach (int padding in (int[])[0, 6, 31])
        {
            int stride = RawPicture.MinStride(format, width) + padding;
            byte[] data = Noise(RawPicture.ByteCount(format, height, stride));
            var frame = new Frame(width, height);
            PixelConversion.ToRgb(new RawPicture(format, width, height, stride, matrix, data), frame);
            for (int y = 0; y < height; y++)
            {
                for (int x = 0; x < width; x++)
                {
                    (int luma, int u, int v) = Sample(format, data, height, stride, x, y);
                    double[] exact = Reference(matrix, luma, u, v);
                    for (int c = 0; c < 3; c++)
                        Assert.InRange(frame.Pixels[(((y * width) + x) * 3) + c], Math.Clamp(exact[c], 0, 255) - 0.501, Math.Clamp(exact[c], 0, 255) + 0.501);
                }
            }
        }
    }

    [Theory]
    [InlineData(16, 128, 128, 0, 0, 0)]
    [InlineData(235, 128, 128, 255, 255, 255)]
    [InlineData(81, 90, 240, 254, 0, 0)]
    [InlineData(145, 54, 34, 0, 255, 1)]
    [InlineData(41, 240, 110, 0, 0, 255)]
    public void Primaries_of_BT601_are_the_known_ones(byte y, byte u, byte v, int red, int green, int blue)
    {
        var frame = new Frame(2, 1);
        PixelConversion.ToRgb(new RawPicture(PixelFormat.Yuyv, 2, 1, 4, YuvMatrix.Bt601Limited, [y, u, y, v]), frame);
        Assert.Equal([red, green, blue, red, green, blue], frame.Pixels.Select(static p => (int)p));
    }

    [Fact]
    public void Rgb_is_copied_without_the_padding()
    {
        var frame = new Frame(1, 2);
        PixelConversion.ToRgb(new RawPicture(PixelFormat.Rgb24, 1, 2, 4, YuvMatrix.Bt601Limited, [1, 2, 3, 99, 4, 5, 6, 99]), frame);
        Assert.Equal([1, 2, 3, 4, 5, 6], frame.Pixels);
    }

    [JpegTheory]
    [InlineData("420.jpg")]
    public void Jpeg_is_what_the_picture_file_is_and_decoding_allocates_nothing(string name)
    {
        string path = Path.Combine(AppContext.BaseDirectory, "Imaging", "golden", name);
        byte[] data = File.ReadAllBytes(path);
        Frame expected = ImageFile.Decode(data, path);
        var frame = new Frame(expected.Width, expected.Height);
        void Convert() => PixelConversion.ToRgb(new RawPicture(PixelFormat.Jpeg, frame.Width, frame.Height, 0, YuvMatrix.Bt601Full, data), frame);
        Convert();
        Assert.Equal(expected.Pixels, frame.Pixels);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Convert();
        if (ImageCodecs.JpegDecoderName.Contains("turbo", StringComparison.Ordinal)) Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        var other = new Frame(expected.Width + 1, expected.Height);
        Assert.Throws<ImageException>(() => PixelConversion.ToRgb(new RawPicture(PixelFormat.Jpeg, other.Width, other.Height, 0, YuvMatrix.Bt601Full, data), other));
    }

    [Fact]
    public void Short_data_short_rows_odd_YUYV_and_other_sizes_are_refused()
    {
        Assert.Throws<ArgumentException>(() => PixelConversion.ToRgb(new RawPicture(PixelFormat.Yuyv, 2, 2, 4, YuvMatrix.Bt601Limited, new byte[7]), new Frame(2, 2)));
        Assert.Throws<ArgumentException>(() => PixelConversion.ToRgb(new RawPicture(PixelFormat.Yuyv, 2, 2, 3, YuvMatrix.Bt601Limited, new byte[8]), new Frame(2, 2)));
        Assert.Throws<ArgumentException>(() => PixelConversion.ToRgb(new RawPicture(PixelFormat.Yuyv, 3, 2, 6, YuvMatrix.Bt601Limited, new byte[12]), new Frame(3, 2)));
        Assert.Throws<ArgumentException>(() => PixelConversion.ToRgb(new RawPicture(PixelFormat.I420, 4, 4, 4, YuvMatrix.Bt601Limited, new byte[23]), new Frame(4, 4)));
        Assert.Throws<ArgumentException>(() => PixelConversion.ToRgb(new RawPicture(PixelFormat.Grey, 2, 2, 2, YuvMatrix.Bt601Limited, new byte[4]), new Frame(2, 3)));
    }

    /// <summary>Where a pixel's samples lie, written down once more and simply.</summary>
    private static (int Y, int U, int V) Sample(PixelFormat format, byte[] data, int height, int stride, int x, int y)
    {
        int luma = stride * height, half = (stride + 1) / 2, rows = (height + 1) / 2;
        return format switch
        {
            PixelFormat.Yuyv => (data[(y * stride) + (x * 2)], data[(y * stride) + (x / 2 * 4) + 1], data[(y * stride) + (x / 2 * 4) + 3]),
            PixelFormat.Nv12 => (data[(y * stride) + x], data[luma + (y / 2 * stride) + (x / 2 * 2)], data[luma + (y / 2 * stride) + (x / 2 * 2) + 1]),
            PixelFormat.I420 => (data[(y * stride) + x], data[luma + (y / 2 * half) + (x / 2)], data[luma + (rows * half) + (y / 2 * half) + (x / 2)]),
            PixelFormat.I422 => (data[(y * stride) + x], data[luma + (y * half) + (x / 2)], data[luma + (height * half) + (y * half) + (x / 2)]),
            PixelFormat.I444 => (data[(y * stride) + x], data[luma + (y * stride) + x], data[(2 * luma) + (y * stride) + x]),
            _ => (data[(y * stride) + x], 128, 128),
        };
    }

    private static double[] Reference(YuvMatrix matrix, int luma, int u, int v)
    {
        (double kr, double kb) = matrix is YuvMatrix.Bt601Limited or YuvMatrix.Bt601Full ? (0.299, 0.114) : (0.2126, 0.0722);
        bool limited = matrix is YuvMatrix.Bt601Limited or YuvMatrix.Bt709Limited;
        double y = limited ? (luma - 16) / 219.0 : luma / 255.0, scale = limited ? 224.0 : 255.0, cb = (u - 128) / scale, cr = (v - 128) / scale;
        double red = y + (2 * (1 - kr) * cr), blue = y + (2 * (1 - kb) * cb), green = (y - (kr * red) - (kb * blue)) / (1 - kr - kb);
        return [red * 255, green * 255, blue * 255];
    }

    private static byte[] Noise(int bytes)
    {
        byte[] data = new byte[bytes];
        new Random(bytes).NextBytes(data);
        return data;
    }
}
