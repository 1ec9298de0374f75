using System.Numerics;
using EdgeKit.Imaging;
using EdgeKit.Imaging.Decoding;
using Xunit;
using static System.FormattableString;
using static EdgeKit.Tests.Imaging.Decoding.DecoderHarness;

namespace EdgeKit.Tests.Imaging.Decoding;

public class LaneDecoderTests
{
    private const int Width = 160, Height = 90;

    /// <summary>Logits of a mask of 160x90 that marks what a function says.</summary>
    private static float[] Logits(Func<int, int, bool> isMarked)
    {
        float[] values = new float[2 * Width * Height];
        for (int i = 0; i < Width * Height; i++) values[Width * Height + i] = isMarked(i % Width, i / Width) ? 3 : -3;
        return values;
    }

    private static ModelDecoder Masks() => Create(Settings(Width, Height, """{"kind": "segmentation", "lanes": "out0"}"""), [1, 2, Height, Width]);

    [Fact]
    public void Straight_and_curved_lines_are_traced_to_the_pixel_from_left_to_right()
    {
        static float Left(float y) => 70 - 0.6f * (y - 30);
        static float Right(float y) => 85 + 0.012f * (y - 30) * (y - 30);
        Findings findings = Decode(Masks(), Width, Height, Logits(static (x, y) => y >= 30 && (Math.Abs(x + 0.5f - Left(y + 0.5f)) <= 2 || Math.Abs(x + 0.5f - Right(y + 0.5f)) <= 2)));
        Assert.Equal(2, findings.LaneCount);
        Func<float, float>[] lines = [Left, Right];
        for (int lane = 0; lane < 2; lane++)
        {
            ReadOnlySpan<Vector2> points = findings.LanePoints(lane);
            Assert.True(points[0].Y > 88 && points[^1].Y < 32);
            foreach (Vector2 point in points) Assert.InRange(point.X, lines[lane](point.Y) - 1, lines[lane](point.Y) + 1);
            Assert.Equal(1 / (1 + MathF.Exp(-3)), findings.LaneConfidence(lane), 0.01f);
        }
    }

    [Fact]
    public void Dashes_make_one_line_and_specks_and_areas_none()
    {
        Findings findings = Decode(Masks(), Width, Height, Logits(static (x, y) =>
            (Math.Abs(x - 60) <= 1 && y / 8 % 2 == 0) || (x is > 100 and < 103 && y is > 50 and < 53) || y is > 10 and < 30 && x > 90));
        Assert.Equal(1, findings.LaneCount);
        Assert.True(findings.LanePoints(0)[0].Y > 85 && findings.LanePoints(0)[^1].Y < 2);
    }

    [Fact]
    public void Lines_go_back_to_the_picture()
    {
        ModelDecoder decoder = Masks();
        Fill(decoder, Logits(static (x, _) => x is 79 or 80));
        // The picture is 320x160, letterboxed: half as large with 5 rows above.
        Findings findings = decoder.Decode(new ImageMapping(0.5f, 0.5f, 0, 5), 320, 160);
        Assert.Equal(1, findings.LaneCount);
        foreach (Vector2 point in findings.LanePoints(0)) Assert.Equal(160, point.X, 1e-3f);
        Assert.Equal((89.5f - 5) * 2, findings.LanePoints(0)[0].Y, 1e-3f);
    }

    [Fact]
    public void Masks_hold_probabilities_times_255()
    {
        ModelDecoder decoder = Create(Settings(4, 2, "\"segmentation\"", "road", "car", "tree"), [1, 3, 1, 2], [1, 1, 1, 2]);
        Findings findings = Decode(decoder, 4, 2, [0, 1, 1, 0, 2, 0], [0.25f, 0.75f]);
        Assert.Equal(["car", "tree", "out1"], findings.Masks.Select(static m => m.Name));
        byte Expected(double own, params double[] logits) => (byte)Math.Round(255 * Math.Exp(own) / logits.Sum(Math.Exp));
        Assert.Equal([Expected(1, 0, 1, 2), Expected(0, 1, 0, 0)], findings.Masks[0].Values);
        Assert.Equal([Expected(2, 0, 1, 2), Expected(0, 1, 0, 0)], findings.Masks[1].Values);
        Assert.Equal([(byte)64, (byte)191], findings.Masks[2].Values);
        Assert.Equal(0.5, findings.Masks[2].Share);
        Assert.Equal(new ImageMapping(0.5f, 0.5f, 0, 0), findings.Masks[0].Mapping);
    }

