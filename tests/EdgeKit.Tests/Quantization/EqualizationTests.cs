using EdgeKit.Onnx;
using EdgeKit.Quantization;
using EdgeKit.Quantization.Passes;
using EdgeKit.Statistics;
using Xunit;

namespace EdgeKit.Tests.Quantization;

public sealed class EqualizationTests
{
    public static TheoryData<string> ZooNets => [.. Zoo.Names];

    [Theory]
    [MemberData(nameof(ZooNets))]
    public void Scaling_before_depthwise_convolutions_changes_nothing(string name)
    {
        Graph graph = Net(name);
        Tensor[] images = [.. NetBuilder.Images(2, 1, 3, 64, 64)];
        float[][] before = [.. images.Select(i => Run(graph, i))];
        RangeEqualization.Run(RunOf(graph, images));
        for (int i = 0; i < images.Length; i++) AssertSame(before[i], Run(graph, images[i]));
    }

    [Theory]
    [InlineData("resnet-18")]
    [InlineData("shufflenet-v2")]
    public void Balancing_layers_changes_nothing_where_no_clip_lies_between(string name)
    {
        Graph graph = Net(name);
        Tensor image = NetBuilder.Images(1, 1, 3, 64, 64).Single();
        float[] before = Run(graph, image);
        Assert.True(CrossLayerEqualization.Run(graph, static j => j.Bound is null) > 0);
        AssertSame(before, Run(graph, image));
    }

    [Fact]
    public void Balancing_across_a_clip_changes_nothing_where_channels_that_reach_it_keep_their_scale()
    {
        Tensor[] images = [.. NetBuilder.Images(4, 1, 3, 8, 8)];
        foreach (bool keepClips in new[] { true, false })
        {
            var net = new NetBuilder();
            Graph graph = net.Build(net.Conv(net.Clip(net.Conv(net.Input(1, 3, 8, 8), 3, 16), 0, 1), 16, 4));
            Junction junction = Assert.Single(Junction.Find(graph));
            float[] weights = junction.Writer.Weights();
            ValueRange[] ranges = ChannelRanges.Measure(RunOf(graph, images), "balance", [junction.Tensor])[junction.Tensor.Name];
            bool[] clipped = Array.ConvertAll(ranges, static r => r.High >= 1);
            Assert.Contains(true, clipped);
            Assert.Contains(false, clipped);
            float[][] before = [.. images.Select(i => Run(graph, i))];
            CrossLayerEqualization.Run(graph, static _ => true, ChannelRanges.Measure(RunOf(graph, images), "balance", [junction.Tensor]), keepClips);
            double difference = images.Select((image, i) => Difference(before[i], Run(graph, image))).Max();
            Assert.True(keepClips ? difference < 1e-5 : difference > 0.01, $"{difference}");
            Assert.Equal(keepClips, clipped.Select((c, o) => !c || junction.Writer.Weights().AsSpan(3 * o, 3).SequenceEqual(weights.AsSpan(3 * o, 3))).All(static same => same));
            Assert.Contains(clipped.Select((c, o) => !c && !junction.Writer.Weights().AsSpan(3 * o, 3).SequenceEqual(weights.AsSpan(3 * o, 3))), static moved => moved);
        }
    }

    [Theory]
    [MemberData(nameof(ZooNets))]
    public void Scaling_classes_of_channels_by_powers_of_two_changes_no_bit(string name)
    {
        Graph graph = Net(name);
        Tensor image = NetBuilder.Images(1, 1, 3, 64, 64).Single();
        float[] before = Run(graph, image);
        ChannelClasses classes = ChannelClasses.Of(graph);
        HashSet<int> kept = [.. classes.Fixed(), .. classes.Clips.SelectMany(c => classes.Of(c.Output)!)];
        var random = new Random(1);
        float[] factors = [.. Enumerable.Range(0, classes.Count).Select(c => kept.Contains(c) ? 1 : MathF.ScaleB(1, random.Next(-3, 4)))];
        classes.Scale(factors);
        Assert.Equal(before, Run(graph, image));
    }

