using EdgeKit.Cli;
using EdgeKit.Cli.Models;
using EdgeKit.Cli.Reporting;
using EdgeKit.Compiler;
using EdgeKit.Imaging;
using EdgeKit.Onnx;
using EdgeKit.Quantization;
using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Plan;
using EdgeKit.Tests.Compiler;
using Xunit;

namespace EdgeKit.Tests.Cli.Reporting;

public sealed class LayerStudyTests
{
    private const int Size = 64;
    private static readonly Preprocessing How = Preprocessing.Parse(Preprocessing.Template(Size, Size), "template");
    private static readonly ImageSource Pictures = ImageSource.Noise(3, 2, Size, Size);

    [Theory]
    [InlineData("squeezenet-1.1")]
    [InlineData("shufflenet-v2")]
    [InlineData("mobilenet-v3-small")]
    public void Every_tensor_is_found_and_no_layer_alone_is_far_off(string name)
    {
        Graph graph = ZooPlans.Graph(name, int8: false);
        (TensorFacts[] tensors, int leftOut) = Study(graph, Quantized(name), Optimizations.All);
        Assert.True(tensors.Length > 20 && leftOut < tensors.Length / 10, $"{tensors.Length} tensors, {leftOut} left out");
        // What a hard function flattens anyway is clipped.
        TensorFacts[] whole = [.. tensors.Where(t => !graph.Find(t.Name)!.Consumers.Any(static n => n.OpType.StartsWith("Hard", StringComparison.Ordinal)))];
        Assert.True(whole.Length > tensors.Length / 2);
        Assert.All(whole.Where(static t => t.OwnSqnrDb is not null), static t => Assert.True(t.OwnSqnrDb > 10, $"{t.Name}: {t.OwnSqnrDb}"));
        Assert.True(tensors.Count(static t => t.OwnSqnrDb is not null) > tensors.Length * 0.8);
        Assert.Equal(name != "squeezenet-1.1", tensors.Any(static t => t.Rescaled));
        Assert.All(whole.Where(static t => t.Range is not null), static t => Assert.True(t.ClippedLow + t.ClippedHigh < 0.1));
        Assert.All(tensors, static t => Assert.Equal(2 * t.Shape.Aggregate(1, static (a, b) => a * b), t.Distribution.Counts.Sum()));
    }

    [Fact]
    public void A_plan_with_every_optimization_gives_the_same_errors()
    {
        Graph graph = ZooPlans.Graph("squeezenet-1.1", int8: false), int8 = Quantized("squeezenet-1.1");
        var plain = Study(graph, int8, Optimizations.All).Tensors.ToDictionary(static t => t.Name, StringComparer.Ordinal);
        TensorFacts[] optimized = Study(graph, int8, Optimizations.None).Tensors;
        Assert.True(optimized.Length > 20);
        Assert.All(optimized, t => Assert.Equal(plain[t.Name].SqnrDb ?? 0, t.SqnrDb ?? 0, 9));
    }

    [Fact]
    public void Equalized_channels_are_compared_at_their_own_scales()
    {
        Graph graph = ZooPlans.Graph("mobilenet-v1", int8: false), scaled = graph.Clone();
        // The first convolution writes each channel at another scale, the depthwise one behind it undoes that: with rectifiers between, nothing else changes.
        Node[] convolutions = [.. scaled.Nodes.Where(static n => n.Is("Conv")).Take(2)];
        Scale(scaled, convolutions[0], 1, static c => 1 / (c % 4 + 1.5f));
        Scale(scaled, convolutions[0], 2, static c => 1 / (c % 4 + 1.5f));
        Scale(scaled, convolutions[1], 1, static c => c % 4 + 1.5f);
        Graph float6 = WithoutUpperBounds(graph);
        TensorFacts[] tensors = Study(float6, WithoutUpperBounds(scaled), Optimizations.All).Tensors;
        TensorFacts first = tensors.First(static t => t.Operator is not null);
        Assert.True(first.Rescaled);
        Assert.True(first.SqnrDb > 60, $"{first.SqnrDb}");
        Assert.All(tensors.Skip(2), static t => Assert.False(t.Rescaled, t.Name));
        Assert.All(tensors.Skip(1), static t => Assert.True((t.SqnrDb ?? 200) > 60, $"{t.Name}: {t.SqnrDb}"));
    }

    private static Graph Quantized(string name) => Quantizer.Quantize(ZooPlans.Graph(name, int8: false), PictureReader.ReadAll(Pictures, How)).Qdq;

    private static (TensorFacts[] Tensors, int LeftOut) Study(Graph graph, Graph compressed, Optimizations without)
    {
        Graph source = graph.Clone();
        source.Metadata[PlanCompiler.PreprocessingKey] = How.ToJson();
        Session session = Session.Load(PlanFile.Parse(PlanCompiler.Compile(compressed, new CompileOptions { Without = without }), "m.ekm"));
        return LayerStudy.Run(OnnxModel.Of("m.onnx", source), session, EqualizedScales.Of(compressed), [.. Pictures], calibration: null, new Terminal(TextWriter.Null, TextWriter.Null, ErrorIsTerminal: false, CancellationToken.None));
    }

    private static void Scale(Graph graph, Node node, int input, Func<int, float> factor)
    {
        if (node.ConstantInput(input) is not { } constant) return;
        float[] values = constant.ToFloats();
        int each = values.Length / constant.Shape[0];
        for (int i = 0; i < values.Length; i++) values[i] *= factor(i / each);
        node.SetInput(input, graph.NewConstant($"{node.Name}_scaled_{input}", Tensor.Of(values, constant.Shape)));
    }

    private static Graph WithoutUpperBounds(Graph graph)
    {
        Graph copy = graph.Clone();
        foreach (Node clip in copy.Nodes.Where(static n => n.Is("Clip")).ToArray()) clip.SetInput(2, null);
        return copy;
    }
}
