using System.Numerics;
using EdgeKit.Cli.Evaluating;
using Xunit;

namespace EdgeKit.Tests.Cli.Finding;

public class LaneMatchingTests
{
    private static Vector2[] Line(float bottom, float top, float from = 720, float to = 300) => [new(bottom, from), new(top, to)];

    private static (int Right, int Wrong, int Missed) Count(Vector2[][] truths, Vector2[][] found, int width = 1280, int height = 720)
    {
        var matching = new LaneMatching();
        matching.Add(truths, found, width, height);
        return (matching.Right, matching.Wrong, matching.Missed);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(19.9f, 1)]
    [InlineData(20.1f, 0)]
    public void A_line_is_right_below_20_pixels_across_it(float shift, int right)
    {
        Assert.Equal((right, 1 - right, 1 - right), Count([Line(500, 500)], [Line(500 + shift, 500 + shift)]));
        // As TuSimple's evaluation has it: 20 / cos of the angle along the rows.
        float along = shift / MathF.Cos(MathF.Atan2(1000, 420));
        Assert.Equal((right, 1 - right, 1 - right), Count([Line(200, 1200)], [Line(200 + along, 1200 + along)]));
    }

    [Fact]
    public void Distances_are_of_a_picture_1280_wide()
    {
        Assert.Equal((1, 0, 0), Count([[new(100, 360), new(300, 150)]], [[new(113, 360), new(313, 150)]], 640, 360));
        Assert.Equal((0, 1, 1), Count([[new(100, 360), new(300, 150)]], [[new(114, 360), new(314, 150)]], 640, 360));
    }

    [Theory]
    [InlineData(364, 1)] // 36 of the 42 rows from 305 to 715
    [InlineData(374, 0)] // 35
    public void Rows_that_are_not_found_are_wrong(float top, int right) =>
        Assert.Equal((right, 1 - right, 1 - right), Count([[new(500, 720), new(500, 300)]], [[new(500, 720), new(500, top)]]));

    [Fact]
    public void Each_line_counts_once_and_the_best_pair_first()
    {
        Assert.Equal((1, 1, 0), Count([Line(500, 500)], [Line(510, 510), Line(500, 500)]));
        Assert.Equal((2, 0, 0), Count([Line(500, 500), Line(515, 515)], [Line(514, 514), Line(501, 501)]));
    }

    [Fact]
    public void Short_lines_count_neither_way()
    {
        Vector2[] stub = [new(100, 340), new(100, 301)];
        Assert.Equal((1, 0, 0), Count([Line(500, 500), stub], [Line(500, 500), stub]));
        Assert.Equal((1, 0, 0), Count([Line(500, 500), stub], [Line(500, 500)]));
    }

    [Fact]
    public void Lines_left_out_count_neither_way()
    {
        var matching = new LaneMatching();
        matching.Add([Line(200, 600), Line(700, 620)], [Line(200, 600), Line(700, 620)], 1280, 720, [true, false]);
        matching.Add([Line(200, 600), Line(700, 620)], [Line(900, 900)], 1280, 720, [true, false]);
        Assert.Equal((1, 1, 1), (matching.Right, matching.Wrong, matching.Missed));
    }

    [Fact]
    public void Figures()
    {
        var matching = new LaneMatching();
        matching.Add([Line(200, 600), Line(700, 620)], [Line(200, 600), Line(900, 900), Line(1000, 1000)], 1280, 720);
        matching.Add([], [], 1280, 720);
        Assert.Equal((1.0 / 3, 1.0 / 2, 2.0 / 5, 2), (matching.Precision, matching.Recall, matching.F1, matching.Pictures));
        Assert.Equal(0, new LaneMatching().F1);
    }
}