    // Of deeper nets, rounding the weights of 50 layers anew alone makes 1e-5.
    [Theory]
    [InlineData("mobilenet-v1")]
    [InlineData("resnet-18")]
    [InlineData("shufflenet-v2")]
    public void Balancing_activations_with_weights_changes_nothing(string name)
    {
        Graph graph = Net(name);
        Tensor[] images = [.. NetBuilder.Images(2, 1, 3, 64, 64)];
        float[][] before = [.. images.Select(i => Run(graph, i))];
        new BalancePass(leastPictures: 1).Run(RunOf(graph, images));
        for (int i = 0; i < images.Length; i++) AssertSame(before[i], Run(graph, images[i]));
    }

    [Fact]
    public void A_weak_channel_with_large_weights_is_scaled_up_and_the_model_the_better_for_it()
    {
        var net = new NetBuilder();
        Value mid = net.Op("Relu", net.Conv(net.Input(1, 3, 8, 8), 3, 8));
        Graph graph = net.Build(net.Conv(mid, 8, 4));
        LinearLayer writer = LinearLayer.Of(graph.Nodes[0])!, reader = LinearLayer.Of(graph.Nodes[^1])!;
        // Channel 0 is a hundredth of the others in size, and counts as much.
        writer.SetWeights([.. writer.Weights().Select(static (w, i) => i < 3 ? w / 100 : w)]);
        writer.SetBias([.. writer.Bias().Select(static (b, c) => c == 0 ? MathF.Abs(b) / 100 : b)]);
        reader.SetWeights([.. reader.Weights().Select(static (w, i) => i % 8 == 0 ? w * 100 : w)]);
        Tensor[] images = [.. NetBuilder.Images(32, 1, 3, 8, 8)];
        double without = Error(["balance"]), with = Error([]);
        Assert.True(with < without / 10, $"{with} of {without}");
        // Too few pictures to tell how far a channel goes.
        images = images[..31];
        Assert.Equal(Error(["balance"]), Error([]));

        double Error(HashSet<string> passes)
        {
            Graph qdq = Quantizer.Quantize(graph, images, new QuantizeOptions { Without = passes, Method = CalibrationMethod.MinMax }).Qdq;
            return images.Sum(i => Run(graph, i).Zip(Run(qdq, i), static (a, b) => (double)(a - b) * (a - b)).Sum());
        }
    }

    [Fact]
    public void A_weak_channel_is_scaled_up_wherever_concat_shuffle_and_split_take_it()
    {
        var net = new NetBuilder();
        Value image = net.Input(1, 3, 8, 8);
        Value strong = net.Op("Relu", net.Conv(image, 3, 4, name: "strong")), weak = net.Op("Relu", net.Conv(image, 3, 4, name: "weak"));
        Node shuffle = net.Graph.Append("ChannelShuffle", [net.MaxPool(net.Concat(strong, weak))], domain: Graph.EdgeKitDomain);
        shuffle.Attributes.Set("groups", 2);
        Node split = net.Graph.Append("Split", [shuffle.Output], outputs: 2);
        split.Attributes.Set("axis", 1);
        Graph graph = net.Build(net.Concat(net.Conv(split.Outputs[0], 4, 3), net.Conv(split.Outputs[1], 4, 3)));
        LinearLayer writer = LinearLayer.Of(graph.Nodes.Single(static n => n.Name == "weak"))!;
        writer.SetWeights([.. writer.Weights().Select(static w => w / 100)]);
        writer.SetBias([.. writer.Bias().Select(static _ => 0.01f)]);
        Tensor[] images = [.. NetBuilder.Images(4, 1, 3, 8, 8)];
        float[][] before = [.. images.Select(i => Run(graph, i))];
        float[] rows = writer.Weights();

        new BalancePass(leastPictures: 1).Run(RunOf(graph, images));

        Assert.All(writer.Weights().Zip(rows), static p => Assert.InRange(p.First / p.Second, 1.4f, 64.1f));
        for (int i = 0; i < images.Length; i++) AssertSame(before[i], Run(graph, images[i]));
    }

