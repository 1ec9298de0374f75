using EdgeKit.Imaging;
using Xunit;

namespace EdgeKit.Tests.Imaging;

public class ResizeTests
{
    [Theory]
    [InlineData(32, 24)]
    [InlineData(67, 20)]
    [InlineData(20, 53)]
    [InlineData(90, 71)]
    [InlineData(5, 3)]
    public void Equals_Pillow_to_the_bit(int width, int height)
    {
        Frame actual = Resize.Bilinear(Golden.Frame("photo.png"), width, height);
        Golden.AssertSame(Golden.Frame($"resize-{width}x{height}.png"), actual);
    }

    [Fact]
    public void The_same_size_is_the_same_object()
    {
        Frame frame = Golden.Noise(1, 9, 7);
        Assert.Same(frame, Resize.Bilinear(frame, 9, 7));
    }

    [Fact]
    public void A_flat_picture_stays_flat()
    {
        Frame frame = new(31, 17);
        frame.Pixels.AsSpan().Fill(201);
        Assert.All(Resize.Bilinear(frame, 13, 40).Pixels, static sample => Assert.Equal(201, sample));
    }

    [Fact]
    public void Halving_weighs_four_pixels_as_a_triangle()
    {
        // Columns 0 0 0 255: the taps of the right pixel are 1/7, 3/7, 3/7 once the one beyond the border is dropped.
        Frame frame = new(4, 1);
        frame.Row(0)[9..].Fill(255);
        Frame half = Resize.Bilinear(frame, 2, 1);
        Assert.Equal([0, 0, 0, 109, 109, 109], half.Pixels);
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(5, -1)]
    [InlineData(20_000, 20_000)]
    public void A_senseless_size_is_refused(int width, int height) =>
        Assert.Throws<ImageException>(() => Resize.Bilinear(new Frame(2, 2), width, height));
}
