using EdgeKit.Onnx;
using EdgeKit.Statistics;
using Xunit;

namespace EdgeKit.Tests.Statistics;

/// <summary>Weights times patch plus bias is what the reference computes, for every kind of layer.</summary>
public class LinearLayerTests
{
    public static TheoryData<int, int, int, int, int, int> Convolutions => new()
    {
        // channels, outputs, groups, kernel, stride, dilation
        { 5, 4, 1, 1, 1, 1 },
        { 3, 4, 1, 3, 2, 1 },
        { 6, 6, 6, 3, 1, 1 },
        { 4, 8, 4, 5, 2, 1 },
        { 6, 4, 2, 3, 1, 2 },
    };

    [Theory]
    [MemberData(nameof(Convolutions))]
    public void Patches_of_a_convolution(int channels, int outputs, int groups, int kernel, int stride, int dilation)
    {
        var graph = new Graph();
        Value x = graph.AddInput("x", ElementType.Float, [1, channels, 9, 8]);
        Value w = graph.NewConstant("w", Random(1, outputs, channels / groups, kernel, kernel)), b = graph.NewConstant("b", Random(2, outputs));
        Node conv = graph.Append("Conv", [x, w, b]);
        conv.Attributes.Set("group", groups).Set("strides", new[] { stride, stride }).Set("dilations", new[] { dilation, dilation }).Set("pads", new[] { 1, 0, 2, 1 });
        Check(graph, conv, channelMajor: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Patches_of_a_matrix(bool transposed)
    {
        var graph = new Graph();
        Value x = graph.AddInput("x", ElementType.Float, [1, 5]);
        Value w = graph.NewConstant("w", transposed ? Random(1, 3, 5) : Random(1, 5, 3)), b = graph.NewConstant("b", Random(2, 3));
        Node gemm = graph.Append("Gemm", [x, w, b]);
        gemm.Attributes.Set("transB", transposed ? 1 : 0);
        Check(graph, gemm, channelMajor: false);
    }

    [Fact]
    public void Patches_of_rows()
    {
        var graph = new Graph();
        Value x = graph.AddInput("x", ElementType.Float, [1, 4, 5]);
        Check(graph, graph.Append("MatMul", [x, graph.NewConstant("w", Random(1, 5, 3))]), channelMajor: false);
    }

    private static void Check(Graph graph, Node node, bool channelMajor)
    {
        graph.AddOutput(node.Output);
        ShapeInference.Run(graph);
        LinearLayer layer = LinearLayer.Of(node)!;
        Tensor input = Random(3, graph.Inputs[0].Dims);
        var feeds = new Dictionary<string, Tensor> { ["x"] = input };
        float[] expected = ReferenceExecutor.Run(graph, feeds)[node.Output.Name].ToFloats();
        float[] weights = layer.Weights(), bias = layer.Bias(), patch = new float[layer.Columns];
        Assert.Equal(expected.Length, layer.Outputs * layer.Positions);
        for (int position = 0; position < layer.Positions; position++)
        {
            for (int o = 0; o < layer.Outputs; o++)
            {
                layer.Patch(input.AsSpan<float>(), o / layer.OutputsPerGroup, position, patch);
                float sum = bias[o] + patch.Select((z, i) => z * weights[o * layer.Columns + i]).Sum();
                Assert.Equal(expected[channelMajor ? o * layer.Positions + position : position * layer.Outputs + o], sum, 1e-4f);
            }
        }

        layer.SetWeights(Array.ConvertAll(weights, static v => 2 * v));
        Assert.Equal(Array.ConvertAll(weights, static v => 2 * v), layer.Weights());
        if (node.Is("MatMul")) return;
        layer.SetBias(Array.ConvertAll(bias, static v => 2 * v));
        float[] doubled = ReferenceExecutor.Run(graph, feeds)[node.Output.Name].ToFloats();
        Assert.All(doubled.Zip(expected), static p => Assert.Equal(2 * p.Second, p.First, 1e-4f));
    }

    private static Tensor Random(int seed, params int[] shape)
    {
        var random = new Random(seed);
        return Tensor.Of([.. Enumerable.Range(0, Tensor.ElementCount(shape)).Select(_ => random.NextSingle() * 2 - 1)], shape);
    }
}