    [Fact]
    public void Columns_that_lie_on_a_grid_are_moved_off_it_only_for_a_larger_gain()
    {
        Assert.InRange(Scaled(onGrid: true), 1, Scaled(onGrid: false) - 1);

        static int Scaled(bool onGrid)
        {
            const int channels = 24;
            var net = new NetBuilder();
            Graph graph = net.Build(net.Conv(net.Op("Relu", net.Conv(net.Input(1, 3, 8, 8), 3, channels)), channels, 4));
            LinearLayer writer = LinearLayer.Of(graph.Nodes[0])!, reader = LinearLayer.Of(graph.Nodes[^1])!;
            writer.SetWeights([.. writer.Weights().Select(static (w, i) => w * MathF.Pow(2, -i / 3 / 4f))]);
            writer.SetBias([.. writer.Bias().Select(static (b, c) => MathF.Abs(b) * MathF.Pow(2, -c / 4f))]);
            float[] read = [.. reader.Weights().Select(static (w, i) => i % channels == 0 ? 1 : Math.Clamp(w, -0.9f, 0.9f))];
            reader.SetWeights(onGrid ? [.. read.Select(static w => MathF.Round(w * 127) / 127)] : read);
            float[] rows = writer.Weights();
            new BalancePass(leastPictures: 1).Run(RunOf(graph, [.. NetBuilder.Images(4, 1, 3, 8, 8)]));
            return Enumerable.Range(0, channels).Count(c => writer.Weights()[3 * c] != rows[3 * c]);
        }
    }

    [Fact]
    public void Every_channel_is_taken_to_the_tensors_range_and_no_further()
    {
        float[] factors = RangeEqualization.Factors([new(0, 6), new(0, 1.5f), new(0, 0), new(0, 0.01f)]);
        Assert.Equal([1f, 4f, 1f, 64f], factors);
        Assert.Equal([1f, 2f, 1f], RangeEqualization.Factors([new(-2, 6), new(-1, 0.5f), new(-2, 0)]));
    }

    [Fact]
    public void Rows_and_columns_of_neighbours_become_alike()
    {
        var net = new NetBuilder();
        Value mid = net.Op("Relu", net.Conv(net.Input(1, 3, 4, 4), 3, 4));
        Graph graph = net.Build(net.Conv(mid, 4, 2));
        CrossLayerEqualization.Run(graph, static _ => true);
        Junction junction = Assert.Single(Junction.Find(graph));
        float[] written = junction.Writer.Weights(), read = junction.Reader.Weights();
        for (int c = 0; c < 4; c++)
        {
            float row = Enumerable.Range(0, 3).Max(k => MathF.Abs(written[c * 3 + k])), column = Enumerable.Range(0, 2).Max(o => MathF.Abs(read[o * 4 + c]));
            Assert.Equal(row, column, 0.01f * row);
        }
    }

    [Fact]
    public void What_is_read_twice_is_no_junction()
    {
        var net = new NetBuilder();
        Value conv = net.Conv(net.Input(1, 3, 4, 4), 3, 4);
        Graph graph = net.Build(net.Conv(conv, 4, 2), net.Conv(conv, 4, 2));
        Assert.Empty(Junction.Find(graph));
    }

    private static Graph Net(string name)
    {
        Graph graph = Zoo.Create(name, new ZooOptions { Width = 0.25, Size = 64, Classes = 10 });
        ShapeInference.Run(graph);
        Declutter.Run(graph);
        ShapeInference.Run(graph);
        return graph;
    }

    private static QuantizationRun RunOf(Graph graph, Tensor[] images) => new()
    {
        Graph = graph,
        Options = new QuantizeOptions { Threads = 1 },
        Images = images.Select(i => new Dictionary<string, Tensor> { [graph.Inputs[0].Name] = i }),
        Progress = null,
        Cancel = CancellationToken.None,
    };

    private static float[] Run(Graph graph, Tensor image) =>
        ReferenceExecutor.Run(graph, new Dictionary<string, Tensor> { [graph.Inputs[0].Name] = image })[graph.Outputs[0].Name].ToFloats();

    private static void AssertSame(float[] expected, float[] actual) => Assert.InRange(Difference(expected, actual), 0, 1e-5);

    private static double Difference(float[] expected, float[] actual) =>
        Math.Sqrt(expected.Zip(actual, static (a, b) => (double)(a - b) * (a - b)).Sum() / expected.Sum(static v => (double)v * v));
}
