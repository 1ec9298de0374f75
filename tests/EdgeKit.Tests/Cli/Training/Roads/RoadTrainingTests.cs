using System.Numerics;
using EdgeKit.Cli;
using EdgeKit.Cli.Scenes;
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

    /// <summary>A batch in two halves.</summary>
    private static RoadPart[] Halves(IRoadTask task, int batch) => [new(task, batch / 2, RoadView.Whole), new(task, batch / 2, RoadView.Whole)];

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
            RoadSample sample = augmentation.Apply(frame, labels, RoadCrop.Whole(frame, ref random), ref random);
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
            RoadSample sample = augmentation.Apply(frame, labels, RoadCrop.Whole(frame, ref random), ref random);
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
        var first = new RoadBatches(task.Preprocessing, Halves(task, 2), reuse: 2, seed: 3);
        RoadBatch[] steps = [.. Enumerable.Range(0, 8).Select(i => first.Make(i)[1])];
        RoadBatch later = new RoadBatches(task.Preprocessing, Halves(task, 2), reuse: 2, seed: 3).Make(7)[1];
        Assert.Equal(steps[7].Input.ToFloats(), later.Input.ToFloats());
        Assert.Equal(steps[7].Targets, later.Targets);
        Assert.NotEqual(steps[6].Input.ToFloats(), later.Input.ToFloats());
        Assert.Equal([1, 3, 32, 64], later.Input.Shape);
    }

    [Fact]
    public void Parts_of_a_batch_are_drawn_from_numbers_of_their_own()
    {
        var task = new LaneTask(64, 32);
        RoadBatch[] halves = new RoadBatches(task.Preprocessing, Halves(task, 4), reuse: 2, seed: 3).Make(2);
        RoadBatch whole = Assert.Single(new RoadBatches(task.Preprocessing, [new RoadPart(task, 4, RoadView.Whole)], reuse: 2, seed: 3).Make(2));
        Assert.Equal(whole.Input.ToFloats(), new List<float>([.. halves[0].Input.ToFloats(), .. halves[1].Input.ToFloats()]));
        Assert.Equal(whole.Targets, new List<float>([.. halves[0].Targets, .. halves[1].Targets]));
    }

    [Fact]
    public void Close_samples_show_every_kind_of_object_and_people_and_cyclists_in_a_fourth_of_them_each()
    {
        var task = new ObjectTask(192, 128);
        RoadPart close = task.Parts(10)[0];
        Assert.Equal((RoadView.Close, 8, 64, 64), (close.View, close.Samples, close.Task.Preprocessing.Width, close.Task.Preprocessing.Height));
        var batches = new RoadBatches(task.Preprocessing, [close, new RoadPart(task, 1, RoadView.Whole)], reuse: 8, seed: 1);
        var shown = new int[ObjectNames.All.Length];
        for (int step = 0; step < 12; step++)
        {
            foreach (float[] target in batches.Make(step)[0].Targets.Chunk(close.Task.TargetLength))
            {
                foreach (float kind in target.Where(static (_, i) => i % ObjectAssignment.Fields == 0).Where(static k => k >= 0).Distinct()) shown[(int)kind]++;
            }
        }
        // Of 96 samples, of which a fifth show anything.
        Assert.All(shown, static n => Assert.InRange(n, 8, 96));
        Assert.InRange(shown[(int)SceneObjectKind.Person], 24, 96);
        Assert.InRange(shown[(int)SceneObjectKind.Cyclist], 24, 96);
    }

    [Fact]
    public void Close_crops_hold_the_middle_of_what_they_are_about_unless_the_picture_ends()
    {
        var frame = new Frame(600, 400);
        for (int i = 0; i < 50; i++)
        {
            CounterRandom random = CounterRandom.Of(5, i);
            var about = new SceneObject(SceneObjectKind.Person, i * 10, 100, i * 10 + 30, 180, 1, 1, 10);
            RoadCrop crop = RoadCrop.Close(frame, new Vector2(0.5f), about, ref random);
            Assert.InRange(about.Left + 15, crop.Left, crop.Left + crop.Width);
            Assert.InRange(140, crop.Top, crop.Top + crop.Height);
            Assert.True(crop is { Left: >= 0, Top: >= 0 } && crop.Left + crop.Width <= 600.01f && crop.Top + crop.Height <= 400.01f, $"{crop}");
            Assert.InRange(crop.Width / 600, 0.5f / 1.5f / 1.08f, 0.5f / 0.75f * 1.08f);
        }
    }

    [Fact]
    public void Gradients_of_parts_are_those_of_one_batch_where_statistics_are_the_same()
    {
        // Twice the same pictures: both halves have the statistics of the whole.
        var task = new LaneTask(128, 96);
        RoadBatch half = new RoadBatches(task.Preprocessing, Halves(task, 4), reuse: 2, seed: 3).Make(0)[0];
        RoadBatch both = new(Tensor.Of([.. half.Input.ToFloats(), .. half.Input.ToFloats()], 4, 3, 96, 128), [.. half.Targets, .. half.Targets]);
        var parts = new RoadNetwork(Halves(task, 4), 1);
        var whole = new RoadNetwork([new RoadPart(task, 4, RoadView.Whole)], 1);
        double loss = whole.Gradients([both]);
        Assert.Equal(loss, parts.Gradients([half, half]), 1e-5 * loss);
        foreach ((Parameter a, Parameter b) in whole.Main.Parameters.Zip(parts.Main.Parameters))
        {
            double size = Math.Sqrt(a.Gradient.Sum(static g => (double)g * g)), away = Math.Sqrt(a.Gradient.Zip(b.Gradient, static (x, y) => (double)(x - y) * (x - y)).Sum());
            Assert.True(away <= 1e-3 * size + 1e-6, $"{a.Name}: {away} of {size}");
        }
        // And the copy follows what is learned.
        whole.Main.Parameters[0].Value.AsSpan<float>()[0] += 1;
        parts.Main.Parameters[0].Value.AsSpan<float>()[0] += 1;
        Assert.Equal(whole.Gradients([both]), parts.Gradients([half, half]), 1e-5 * loss);
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
    [InlineData("--out", "l.onnx", "--calib-scenes", "7")]
    public void Wrong_settings_are_refused(params string[] arguments) => Assert.Equal(2, Tool.Run(["train", "lanes", .. arguments]).ExitCode);
}
