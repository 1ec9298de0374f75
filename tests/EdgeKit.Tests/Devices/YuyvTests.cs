using EdgeKit.Devices;
using EdgeKit.Imaging;
using Xunit;

namespace EdgeKit.Tests.Devices;

public class YuyvTests
{
    [Theory]
    [InlineData(16, 128, 128, 0, 0, 0)]
    [InlineData(235, 128, 128, 255, 255, 255)]
    [InlineData(81, 90, 240, 255, 0, 0)]
    [InlineData(145, 54, 34, 0, 255, 0)]
    [InlineData(41, 240, 110, 0, 0, 255)]
    public void Converts_the_primaries_of_BT601(byte y, byte u, byte v, int red, int green, int blue)
    {
        var frame = new Frame(2, 1);
        Yuyv.ToRgb([y, u, y, v], frame);
        int[] expected = [red, green, blue, red, green, blue];
        Assert.All(frame.Pixels.Zip(expected), p => Assert.InRange(p.First, p.Second - 1, p.Second + 1));
    }

    [Fact]
    public void Keeps_the_order_of_pixels_and_rows()
    {
        var frame = new Frame(2, 2);
        Yuyv.ToRgb([16, 128, 126, 128, 235, 128, 16, 128], frame);
        Assert.Equal([0, 128, 255, 0], frame.Pixels.Where((_, i) => i % 3 == 0));
    }

    [Fact]
    public void Refuses_short_data_and_odd_widths()
    {
        Assert.Throws<ArgumentException>(() => Yuyv.ToRgb(new byte[7], new Frame(2, 2)));
        Assert.Throws<ArgumentException>(() => Yuyv.ToRgb(new byte[12], new Frame(3, 2)));
    }
}
