using EdgeKit.Imaging;
using Xunit;

namespace EdgeKit.Tests.Imaging;

public class PreprocessorTests
{
    [Theory]
    [InlineData(Fit.Stretch)]
    [InlineData(Fit.Crop)]
    [InlineData(Fit.Letterbox)]
    public void Stream_of_pictures_gets_what_single_ones_get_and_allocates_nothing(Fit fit)
    {
        Preprocessing settings = new() { Width = 24, Height = 16, Fit = fit, Mean = [120, 110, 100], Std = [60, 50, 40] };
        var codes = new Preprocessor(settings, 0.02f, -3);
        var floats = new Preprocessor(settings);
        sbyte[] code = new sbyte[24 * 16 * 3], expectedCode = new sbyte[code.Length];
        float[] value = new float[code.Length], expectedValue = new float[code.Length];
        foreach ((int width, int height) in ((int, int)[])[(60, 40), (60, 40), (33, 50), (24, 16), (10, 9)])
        {
            Frame frame = Golden.Noise(width + height, width, height);
            ImageMapping mapping = codes.ToInt8Nhwc(frame, code);
            Assert.Equal(Preprocess.ToInt8Nhwc(frame, settings, 0.02f, -3, expectedCode), mapping);
            Assert.Equal(expectedCode, code);
            Assert.Equal(mapping, floats.ToFloatNhwc(frame, value));
            Preprocess.ToFloatNhwc(frame, settings, expectedValue);
            Assert.Equal(expectedValue, value);
            long before = GC.GetAllocatedBytesForCurrentThread();
            codes.ToInt8Nhwc(frame, code);
            floats.ToFloatNhwc(frame, value);
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        Assert.Throws<InvalidOperationException>(() => codes.ToFloatNhwc(new Frame(1, 1), value));
        Assert.Throws<ArgumentException>(() => codes.ToInt8Nhwc(new Frame(1, 1), code.AsSpan(1)));
    }
}
