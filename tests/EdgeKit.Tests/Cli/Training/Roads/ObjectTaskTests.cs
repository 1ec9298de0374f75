using EdgeKit.Cli;
using EdgeKit.Cli.Scenes;
using EdgeKit.Cli.Training.Roads;
using EdgeKit.Imaging;
using EdgeKit.Imaging.Decoding;
using EdgeKit.Imaging.Scenes;
using EdgeKit.Onnx;
using EdgeKit.Training.Augmenting;
using Xunit;

namespace EdgeKit.Tests.Cli.Training.Roads;

public sealed class ObjectTaskTests : IDisposable
{
    private const int Fields = ObjectAssignment.Fields;

    private static readonly FloatImage Nothing = new(3, 1, 1);

    private readonly Tool _tool = new();

    public void Dispose() => _tool.Dispose();

    private static Terminal Silent() => new(TextWriter.Null, TextWriter.Null, false, CancellationToken.None);

    private static SceneObject Box(SceneObjectKind kind, float left, float top, float right, float bottom, float visible = 1, float inside = 1) =>
        new(kind, left, top, right, bottom, visible, inside, 10);

    private static float[] Encode(int width, int height, params IReadOnlyList<SceneObject> objects)
    {
        var task = new ObjectTask(width, height);
        float[] target = new float[task.TargetLength];
        task.Encode(new RoadSample(Nothing, [], objects), target);
        return target;
    }

    private static Dictionary<int, float[]> Marked(float[] target) => Enumerable.Range(0, target.Length / Fields)
        .Where(i => target[i * Fields] != ObjectAssignment.Nothing)
        .ToDictionary(static i => i, i => target.AsSpan(i * Fields, Fields).ToArray());

    [Fact]
    public void A_box_belongs_to_the_positions_near_its_centre_on_the_level_of_its_size()
    {
        // Of 64 pixels and strides of 8, positions lie at 4, 12, 20, ...: within 12 of (22, 18) and within the box are 12, 20, 28 by 12, 20.
        Dictionary<int, float[]> marked = Marked(Encode(64, 64, Box(SceneObjectKind.Person, 11, 7, 33, 29)));
        Assert.Equal([8 + 1, 8 + 2, 8 + 3, 16 + 1, 16 + 2, 16 + 3, 24 + 1, 24 + 2, 24 + 3], marked.Keys.Order());
        Assert.Equal([1, 9 / 8f, 13 / 8f, 13 / 8f, 9 / 8f], marked[16 + 2]);
        // 40 pixels wide and 50 high: the level of 16, whose first position has number 64.
        marked = Marked(Encode(64, 64, Box(SceneObjectKind.Vehicle, 4, 4, 44, 54)));
        Assert.Equal([64 + 0, 64 + 1, 64 + 2, 68 + 0, 68 + 1, 68 + 2, 72 + 0, 72 + 1, 72 + 2], marked.Keys.Order());
        Assert.Equal([0, 20 / 16f, 20 / 16f, 20 / 16f, 30 / 16f], marked[68 + 1]);
    }

    [Fact]
    public void A_box_between_positions_has_the_nearest_one()
    {
        KeyValuePair<int, float[]> only = Assert.Single(Marked(Encode(64, 64, Box(SceneObjectKind.Light, 6, 5, 9, 11))));
        // Its centre (7.5, 8) is nearest to (4, 4) and (4, 12); the first counts.
        Assert.Equal(0, only.Key);
        Assert.Equal([3, -2 / 8f, -1 / 8f, 5 / 8f, 7 / 8f], only.Value);
    }

    [Fact]
    public void Where_boxes_meet_the_smaller_one_takes_first_and_none_is_left_with_nothing()
    {
        SceneObject small = Box(SceneObjectKind.Light, 10, 10, 14, 14), same = Box(SceneObjectKind.Sign, 9.5f, 10, 14.5f, 14), large = Box(SceneObjectKind.Vehicle, 0, 0, 24, 24);
        Dictionary<int, float[]> marked = Marked(Encode(64, 64, large, same, small));
        Assert.Equal(3, marked[8 + 1][0]);
        // Its only position is taken: of the four beside it the first, which lies above it.
        Assert.Equal([4, 2.5f / 8, -6 / 8f, 2.5f / 8, 10 / 8f], marked[1]);
        Assert.Equal(1, marked.Values.Count(static v => v[0] == 4));
        Assert.Equal(7, marked.Values.Count(static v => v[0] == 0));
    }

