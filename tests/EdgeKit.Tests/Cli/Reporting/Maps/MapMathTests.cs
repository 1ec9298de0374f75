using EdgeKit.Cli.Reporting.Maps;
using EdgeKit.Onnx;
using EdgeKit.Tests.Onnx.Passes;
using EdgeKit.Training;
using Xunit;

namespace EdgeKit.Tests.Cli.Reporting.Maps;

/// <summary>Exact properties of what <c>edgekit report --maps</c> shows.</summary>
public sealed class MapMathTests
{
    private const int Classes = 3, Channels = 6, Read = 4, Target = 1;

    [Fact]
    public void Where_the_classifier_reads_one_channel_both_maps_are_that_channel()
    {
        Graph graph = Classifier(weightOfOthers: 0);
        ClassifierHead head = ClassifierHead.Find(graph)!;
        (Tensor map, Tensor gradient) = Differentiated(graph, head);
        Plane expected = Plane.Of(map, Read);
        AssertProportional(expected, ActivationMap.FromGradient(map, gradient));
        AssertProportional(expected, ActivationMap.FromAblation(map, ChannelAblation.Create(graph, head.Map, head.Logits)!.Drops(map, Target)));
    }

    [Fact]
    public void With_a_linear_head_the_two_maps_weigh_alike_where_a_channel_counts()
    {
        // The drop without channel c is its weight times its mean: Ablation-CAM's weight is Grad-CAM's times that mean.
        Graph graph = Classifier(weightOfOthers: 0.5f);
        ClassifierHead head = ClassifierHead.Find(graph)!;
        (Tensor map, Tensor gradient) = Differentiated(graph, head);
        float[] drops = ChannelAblation.Create(graph, head.Map, head.Logits)!.Drops(map, Target);
        int plane = map.Shape[2] * map.Shape[3];
        for (int c = 0; c < Channels; c++)
        {
            float mean = map.AsSpan<float>().Slice(c * plane, plane).ToArray().Average();
            float weight = gradient.AsSpan<float>().Slice(c * plane, plane).ToArray().Average() * plane;
            Assert.Equal(weight * mean, drops[c], 1e-5f);
        }
    }

    [Fact]
    public void A_channel_of_zero_weight_costs_nothing_and_another_its_share_of_the_score()
    {
        Graph graph = Classifier(weightOfOthers: 0);
        ClassifierHead head = ClassifierHead.Find(graph)!;
        Assert.NotEqual(head.Map, head.Features);
        Tensor features = ReferenceExecutor.Run(graph, new Dictionary<string, Tensor> { ["x"] = Picture(9) }, [head.Features])[head.Features];
        float[] drops = ChannelAblation.Create(graph, head.Features, head.Logits)!.Drops(features, Target);
        Assert.Equal(Channels, drops.Length);
        for (int c = 0; c < Channels; c++)
        {
            if (c == Read) Assert.Equal(2 * features.ToFloats()[Read], drops[c], 1e-5f);
            else Assert.Equal(0f, drops[c]);
        }
    }

    [Fact]
    public void A_softmax_behind_the_scores_changes_nothing()
    {
        Graph plain = Classifier(weightOfOthers: 0.3f), soft = Classifier(weightOfOthers: 0.3f, softmax: true);
        Assert.Equal(ClassifierHead.Find(plain), ClassifierHead.Find(soft));
    }

