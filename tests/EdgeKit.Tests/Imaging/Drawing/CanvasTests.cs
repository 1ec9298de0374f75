using EdgeKit.Imaging;
using EdgeKit.Imaging.Drawing;
using Xunit;

namespace EdgeKit.Tests.Imaging.Drawing;

public class CanvasTests
{
    private static Frame Grey(int width, int height, byte value)
    {
        var frame = new Frame(width, height);
        frame.Pixels.AsSpan().Fill(value);
        return frame;
    }

    private static double Mean(Frame frame) => frame.Pixels.Average(static p => (double)p);

    [Theory]
    [InlineData(30, 0)]
    [InlineData(0, 30)]
    [InlineData(20, 13)]
    public void A_line_covers_its_length_times_its_thickness_and_its_round_ends(float dx, float dy)
    {
        // White on a black ground, where the dark rim adds nothing.
        Frame frame = Grey(64, 64, 0);
        new Canvas(frame).Polyline([new(15.3f, 15.7f), new(15.3f + dx, 15.7f + dy)], 4, Colour.White);
        double area = Mean(frame) / 255 * 64 * 64, length = Math.Sqrt(dx * dx + dy * dy);
        Assert.Equal(4 * length + Math.PI * 4, area, 0.02 * area);
    }

    [Fact]
    public void A_line_shows_on_white_and_on_black()
    {
        foreach (byte ground in new byte[] { 0, 255 })
        {
            Frame frame = Grey(40, 40, ground);
            new Canvas(frame).Polyline([new(5, 20), new(35, 20)], 3, Colour.OfCategory(0));
            int[] luma = [.. Enumerable.Range(0, 40).Select(y => (299 * frame.Row(y)[60] + 587 * frame.Row(y)[61] + 114 * frame.Row(y)[62]) / 1000)];
            Assert.True(luma.Max() - luma.Min() > 70, $"on {ground}: {luma.Min()} to {luma.Max()}");
        }
    }

    [Fact]
    public void Joints_of_a_see_through_rim_are_as_dark_as_the_rest()
    {
        Frame straight = Grey(60, 20, 200), jointed = Grey(60, 20, 200);
        new Canvas(straight).Polyline([new(10, 10), new(50, 10)], 4, Colour.White);
        new Canvas(jointed).Polyline([new(10, 10), new(23.5f, 10), new(30, 10), new(30, 10), new(50, 10)], 4, Colour.White);
        Assert.Equal(straight.Pixels, jointed.Pixels);
    }

    [Fact]
    public void What_lies_outside_is_left_out()
    {
        Frame frame = Grey(30, 20, 100);
        var canvas = new Canvas(frame);
        canvas.Polyline([new(-50, -50), new(-10, -3)], 3, Colour.White);
        canvas.Polyline([new(float.NaN, 0), new(10, float.PositiveInfinity), new(1e9f, 3)], 3, Colour.White);
        canvas.Polyline([], 3, Colour.White);
        canvas.Fill(40, 0, 50, 50, Colour.White, 1);
        Assert.All(frame.Pixels, static p => Assert.Equal(100, p));
        canvas.Polyline([new(-1000, 10), new(1000, 10)], 2, Colour.White);
        Assert.Equal(255, frame.Row(9)[0]);
        Assert.Equal(255, frame.Row(9)[^1]);
    }

    [Fact]
    public void A_label_stays_in_the_picture_and_its_letters_stand_out()
    {
        Frame frame = Grey(120, 40, 128);
        var canvas = new Canvas(frame);
        canvas.Label(-20, -20, "Ag~", 2, Colour.OfCategory(3));
        (int width, int height) = Canvas.LabelSize("Ag~", 2);
        Assert.Equal(128, frame.Row(height)[0]);
        Assert.Equal(128, frame.Row(0)[width * 3]);
        Assert.NotEqual(128, frame.Row(height - 1)[(width - 1) * 3]);
        byte[] greens = [.. Enumerable.Range(0, width * height).Select(i => frame.Row(i / width)[i % width * 3 + 1])];
        Assert.True(greens.Max() - greens.Min() > 100);
        canvas.Label(500, 500, "a label that is wider than the picture is", 2, Colour.Black);
    }

    [Fact]
    public void Every_letter_is_there_and_unlike_every_other()
    {
        string[] pictures = [.. Enumerable.Range('!', '~' - '!' + 1).Select(static c => string.Concat(from row in Enumerable.Range(0, BitmapFont.Rows)
                                                                                                from column in Enumerable.Range(0, BitmapFont.Columns)
                                                                                                select BitmapFont.IsSet((char)c, column, row) ? '#' : '.'))];
        Assert.All(pictures, static p => Assert.Contains('#', p));
        Assert.Equal(pictures.Length, pictures.Distinct().Count());
    }

    [Fact]
    public void A_tint_lets_the_picture_show_through()
    {
        Frame frame = Grey(4, 1, 100);
        new Canvas(frame).Tint(static (x, _) => x - 1, new Colour(200, 100, 0), 0.5f);
        Assert.Equal([100, 100, 150, 150], Enumerable.Range(0, 4).Select(x => (int)frame.Pixels[x * 3]));
        Assert.Equal([100, 100, 50, 50], Enumerable.Range(0, 4).Select(x => (int)frame.Pixels[x * 3 + 2]));
    }
}