    [Fact]
    public void Positions_of_difficult_objects_are_left_out()
    {
        Dictionary<int, float[]> marked = Marked(Encode(64, 64,
            Box(SceneObjectKind.Vehicle, 11, 11, 21, 21, visible: 0.3f),
            Box(SceneObjectKind.Sign, 43, 43, 46, 46),
            Box(SceneObjectKind.Person, 19, 18, 22, 24)));
        Assert.Equal(1, marked[16 + 2][0]);
        // The last one is on the level of 32.
        Assert.All(new[] { 8 + 1, 8 + 2, 16 + 1, 40 + 5, 64 + 16 }, i => Assert.Equal(ObjectAssignment.Ignored, marked[i][0]));
        Assert.Equal(6, marked.Count);
    }

    /// <summary>The decoder of a model that says exactly what it should.</summary>
    private static ModelDecoder Perfect(ObjectTask task, float[] target)
    {
        OutputShape[] outputs = [.. task.CreateNetwork(1).Outputs.Select(static o => new OutputShape(o.Name, o.Dims))];
        ModelDecoder decoder = ModelDecoder.Create(task.Preprocessing, outputs, "objects");
        for (int o = 0, first = 0; o < outputs.Length; o += 2)
        {
            int positions = outputs[o].Dims[2] * outputs[o].Dims[3];
            decoder.Output(o).Fill(-9);
            for (int i = 0; i < positions; i++)
            {
                ReadOnlySpan<float> fields = target.AsSpan((first + i) * Fields, Fields);
                if (fields[0] < 0) continue;
                decoder.Output(o)[(int)fields[0] * positions + i] = 4;
                for (int side = 0; side < 4; side++) decoder.Output(o + 1)[side * positions + i] = fields[1 + side];
            }
            first += positions;
        }
        return decoder;
    }

    [Fact]
    public void Labels_of_rendered_scenes_come_back_as_boxes()
    {
        const int Width = ObjectTask.UsualWidth, Height = ObjectTask.UsualHeight, Scale = 2;
        var task = new ObjectTask(Width, Height);
        int all = 0, right = 0, wrong = 0;
        for (ulong seed = 700; seed < 720; seed++)
        {
            SceneObject[] objects = [.. SceneRenderer.Render(seed, Width / Scale, Height / Scale).Labels.Objects
                .Select(static o => o with { Left = o.Left * Scale, Top = o.Top * Scale, Right = o.Right * Scale, Bottom = o.Bottom * Scale })
                .Where(static o => !ObjectAssignment.IsDifficult(o))];
            float[] target = Encode(Width, Height, objects);
            ReadOnlySpan<Detection> found = Perfect(task, target).Decode(new ImageMapping(1, 1, 0, 0), Width, Height).Boxes;
            bool[] matched = new bool[found.Length];
            foreach (SceneObject o in objects)
            {
                var truth = new Detection((int)o.Kind, 1, o.Left, o.Top, o.Right, o.Bottom);
                all++;
                bool any = false;
                for (int i = 0; i < found.Length; i++)
                {
                    if (found[i].Class != truth.Class || !(found[i].Iou(truth) > 0.9f)) continue;
                    matched[i] = any = true;
                }
                if (any) right++;
            }
            wrong += matched.Count(static m => !m);
        }
        Assert.True(right >= 0.99 * all && all > 100, $"{right} of {all}");
        Assert.Equal(0, wrong);
    }

