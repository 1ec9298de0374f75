using EdgeKit.Cli;
using EdgeKit.Cli.Training.Roads;
using EdgeKit.Imaging;
using EdgeKit.Imaging.Scenes;
using EdgeKit.Onnx;
using EdgeKit.Training;
using Xunit;

namespace EdgeKit.Tests.Cli.Training.Roads;

public sealed class RoadTrainingTests : IDisposable
{
    private readonly Tool _tool = new();

    public void Dispose() => _tool.Dispose();

    private static Terminal Silent() => new(TextWriter.Null, TextWriter.Null, false, CancellationToken.None);

    [Fact]
    public void Labels_stay_on_the_pixels_when_a_scene_is_cut_and_mirrored()
    {
        // A white post and, around it, an object.
        var frame = new Frame(384, 216);
        for (int y = 0; y < frame.Height; y++) frame.Row(y).Slice(99 * 3, 3 * 3).Fill(255);
        var labels = new SceneLabels(
            1, [new LaneLine(LineKind.Solid, LineColour.White, LaneSide.Left, -2, [new(100.5f, 216), new(100.5f, 0)])], [new SceneObject(SceneObjectKind.Sign, 90, 50, 111, 100, 1, 1, 10)], null, false, false, false);
        var augmentation = new RoadAugmentation(256, 160);
        bool[] mirrored = new bool[2];
        for (int i = 0; i < 30; i++)
        {
            CounterRandom random = CounterRandom.Of(1, i);
            RoadSample sample = augmentation.Apply(frame, labels, ref random);
            SampleLane lane = Assert.Single(sample.Lanes);
            mirrored[lane.Position > 0 ? 1 : 0] = true;
            Assert.Equal(2, Math.Abs(lane.Position));
            float x = lane.Points[0].X;
            if (x is < 3 or > 253) continue;
            Span<float> row = sample.Image.Row(1, 80);
            double sum = 0, weighted = 0;
            for (int k = (int)x - 4; k <= (int)x + 4; k++)
            {
                if (k is < 0 or > 255) continue;
                double light = row[k] - Math.Min(row[Math.Max(0, (int)x - 6)], row[Math.Min(255, (int)x + 6)]);
                sum += light;
                weighted += light * (k + 0.5);
            }
            Assert.Equal(weighted / sum, x, 0.6);
            SceneObject o = Assert.Single(sample.Objects);
            Assert.InRange(x, o.Left, o.Right);
        }
        Assert.Equal([true, true], mirrored);
    }

    [Fact]
    public void Boxes_stay_on_the_pixels_when_a_scene_is_cut_and_mirrored()
    {
        const int Width = 128, Height = 80;
        var frame = new Frame(192, 108);
        for (int y = 10; y < 60; y++) frame.Row(y).Slice(20 * 3, 41 * 3).Fill(255);
        var labels = new SceneLabels(1, [], [new SceneObject(SceneObjectKind.Sign, 20, 10, 61, 60, 1, 1, 10)], null, false, false, false);
        var augmentation = new RoadAugmentation(Width, Height);
        int cut = 0;
        for (int i = 0; i < 20; i++)
        {
            CounterRandom random = CounterRandom.Of(2, i);
            RoadSample sample = augmentation.Apply(frame, labels, ref random);
            SceneObject o = Assert.Single(sample.Objects);
            float middle = (sample.Image.Plane(1).ToArray().Max() + sample.Image.Plane(1).ToArray().Min()) / 2;
            (int left, int top, int right, int bottom) = (Width, Height, 0, 0);
            for (int y = 0; y < Height; y++)
            {
                for (int x = 0; x < Width; x++)
                {
                    if (!(sample.Image.Row(1, y)[x] > middle)) continue;
                    (left, top, right, bottom) = (Math.Min(left, x), Math.Min(top, y), Math.Max(right, x + 1), Math.Max(bottom, y + 1));
                }
            }
            Assert.Equal([left, top, right, bottom], new[] { o.Left, o.Top, o.Right, o.Bottom }, (a, b) => Math.Abs(a - b) <= 1);
            if (o.Inside < 1) cut++;
        }
        Assert.InRange(cut, 1, 19);
    }

    [Fact]
    public void A_batch_is_a_function_of_its_step()
    {
        var task = new LaneTask(64, 32);
        var first = new RoadBatches(task, batch: 2, reuse: 2, seed: 3);
        RoadBatch[] steps = [.. Enumerable.Range(0, 8).Select(i => first.Make(i))];
        RoadBatch later = new RoadBatches(task, batch: 2, reuse: 2, seed: 3).Make(7);
        Assert.Equal(steps[7].Input.ToFloats(), later.Input.ToFloats());
        Assert.Equal(steps[7].Targets, later.Targets);
        Assert.NotEqual(steps[6].Input.ToFloats(), later.Input.ToFloats());
        Assert.Equal([2, 3, 32, 64], later.Input.Shape);
    }

    [Fact]
    public void A_small_network_learns_and_what_is_written_finds_lines()
    {
        var options = new RoadTrainingOptions { Steps = 30, Batch = 4, Reuse = 8, Checkpoints = _tool.At("ck"), CheckpointEvery = 20 };
        (Graph graph, IReadOnlyList<float> losses) = RoadTraining.Run(new LaneTask(64, 32), options, Silent());
        Assert.Equal(30, losses.Count);
        Assert.True(losses.Skip(25).Average() < losses.Take(5).Average(), string.Join(' ', losses));
        RoadRelease.Write(graph, _tool.At("small.onnx"), Silent(), scenes: 8);
        Outcome run = Tool.Run("eval", _tool.At("small.ekm"), "--scenes", "1", "--json");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.InRange(run.Json.GetProperty("f1").GetDouble(), 0, 1);
        Assert.Equal("int8", run.Json.GetProperty("precision").GetString());
        Assert.Equal("row-anchors", Preprocessing.Load(_tool.At("small.json")).Decoder!.Kind);
        // It goes on where it is: at the end.
        Assert.Equal(losses, RoadTraining.Run(new LaneTask(64, 32), options, Silent()).Losses);
    }

    [Theory]
    [InlineData("--out", "lanes.ekm")]
    [InlineData("--out", "l.onnx", "--steps", "0")]
    [InlineData("--out", "l.onnx", "--rate", "0")]
    [InlineData("--out", "l.onnx", "--verify", "-1")]
    public void Wrong_settings_are_refused(params string[] arguments) => Assert.Equal(2, Tool.Run(["train", "lanes", .. arguments]).ExitCode);
}
