using EdgeKit.Imaging;
using Xunit;

namespace EdgeKit.Tests.Imaging;

public class PreprocessTests
{
    [Theory]
    [InlineData(ColorOrder.Rgb)]
    [InlineData(ColorOrder.Bgr)]
    public void Float_layouts_follow_the_formula_and_the_colour_order(ColorOrder color)
    {
        Frame frame = Golden.Noise(1, 6, 5);
        Preprocessing p = Settings(6, 5, Fit.Stretch) with { Color = color };
        float[] planes = new float[90];
        float[] interleaved = new float[90];
        Preprocess.ToFloatNchw(frame, p, planes);
        Preprocess.ToFloatNhwc(frame, p, interleaved);
        for (int i = 0; i < 90; i++)
        {
            int channel = i % 3;
            int sample = frame.Pixels[i - channel + (color == ColorOrder.Rgb ? channel : 2 - channel)];
            float expected = (sample - p.Mean[channel]) / p.Std[channel];
            Assert.Equal(expected, interleaved[i]);
            Assert.Equal(expected, planes[channel * 30 + i / 3]);
        }
    }

    [Theory]
    [InlineData(0.0186584f, -14)]
    [InlineData(0.5f, 127)]
    [InlineData(0.0001f, 0)]
    public void Int8_is_QuantizeLinear_of_the_float_input(float scale, int zeroPoint)
    {
        Frame frame = Golden.Noise(2, 31, 17);
        Preprocessing p = Settings(31, 17, Fit.Stretch);
        float[] input = new float[31 * 17 * 3];
        sbyte[] actual = new sbyte[input.Length];
        Preprocess.ToFloatNhwc(frame, p, input);
        Preprocess.ToInt8Nhwc(frame, p, scale, zeroPoint, actual);
        for (int i = 0; i < input.Length; i++)
        {
            double rounded = Math.Round((double)(input[i] / scale), MidpointRounding.ToEven) + zeroPoint;
            Assert.Equal((sbyte)Math.Clamp(rounded, -128, 127), actual[i]);
        }
    }

    [Fact]
    public void Halves_round_to_even()
    {
        Frame frame = new(2, 1, [1, 3, 5, 7, 0, 2]);
        Preprocessing p = Settings(2, 1, Fit.Stretch) with { Mean = [0, 0, 0], Std = [1, 1, 1] };
        sbyte[] actual = new sbyte[6];
        Preprocess.ToInt8Nhwc(frame, p, 2f, 0, actual);
        Assert.Equal(new sbyte[] { 0, 2, 2, 4, 0, 1 }, actual);
    }

    [Fact]
    public void Bad_arguments_are_refused()
    {
        Frame frame = new(4, 4);
        Preprocessing p = Settings(4, 4, Fit.Stretch);
        Assert.Throws<ArgumentException>(() => Preprocess.ToFloatNchw(frame, p, new float[47]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Preprocess.ToInt8Nhwc(frame, p, 0f, 0, new sbyte[48]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Preprocess.ToInt8Nhwc(frame, p, float.NaN, 0, new sbyte[48]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Preprocess.ToInt8Nhwc(frame, p, 1f, 128, new sbyte[48]));
    }

    // Source size, input size, the size it is resized to, and where the input starts in that.
    [Theory]
    [InlineData(227, 227, 224, 224, 227, 227, 1, 1)] // in between: only cropped
    [InlineData(256, 300, 224, 224, 256, 300, 16, 38)] // exactly size / 0.875
    [InlineData(500, 375, 224, 224, 341, 256, 58, 16)]
    [InlineData(375, 501, 224, 224, 256, 342, 16, 59)]
    [InlineData(100, 200, 224, 224, 224, 448, 0, 112)] // smaller: up to the input
    [InlineData(147, 147, 128, 128, 146, 146, 9, 9)] // 128 / 0.875 is 146.3
    [InlineData(400, 400, 192, 48, 219, 219, 13, 85)] // rectangular: the width is the tight axis
    [InlineData(1000, 100, 192, 48, 540, 54, 174, 3)]
    public void Crop(int width, int height, int inputWidth, int inputHeight, int scaledWidth, int scaledHeight, int x, int y)
    {
        Frame frame = Golden.Noise(3, width, height);
        Frame fitted = Fitting.Apply(frame, Settings(inputWidth, inputHeight, Fit.Crop), out ImageMapping mapping);
        Golden.AssertSame(Resize.Bilinear(frame, scaledWidth, scaledHeight).Crop(x, y, inputWidth, inputHeight), fitted);
        Assert.Equal(new ImageMapping((float)scaledWidth / width, (float)scaledHeight / height, -x, -y), mapping);
    }

    [Theory]
    [InlineData(100, 50, 64, 64, 64, 32, 0, 16)]
    [InlineData(50, 101, 64, 64, 32, 64, 16, 0)]
    [InlineData(640, 359, 416, 320, 416, 233, 0, 43)]
    [InlineData(20, 20, 64, 48, 48, 48, 8, 0)] // small pictures are enlarged
    [InlineData(64, 48, 64, 48, 64, 48, 0, 0)]
    [InlineData(1000, 1, 64, 48, 64, 1, 0, 23)]
    public void Letterbox(int width, int height, int inputWidth, int inputHeight, int scaledWidth, int scaledHeight, int x, int y)
    {
        Frame frame = Golden.Noise(4, width, height);
        Frame fitted = Fitting.Apply(frame, Settings(inputWidth, inputHeight, Fit.Letterbox) with { Pad = 9 }, out ImageMapping mapping);
        Golden.AssertSame(Resize.Bilinear(frame, scaledWidth, scaledHeight), fitted.Crop(x, y, scaledWidth, scaledHeight));
        Assert.Equal((inputWidth, inputHeight), (fitted.Width, fitted.Height));
        bool padded = y > 0 || x > 0;
        Assert.Equal(padded, fitted.Pixels[0] == 9 && fitted.Pixels[^1] == 9);

        (float left, float top) = mapping.ToSource(x, y);
        (float right, float bottom) = mapping.ToSource(x + scaledWidth, y + scaledHeight);
        Assert.Equal([0, 0, width, height], new[] { left, top, right, bottom }.Select(static v => MathF.Round(v, 3)));
    }

    [Fact]
    public void Stretch_maps_each_axis()
    {
        _ = Fitting.Apply(new Frame(10, 20), Settings(40, 10, Fit.Stretch), out ImageMapping mapping);
        Assert.Equal(new ImageMapping(4, 0.5f, 0, 0), mapping);
    }

    private static Preprocessing Settings(int width, int height, Fit fit) =>
        new() { Width = width, Height = height, Fit = fit, Mean = [123.675f, 116.28f, 103.53f], Std = [58.395f, 57.12f, 57.375f] };
}