    // Column by row from the top, of which those in brackets do not go on from their neighbours; NaN is a row that the lane does not cross.
    [Theory]
    [InlineData(new float[] { 2, 3, 4, 5, 6, 7, 8, 9 }, new float[] { 2, 3, 4, 5, 6, 7, 8, 9 })]
    [InlineData(new float[] { 19, 3, 4, 5, 6, 7, 8, 9 }, new float[] { float.NaN, 3, 4, 5, 6, 7, 8, 9 })]
    [InlineData(new float[] { 2, 3, 18, 5, 6, 7, 8, 9 }, new float[] { 2, 3, float.NaN, 5, 6, 7, 8, 9 })]
    [InlineData(new float[] { 2, 19, 18, 17, 6, 7, 8, 9 }, new float[] { float.NaN, float.NaN, float.NaN, float.NaN, 6, 7, 8, 9 })]
    [InlineData(new float[] { 2, 3, float.NaN, float.NaN, 6, 7, 8, 19 }, new float[] { 2, 3, float.NaN, float.NaN, 6, 7, 8, float.NaN })]
    public void A_steady_lane_loses_the_points_that_jump(float[] columns, float[] expected)
    {
        const int Cells = 20;
        int rows = columns.Length;
        float[] logits = new float[(Cells + 1) * rows];
        Array.Fill(logits, -30f);
        for (int row = 0; row < rows; row++)
        {
            logits[Cells * rows + row] = 0;
            if (!float.IsNaN(columns[row])) logits[(int)columns[row] * rows + row] = row == 5 ? 6 : 2;
        }
        ModelDecoder decoder = Create(Settings(200, 80, """{"kind": "row-anchors", "rows": [0.0625, 0.9375], "window": 0, "steady": 2}"""), [1, Cells + 1, rows, 1]);
        Findings findings = Decode(decoder, 200, 80, logits);
        (float X, float Y)[] wanted = [.. expected.Select(static (c, row) => ((c + 0.5f) * 10, row * 10 + 5f)).Where(static p => !float.IsNaN(p.Item1)).Reverse()];
        Assert.Equal(wanted.Length, findings.LanePoints(0).Length);
        for (int i = 0; i < wanted.Length; i++) Assert.Equal(wanted[i], (findings.LanePoints(0)[i].X, findings.LanePoints(0)[i].Y), (a, b) => MathF.Abs(a.Item1 - b.Item1) < 0.1f && MathF.Abs(a.Item2 - b.Item2) < 0.1f);
    }

    [Theory]
    [InlineData("", 0, 0)]
    [InlineData(", \"prolong\": 0.5", 0.5, 0)]
    [InlineData(", \"prolong\": 2", 2, 0)]
    [InlineData(", \"prolong\": 2", 2, 20)]
    public void A_prolonged_lane_goes_on_as_its_ends_lead(string prolong, float rowsMore, float cut)
    {
        const int Cells = 20, Rows = 8, First = 2, Last = 5;
        float[] logits = new float[(Cells + 1) * Rows];
        Array.Fill(logits, -30f);
        for (int row = 0; row < Rows; row++) logits[(row is >= First and <= Last ? 4 + row : Cells) * Rows + row] = 5;
        ModelDecoder decoder = Create(Settings(200, 80, $$"""{"kind": "row-anchors", "rows": [0.0625, 0.9375], "window": 0{{prolong}}}"""), [1, Cells + 1, Rows, 1]);
        Fill(decoder, logits);
        // The input shows the picture at half its size, without what was cut off above.
        Findings findings = decoder.Decode(new ImageMapping(0.5f, 0.5f, 0, -cut), 400, 160 + (int)cut * 2);
        Assert.Equal(Last - First + 1 + (rowsMore > 0 ? 2 : 0), findings.LanePoints(0).Length);
        Check(findings.LanePoints(0)[0], Last + rowsMore);
        Check(findings.LanePoints(0)[^1], First - rowsMore);

        void Check(Vector2 point, float row)
        {
            Assert.Equal(2 * 10 * (4 + row + 0.5f), point.X, 0.1f);
            Assert.Equal(2 * (10 * row + 5 + cut), point.Y, 0.1f);
        }
    }