    [Fact]
    public void The_loss_has_its_derivative()
    {
        var random = new Random(5);
        const int Classes = 5, Positions = 12, Normaliser = 3;
        float[] target = new float[Positions * Fields];
        for (int p = 0; p < Positions; p++)
        {
            target[p * Fields] = p switch { 0 or 1 => ObjectAssignment.Ignored, < 6 => ObjectAssignment.Nothing, _ => p % Classes };
            for (int k = 1; k < Fields; k++) target[p * Fields + k] = 0.3f + random.NextSingle() * 2;
        }
        float[] scores = Values(Classes * Positions, -3, 3), boxes = Values(4 * Positions, 0.1f, 2.5f);
        // Narrower than nothing in one direction, and in both.
        (boxes[6], boxes[2 * Positions + 6]) = (0.4f, -0.7f);
        (boxes[7], boxes[Positions + 7], boxes[2 * Positions + 7], boxes[3 * Positions + 7]) = (-0.6f, -0.2f, 0.25f, 0.1f);
        float[] scoreSlope = new float[scores.Length], boxSlope = new float[boxes.Length];
        (double classLoss, double boxLoss) = ObjectLoss.Evaluate(scores, boxes, target, Normaliser, scoreSlope, boxSlope);
        Assert.True(classLoss > 0 && boxLoss > 0);
        for (int i = 0; i < scores.Length; i++) Assert.Equal(Slope(scores, i, static l => l.Classes), scoreSlope[i], 2e-3);
        for (int i = 0; i < boxes.Length; i++) Assert.Equal(Slope(boxes, i, static l => l.Boxes), boxSlope[i], 2e-3);
        for (int c = 0; c < Classes; c++) Assert.Equal((0f, 0f), (scoreSlope[c * Positions], scoreSlope[c * Positions + 1]));
        Assert.Contains(boxSlope.AsSpan(6, 1).ToArray(), static s => s != 0);

        double Slope(float[] values, int i, Func<(double Classes, double Boxes), double> part)
        {
            const float Step = 1f / 512;
            float before = values[i];
            values[i] = before + Step;
            double above = part(ObjectLoss.Evaluate(scores, boxes, target, Normaliser, new float[scores.Length], new float[boxes.Length]));
            values[i] = before - Step;
            double below = part(ObjectLoss.Evaluate(scores, boxes, target, Normaliser, new float[scores.Length], new float[boxes.Length]));
            values[i] = before;
            return (above - below) / (2 * Step);
        }

        float[] Values(int count, float from, float to) => [.. Enumerable.Range(0, count).Select(_ => from + random.NextSingle() * (to - from))];
    }

    [Fact]
    public void A_loss_of_several_levels_is_that_of_each_and_nothing_is_lost_by_a_perfect_output()
    {
        var task = new ObjectTask(64, 64);
        float[] target = Encode(64, 64, Box(SceneObjectKind.Person, 11, 7, 33, 29), Box(SceneObjectKind.Vehicle, 2, 2, 60, 62));
        Assert.Equal(9 + Marked(target).Count(static m => m.Value[0] == 0), task.Weight(target));
        ModelDecoder perfect = Perfect(task, target);
        List<float> output = [];
        for (int i = 0; i < 6; i++) output.AddRange(perfect.Output(i));
        for (int i = 0; i < output.Count; i++) output[i] = output[i] == 4 ? 12 : output[i];
        double best = task.Evaluate([.. output], target, 1, new float[output.Count]);
        Assert.InRange(best, 0, 1e-3);
        // The last number is the bottom of the last level's last position.
        float[] moved = [.. output], slope = new float[output.Count];
        int last = Marked(target).Keys.Max();
        Assert.True(last >= 64);
        for (int i = 0; i < moved.Length; i++) moved[i] += 0.3f;
        Assert.True(task.Evaluate(moved, target, 1, slope) > best + 0.1);
        Assert.Contains(slope[^(9 * 4)..], static s => s != 0);
    }

    [Fact]
    public void A_small_network_learns_and_what_is_written_finds_boxes()
    {
        var options = new RoadTrainingOptions { Steps = 20, Batch = 4, Reuse = 8 };
        (Graph graph, IReadOnlyList<float> losses) = RoadTraining.Run(new ObjectTask(64, 64), options, Silent());
        Assert.True(losses.Skip(15).Average() < losses.Take(5).Average(), string.Join(' ', losses));
        RoadRelease.Write(graph, _tool.At("small.onnx"), Silent(), scenes: 8);
        Outcome run = Tool.Run("eval", _tool.At("small.ekm"), "--scenes", "1", "--json");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.InRange(run.Json.GetProperty("map50").GetDouble(), 0, 1);
        Assert.InRange(run.Json.GetProperty("map50_all").GetDouble(), 0, 1);
        Assert.Equal("int8", run.Json.GetProperty("precision").GetString());
        var preprocessing = Preprocessing.Load(_tool.At("small.json"));
        Assert.Equal(("fcos", 5), (preprocessing.Decoder!.Kind, preprocessing.Labels!.Count));
        Assert.Equal(ObjectNames.All, preprocessing.Labels);
        Assert.Equal(["scores8", "boxes8", "scores16", "boxes16", "scores32", "boxes32"], OnnxFile.Load(_tool.At("small.onnx")).Outputs.Select(static o => o.Name));
    }
}