    [Fact]
    public void A_map_at_the_end_is_no_classifier()
    {
        var net = new TestNet();
        net.Graph.AddOutput(net.Conv(net.Input(1, 3, 8, 8), 4, 3, kernel: 3));
        ShapeInference.Run(net.Graph);
        Assert.Null(ClassifierHead.Find(net.Graph));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 1)]
    [InlineData(2, 2)]
    public void The_measured_field_of_a_stack_of_3x3_convolutions_lies_within_the_theoretical_one(int layers, int stride)
    {
        var net = new TestNet();
        Value x = net.Input(1, 3, 33, 33);
        for (int i = 0; i < layers; i++)
            x = net.Op("Conv", [x, net.Random(0.1f, 1, 4, i == 0 ? 3 : 4, 3, 3)], ("pads", new[] { 1, 1, 1, 1 }), ("strides", new[] { stride, stride }));
        net.Graph.AddOutput(x);
        ShapeInference.Run(net.Graph);
        ReceptiveField theory = ModelSummary.Of(net.Graph).Layers[^1].ReceptiveField!.Value;
        Plane field = EffectiveField.Measure(net.Graph, x.Name, [Picture(33)]);

        double middleY = theory.CentreY + x.Dims[2] / 2 * theory.StrideY, middleX = theory.CentreX + x.Dims[3] / 2 * theory.StrideX;
        for (int row = 0; row < 33; row++)
            for (int column = 0; column < 33; column++)
            {
                bool within = Math.Abs(row - middleY) <= (theory.Height - 1) / 2.0 && Math.Abs(column - middleX) <= (theory.Width - 1) / 2.0;
                // All weights are positive: within, every pixel counts.
                Assert.Equal(within, field[row, column] != 0);
            }
        Assert.Equal(theory.Height, EffectiveField.Side(field, middleY, middleX, 1));
        Assert.InRange(EffectiveField.Side(field, middleY, middleX, 0.5), 1, theory.Height);
    }

    [Fact]
    public void The_side_of_a_field_is_that_of_the_square_that_holds_the_share()
    {
        float[] values = new float[49];
        values[3 * 7 + 3] = 6;
        values[2 * 7 + 3] = 3;
        values[6 * 7 + 6] = 1;
        var field = new Plane(7, 7, values);
        Assert.Equal((1, 3, 7), (EffectiveField.Side(field, 3, 3, 0.6), EffectiveField.Side(field, 3, 3, 0.9), EffectiveField.Side(field, 3, 3, 1)));
        // About a corner between four pixels the square's side is even.
        Assert.Equal(2, EffectiveField.Side(field, 2.5, 3.5, 0.9));
        Assert.Equal(0, EffectiveField.Side(new Plane(7, 7, new float[49]), 3, 3, 0.9));
    }

    private static (Tensor Map, Tensor Gradient) Differentiated(Graph graph, ClassifierHead head)
    {
        var network = new TrainingNetwork(graph, new NetworkOptions { Frozen = static _ => true, Observed = [head.Map] });
        network.Forward(Picture(9), NetworkMode.Frozen);
        float[] seed = new float[Classes];
        seed[Target] = 1;
        network.Backward(new Dictionary<string, Tensor> { [head.Logits] = Tensor.Of(seed, 1, Classes) });
        return (network.Read(head.Map), network.ReadGradient(head.Map));
    }

    private static void AssertProportional(Plane expected, Plane actual)
    {
        Assert.True(actual.Values.Max() > 0);
        float factor = actual.Values.Max() / expected.Values.Max();
        for (int i = 0; i < expected.Values.Length; i++) Assert.Equal(expected.Values[i] * factor, actual.Values[i], 1e-5f * actual.Values.Max());
    }

    private static Tensor Picture(int size)
    {
        var random = new Random(3);
        return Tensor.Of(Enumerable.Range(0, 3 * size * size).Select(_ => random.NextSingle() - 0.3f).ToArray(), 1, 3, size, size);
    }

    /// <summary>Conv, Relu, global pool, Gemm; the target's row reads one channel with weight 2 and the others with another weight.</summary>
    private static Graph Classifier(float weightOfOthers, bool softmax = false)
    {
        var net = new TestNet();
        Value map = net.Op("Relu", net.Conv(net.Input(1, 3, 9, 9), Channels, 3, kernel: 3));
        float[] weights = [.. Enumerable.Range(0, Classes * Channels).Select(i => i / Channels != Target ? 0.1f * (i % 5) : i % Channels == Read ? 2 : weightOfOthers)];
        Value scores = net.Op("Gemm", [net.Op("Flatten", net.Op("GlobalAveragePool", map)), net.Floats(weights, Classes, Channels), net.Random(-1, 1, Classes)], ("transB", 1));
        net.Graph.AddOutput(softmax ? net.Op("Softmax", scores) : scores);
        ShapeInference.Run(net.Graph);
        return net.Graph;
    }
}