    [Theory]
    [InlineData(false, 10, 0.5)]
    [InlineData(true, 10, 0.5)]
    [InlineData(false, 2, 0.5)]
    [InlineData(true, 0, 0.5)]
    [InlineData(false, 2, 0.2)]
    [InlineData(true, 2, 0.9)]
    public void Row_anchors_against_the_formula(bool apart, int window, double presenceNeeded)
    {
        const int Cells = 10, Rows = 6, Lanes = 4;
        float[] cells = Random(1, Cells * Rows * Lanes, -4, 4), absence = Random(2, Rows * Lanes, -6, 6), presence = new float[Rows * Lanes];
        string settings = """{"kind": "row-anchors", "rows": [0.25, 0.35, 0.5, 0.6, 0.8, 0.9], "score": SCORE}""".Replace("SCORE", window < 10 ? $"0.3, \"window\": {window}" : "0.6", StringComparison.Ordinal);
        if (presenceNeeded != 0.5) settings = settings.Replace("\"score\"", Invariant($"\"presence\": {presenceNeeded}, \"score\""), StringComparison.Ordinal);
        ModelDecoder decoder = apart
            ? Create(Settings(200, 100, settings), [1, Cells, Rows, Lanes], [1, 2, Rows, Lanes])
            : Create(Settings(200, 100, settings), [1, Cells + 1, Rows, Lanes]);
        Findings findings = apart ? Decode(decoder, 200, 100, cells, [.. absence, .. presence]) : Decode(decoder, 200, 100, [.. cells, .. absence]);

        double[] heights = [0.25, 0.35, 0.5, 0.6, 0.8, 0.9];
        List<(double X, double Y)[]> expected = [];
        for (int lane = 0; lane < Lanes; lane++)
        {
            List<(double, double, double)> points = [];
            for (int row = Rows - 1; row >= 0; row--)
            {
                double[] e = [.. Enumerable.Range(0, Cells).Select(c => Math.Exp(cells[(c * Rows + row) * Lanes + lane]))];
                double none = Math.Exp(absence[row * Lanes + lane]), there = apart ? 1 / (1 + none) : e.Sum() / (e.Sum() + none);
                double[] near = [.. e.Select((v, c) => Math.Abs(c - Array.IndexOf(e, e.Max())) <= window ? v : 0)];
                if (there >= presenceNeeded) points.Add(((near.Select((v, c) => v * c).Sum() / near.Sum() + 0.5) / Cells * 200, heights[row] * 100, there * near.Sum() / e.Sum()));
            }
            if (points.Count >= 2 && points.Average(static p => p.Item3) >= (window < 10 ? 0.3 : 0.6)) expected.Add([.. points.Select(static p => (p.Item1, p.Item2))]);
        }
        Assert.NotEmpty(expected);
        Assert.Equal(expected.Count, findings.LaneCount);
        for (int lane = 0; lane < expected.Count; lane++)
        {
            Assert.Equal(expected[lane].Length, findings.LanePoints(lane).Length);
            for (int k = 0; k < expected[lane].Length; k++)
            {
                Assert.Equal(expected[lane][k].X, findings.LanePoints(lane)[k].X, 1e-2);
                Assert.Equal(expected[lane][k].Y, findings.LanePoints(lane)[k].Y, 1e-3);
            }
        }
    }
}
