using System.Numerics;
using EdgeKit.Cli.Evaluating;
using EdgeKit.Cli.Training.Roads;
using EdgeKit.Imaging;
using EdgeKit.Imaging.Decoding;
using EdgeKit.Imaging.Scenes;
using EdgeKit.Training.Augmenting;
using Xunit;

namespace EdgeKit.Tests.Cli.Training.Roads;

public class LaneTaskTests
{
    private static readonly FloatImage Nothing = new(3, 1, 1);

    private static Findings Decode(LaneTask task, float[] target, int width, int height, int pictureWidth, int pictureHeight)
    {
        int cells = width / 4, rows = height / 4, positions = target.Length;
        // Points of rows alone.
        Preprocessing preprocessing = task.Preprocessing with { Decoder = task.Preprocessing.Decoder! with { Prolong = null } };
        ModelDecoder decoder = ModelDecoder.Create(preprocessing, [new OutputShape("lanes", [1, cells + 1, rows, positions / rows])], "lanes");
        Span<float> logits = decoder.Output(0);
        logits.Fill(-30);
        for (int i = 0; i < positions; i++)
        {
            if (float.IsNaN(target[i]))
            {
                logits[cells * positions + i] = 0;
                continue;
            }
            int cell = (int)target[i];
            float share = target[i] - cell;
            logits[cell * positions + i] = MathF.Log(1 - share);
            if (share > 0) logits[(cell + 1) * positions + i] = MathF.Log(share);
        }
        return decoder.Decode(new ImageMapping((float)width / pictureWidth, (float)height / pictureHeight, 0, 0), pictureWidth, pictureHeight);
    }

    [Fact]
    public void A_line_comes_back_where_it_crosses_the_middles_of_the_rows()
    {
        var task = new LaneTask(64, 64);
        float[] target = new float[task.TargetLength];
        task.Encode(new RoadSample(Nothing, [new SampleLane(-1, [new(10, 64), new(30, 32), new(34, 16)]), new SampleLane(2, [new(64, 40), new(40, 14)])], []), target);
        Findings findings = Decode(task, target, 64, 64, 640, 320);
        Assert.Equal(2, findings.LaneCount);
        // The row above the line's end is less than half a row away.
        Assert.Equal(13, findings.LanePoints(0).Length);
        foreach (Vector2 point in findings.LanePoints(0))
        {
            float y = point.Y / 5, x = y > 32 ? 10 + (64 - y) / 32 * 20 : 30 + (32 - y) / 16 * 4;
            Assert.Equal(x * 10, point.X, 0.01f);
        }
        // From the picture's edge, in whose row it is cut off, to the row that it reaches into.
        ReadOnlySpan<Vector2> right = findings.LanePoints(1);
        Assert.Equal((42f * 5, 62f * 10, 14f * 5), (right[0].Y, right[0].X, right[^1].Y));
        Assert.Equal(1, findings.LaneConfidence(0), 1e-4f);
    }

    [Fact]
    public void Labels_of_rendered_scenes_come_back_as_lines_that_match_them()
    {
        var task = new LaneTask();
        var matching = new LaneMatching();
        const int Width = 160, Height = 90;
        for (ulong seed = 500; seed < 540; seed++)
        {
            SceneLabels labels = SceneRenderer.Render(seed, Width, Height).Labels;
            var scale = new Vector2((float)LaneTask.UsualWidth / Width, (float)LaneTask.UsualHeight / Height);
            float[] target = new float[task.TargetLength];
            task.Encode(new RoadSample(Nothing, [.. labels.Lanes.Select(l => new SampleLane(l.Position, [.. l.Points.Select(p => p * scale)]))], []), target);
            Findings findings = Decode(task, target, LaneTask.UsualWidth, LaneTask.UsualHeight, Width, Height);
            matching.Add([.. labels.Lanes.Select(static l => l.Points.ToArray())], [.. Enumerable.Range(0, findings.LaneCount).Select(i => findings.LanePoints(i).ToArray())], Width, Height,
                [.. labels.Lanes.Select(static l => Math.Abs(l.Position) <= LaneTask.Side)]);
        }
        Assert.True(matching.F1 > 0.95, $"{matching.F1}");
        Assert.InRange(matching.Missed, 0, 6);
    }

    [Fact]
    public void Its_loss_is_the_cross_entropy_and_has_its_derivative()
    {
        var task = new LaneTask(32, 32);
        const int Cells = 9;
        int positions = task.TargetLength;
        var random = new Random(4);
        float[] output = [.. Enumerable.Range(0, Cells * positions).Select(_ => random.NextSingle() * 6 - 3)], slope = new float[output.Length];
        float[] target = [.. Enumerable.Range(0, positions).Select(_ => random.Next(3) == 0 ? float.NaN : random.NextSingle() * 7)];
        double loss = task.Evaluate(output, target, 10, slope), expected = 0;
        for (int i = 0; i < positions; i++)
        {
            double[] e = [.. Enumerable.Range(0, Cells).Select(c => Math.Exp(output[c * positions + i]))];
            double LogOf(int c) => Math.Log(e[c] / e.Sum());
            double share = target[i] - Math.Floor(target[i]);
            expected -= float.IsNaN(target[i]) ? LogOf(Cells - 1) : (1 - share) * LogOf((int)target[i]) + (share > 0 ? share * LogOf((int)target[i] + 1) : 0);
        }
        Assert.Equal(expected / 10, loss, 1e-4);
        for (int k = 0; k < output.Length; k += 13)
        {
            double Around(float step)
            {
                float[] moved = [.. output];
                moved[k] += step;
                return task.Evaluate(moved, target, 10, new float[output.Length]);
            }
            Assert.Equal((Around(0.01f) - Around(-0.01f)) / 0.02, slope[k], 2e-3);
        }
    }
}
