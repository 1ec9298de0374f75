using EdgeKit.Imaging;
using EdgeKit.Testing;
using Xunit;

namespace EdgeKit.Tests.Imaging;

/// <summary>One pass on vectors against conversion, fitting and normalising one after the other in scalar code: the same bits, and no byte is touched past a camera's picture.</summary>
public sealed unsafe class PixelKernelTests
{
    private static readonly PixelFormat[] Formats =
        [PixelFormat.Rgb24, PixelFormat.Grey, PixelFormat.Yuyv, PixelFormat.Nv12, PixelFormat.I420, PixelFormat.I422, PixelFormat.I444];

    public static TheoryData<PixelFormat, YuvMatrix, Fit> Cases
    {
        get
        {
            var cases = new TheoryData<PixelFormat, YuvMatrix, Fit>();
            foreach (PixelFormat format in Formats)
            {
                foreach (YuvMatrix matrix in Enum.GetValues<YuvMatrix>())
                    foreach (Fit fit in Enum.GetValues<Fit>()) cases.Add(format, matrix, fit);
            }
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_format_and_every_tail_is_the_scalar_result(PixelFormat format, YuvMatrix matrix, Fit fit)
    {
        // Widths around every multiple of a vector; inputs that shrink, grow, keep and distort; crops whose first column is odd.
        for (int width = 1; width <= 37; width++)
        {
            if (format == PixelFormat.Yuyv && width % 2 != 0) continue;
            foreach ((int inputWidth, int inputHeight) in ((int, int)[])[(width, 5), (7, 3), (24, 9), (1, 1)])
                Compare(format, matrix, fit, width, 5 + (width % 3), width % 4 * 3, inputWidth, inputHeight);
        }
    }

    [Theory]
    [InlineData(PixelFormat.Yuyv, 640, 480, 224, 224)]
    [InlineData(PixelFormat.Nv12, 640, 480, 320, 192)]
    [InlineData(PixelFormat.Rgb24, 1280, 720, 96, 96)]
    [InlineData(PixelFormat.Grey, 640, 480, 416, 416)]
    [InlineData(PixelFormat.I420, 333, 251, 352, 352)]
    [InlineData(PixelFormat.I422, 64, 3000, 40, 40)]
    public void Sizes_of_cameras_and_models_are_the_scalar_result(PixelFormat format, int width, int height, int inputWidth, int inputHeight)
    {
        foreach (Fit fit in Enum.GetValues<Fit>()) Compare(format, YuvMatrix.Bt601Limited, fit, width, height, 0, inputWidth, inputHeight);
    }

    [Fact]
    public void Every_luma_with_every_chroma_is_the_scalar_result()
    {
        // All of 256 x 256 pairs of chroma with a few lumas, and all lumas with the extremes of chroma.
        byte[] lumas = [0, 1, 15, 16, 127, 235, 254, 255];
        foreach (byte luma in lumas)
        {
            byte[] data = new byte[256 * 256 * 4];
            for (int i = 0; i < 256 * 256; i++) (data[4 * i], data[(4 * i) + 1], data[(4 * i) + 2], data[(4 * i) + 3]) = (luma, (byte)i, (byte)~luma, (byte)(i >> 8));
            foreach (YuvMatrix matrix in Enum.GetValues<YuvMatrix>())
            {
                var picture = new RawPicture(PixelFormat.Yuyv, 512, 256, 1024, matrix, data);
                var expected = new Frame(512, 256);
                PixelConversion.ToRgb(picture, expected);
                var identity = new Preprocessor(new Preprocessing { Width = 512, Height = 256, Mean = [128, 128, 128], Std = [1, 1, 1] }, 1, 0);
                sbyte[] output = new sbyte[512 * 256 * 3];
                identity.ToInt8Nhwc(picture, output);
                Assert.True(expected.Pixels.AsSpan().SequenceEqual(Array.ConvertAll(output, static o => (byte)(o + 128))), $"{matrix}, luma {luma}");
            }
        }
    }

    [Fact]
    public void Pictures_of_one_size_and_any_format_allocate_nothing_after_the_first()
    {
        var preprocessor = new Preprocessor(new Preprocessing { Width = 24, Height = 16, Fit = Fit.Letterbox, Mean = [128, 128, 128], Std = [64, 64, 64] }, 0.02f, 0);
        sbyte[] output = new sbyte[24 * 16 * 3];
        foreach (PixelFormat format in Formats) preprocessor.ToInt8Nhwc(Picture(format, new byte[4 * 64 * 48]), output);
        byte[] data = new byte[4 * 64 * 48];
        long before = GC.GetAllocatedBytesForCurrentThread();
        foreach (PixelFormat format in Formats) preprocessor.ToInt8Nhwc(Picture(format, data), output);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        static RawPicture Picture(PixelFormat format, byte[] data) => new(format, 64, 48, RawPicture.MinStride(format, 64), YuvMatrix.Bt601Limited, data);
    }

    [Fact]
    public void What_does_not_hold_together_is_refused()
    {
        var preprocessor = new Preprocessor(new Preprocessing { Width = 4, Height = 4, Mean = [0, 0, 0], Std = [1, 1, 1] }, 1, 0);
        sbyte[] output = new sbyte[48];
        Assert.Throws<ArgumentException>(() => preprocessor.ToInt8Nhwc(new RawPicture(PixelFormat.Yuyv, 4, 4, 8, default, new byte[31]), output));
        Assert.Throws<ArgumentException>(() => preprocessor.ToInt8Nhwc(new RawPicture(PixelFormat.Yuyv, 3, 4, 8, default, new byte[64]), output));
        Assert.Throws<ArgumentException>(() => preprocessor.ToInt8Nhwc(new RawPicture(PixelFormat.Nv12, 4, 4, 3, default, new byte[64]), output));
        Assert.Throws<ArgumentException>(() => preprocessor.ToInt8Nhwc(new RawPicture(PixelFormat.Jpeg, 4, 4, 0, default, new byte[64]), output));
        Assert.Throws<ArgumentException>(() => preprocessor.ToInt8Nhwc(new RawPicture(PixelFormat.Grey, 4, 4, 4, default, new byte[16]), output.AsSpan(1)));
    }

    private static void Compare(PixelFormat format, YuvMatrix matrix, Fit fit, int width, int height, int padding, int inputWidth, int inputHeight)
    {
        Preprocessing settings = new()
        {
            Width = inputWidth,
            Height = inputHeight,
            Fit = fit,
            Color = width % 3 == 0 ? ColorOrder.Bgr : ColorOrder.Rgb,
            Mean = [120, 110, 100],
            Std = [60, 50, 40],
            Pad = 77,
        };
        int stride = RawPicture.MinStride(format, width) + padding, bytes = RawPicture.ByteCount(format, height, stride), values = inputWidth * inputHeight * 3;
        using GuardedBuffer source = new(bytes), target = new(values);
        var data = new Span<byte>(source.Last<byte>(bytes), bytes);
        new Random((width * 1000) + (int)format).NextBytes(data);
        var picture = new RawPicture(format, width, height, stride, matrix, data);
        var frame = new Frame(width, height);
        PixelConversion.ToRgb(picture, frame);
        sbyte[] expected = new sbyte[values];
        ImageMapping mapping = Preprocess.ToInt8Nhwc(frame, settings, 0.02f, -3, expected);
        var output = new Span<sbyte>(target.Last<sbyte>(values), values);
        // The same preprocessor twice: what it keeps from one picture must not show in the next.
        var preprocessor = new Preprocessor(settings, 0.02f, -3);
        for (int i = 0; i < 2; i++)
        {
            output.Fill(99);
            Assert.Equal(mapping, preprocessor.ToInt8Nhwc(picture, output));
            Assert.True(output.SequenceEqual(expected), $"{format} {matrix} {fit}: {width}x{height} + {padding} to {inputWidth}x{inputHeight}");
        }
    }
}
