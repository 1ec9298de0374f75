using EdgeKit.Compiler;
using EdgeKit.Onnx;
using EdgeKit.Testing.Operators;
using EdgeKit.Tests.Onnx.Passes;
using Xunit;

namespace EdgeKit.Tests.Onnx;

/// <summary>What holds between composed operators and others, and what is said where a form is refused.</summary>
public class ComposedPropertyTests
{
    private static readonly Random Numbers = new(5);

    [Fact]
    public void A_volume_of_one_frame_is_convolved_as_a_map()
    {
        Tensor x = Floats(2, 3, 1, 6, 7), w = Floats(4, 3, 1, 3, 3), b = Floats(4);
        Tensor volume = Run("Conv", [x, w, b], ("pads", new[] { 0, 1, 1, 0, 1, 1 }), ("strides", new[] { 1, 2, 1 }));
        Tensor map = Run("Conv", [x.Reshape(2, 3, 6, 7), w.Reshape(4, 3, 3, 3), b], ("pads", new[] { 1, 1, 1, 1 }), ("strides", new[] { 2, 1 }));
        Assert.Equal([2, 4, 1, 3, 7], volume.Shape);
        Assert.Equal(map.ToFloats(), volume.ToFloats());
    }

    [Theory]
    [InlineData("LSTM", 4)]
    [InlineData("GRU", 3)]
    [InlineData("RNN", 1)]
    public void Bidirectional_is_forward_and_reverse(string kind, int gates)
    {
        Tensor x = Floats(6, 2, 3), w = Floats(2, gates * 4, 3), r = Floats(2, gates * 4, 4), b = Floats(2, 2 * gates * 4);
        float[] both = Run(kind, [x, w, r, b], ("direction", "bidirectional"), ("hidden_size", 4)).ToFloats();
        float[] forward = Run(kind, [x, Part(w, 0), Part(r, 0), Part(b, 0)], ("hidden_size", 4)).ToFloats();
        float[] reverse = Run(kind, [x, Part(w, 1), Part(r, 1), Part(b, 1)], ("direction", "reverse"), ("hidden_size", 4)).ToFloats();
        for (int i = 0; i < both.Length; i++)
            Assert.Equal((i / 8 % 2 == 0 ? forward : reverse)[i / 16 * 8 + i % 8], both[i]);
    }

    [Theory]
    [InlineData("LSTM", 4)]
    [InlineData("GRU", 3)]
    [InlineData("RNN", 1)]
    public void Reverse_is_forward_over_the_reversed_sequence(string kind, int gates)
    {
        Tensor x = Floats(5, 1, 3), w = Floats(1, gates * 4, 3), r = Floats(1, gates * 4, 4);
        Tensor Reversed(Tensor t) => ReferenceRun.One("Slice", [t, Tensor.Vector(-1), Tensor.Vector(-100), Tensor.Vector(0), Tensor.Vector(-1)]);
        Tensor reverse = Run(kind, [x, w, r], ("direction", "reverse"), ("hidden_size", 4));
        Assert.Equal(Run(kind, [Reversed(x), w, r], ("hidden_size", 4)).ToFloats(), Reversed(reverse).ToFloats());
    }

    [Fact]
    public void Without_offsets_a_deformable_convolution_is_a_convolution()
    {
        Tensor x = Floats(1, 4, 6, 6), w = Floats(5, 4, 3, 3), b = Floats(5);
        (string, object)[] window = [("pads", new[] { 1, 1, 1, 1 }), ("kernel_shape", new[] { 3, 3 })];
        Tensor plain = Run("Conv", [x, w, b], window);
        Tensor deformed = Run("DeformConv", [x, w, Tensor.Zeros(ElementType.Float, 1, 18, 6, 6), b], window);
        TensorAssert.Close(plain, deformed, 1e-6, "DeformConv");
    }

    [Fact]
    public void Statistics_of_a_normalised_channel_are_zero_and_one()
    {
        float[] y = Run("InstanceNormalization", [Floats(1, 3, 8, 9), ReferenceRun.Ones(3), Tensor.Zeros(ElementType.Float, 3)]).ToFloats();
        for (int c = 0; c < 3; c++)
        {
            float[] channel = y[(c * 72)..((c + 1) * 72)];
            Assert.Equal(0, channel.Average(), 1e-5);
            Assert.Equal(1, channel.Average(static v => v * v), 1e-3);
        }
    }

    [Theory]
    [InlineData("half_pixel", 2.3f)]
    [InlineData("align_corners", 1.7f)]
    [InlineData("asymmetric", 0.4f)]
    public void Cubic_weights_add_up_to_one(string rule, float scale)
    {
        Tensor y = Run("Resize", [ReferenceRun.Ones(1, 1, 9, 11), null, Tensor.Of([1, 1, scale, scale], 4)], ("mode", "cubic"), ("coordinate_transformation_mode", rule), ("antialias", 1));
        Assert.All(y.ToFloats(), static v => Assert.Equal(1, v, 1e-5));
    }

    [Fact]
    public void A_long_sequence_is_refused_with_the_way_out()
    {
        var e = Assert.Throws<ModelException>(() => Run("RNN", [Floats(600, 1, 1), Floats(1, 1, 1), Floats(1, 1, 1)], ("hidden_size", 1)));
        Assert.Equal("node 'rnn' (RNN): has 600 steps in 1 direction(s), which are written out one by one; at most 512 are supported: run shorter pieces and hand the state on", e.Message);
    }

    [Theory]
    [InlineData("LSTM", "activation 'Gelu' is not supported in recurrent layers")]
    [InlineData("DeformConv", "input 2 has shape [1,18,5,5] where [1,18,6,6] is wanted")]
    [InlineData("GroupNormalization", "3 groups do not divide 4 channels")]
    [InlineData("Einsum", "takes a diagonal, which is not supported")]
    [InlineData("GridSample", "a grid of shape [2,3,3,2] does not fit an input of shape [1,2,4,4]")]
    public void What_does_not_fit_is_named(string kind, string problem)
    {
        Action run = kind switch
        {
            "LSTM" => () => Run(kind, [Floats(2, 1, 1), Floats(1, 4, 1), Floats(1, 4, 1)], ("hidden_size", 1), ("activations", new[] { "Gelu", "Tanh", "Tanh" })),
            "DeformConv" => () => Run(kind, [Floats(1, 4, 6, 6), Floats(5, 4, 3, 3), Floats(1, 18, 5, 5)], ("pads", new[] { 1, 1, 1, 1 })),
            "GroupNormalization" => () => Run(kind, [Floats(1, 4, 6, 6), Floats(4), Floats(4)], ("num_groups", 3)),
            "Einsum" => () => Run(kind, [Floats(3, 3)], ("equation", "ii->i")),
            _ => () => Run(kind, [Floats(1, 2, 4, 4), Floats(2, 3, 3, 2)]),
        };
        Assert.Contains(problem, Assert.Throws<ModelException>(run).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_would_grow_without_bounds_is_refused()
    {
        Assert.Contains("has a kernel of 65 taps along the depth", Assert.Throws<ModelException>(() => Run("Conv", [Floats(1, 1, 65, 1, 1), Floats(1, 1, 65, 1, 1)])).Message, StringComparison.Ordinal);
        Assert.Contains("which is too large", Assert.Throws<ModelException>(() => Run("AffineGrid", [Floats(1, 2, 3), Tensor.Vector(1, 1, 4000, 4000)])).Message, StringComparison.Ordinal);
        Assert.Contains("which is nothing", Assert.Throws<ModelException>(() => Run("RNN", [Floats(1, 0, 1), Floats(1, 1, 1), Floats(1, 1, 1)], ("hidden_size", 1))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_runtime_does_not_take_is_refused_by_name()
    {
        var graph = new Graph();
        Value x = graph.AddInput("x", ElementType.Float, [3, 4]);
        graph.AddOutput(graph.Append("TopK", [x, graph.NewConstant("k", Tensor.Vector(2))], 2).Outputs[0]);
        ShapeInference.Run(graph);
        Assert.Equal("node 'topk' (TopK): operator TopK is not supported by the runtime; 'edgekit inspect' lists what is", Assert.Throws<ModelException>(() => PlanCompiler.Compile(graph)).Message);
    }

    [Fact]
    public void A_written_out_graph_reads_back_as_it_is()
    {
        var net = new TestNet();
        Value y = net.Op("GroupNormalization", [net.Op("DeformConv", [net.Input(1, 4, 6, 6), net.Random(-1, 1, 4, 4, 3, 3), net.Random(-2, 2, 1, 18, 4, 4)]), net.Random(0.5f, 1, 4), net.Random(-1, 1, 4)], ("num_groups", 2));
        net.Graph.Opset = 21;
        net.Graph.AddOutput(y);
        ShapeInference.Run(net.Graph);
        Graph read = OnnxFile.Parse(OnnxFile.Serialize(net.Graph), "net");
        ShapeInference.Run(read);
        var feeds = new Dictionary<string, Tensor> { ["x"] = Floats(1, 4, 6, 6) };
        string name = net.Graph.Outputs[0].Name;
        TensorAssert.Close(ReferenceExecutor.Run(net.Graph, feeds)[name], ReferenceExecutor.Run(read, feeds)[name], 1e-5, "round trip");
        Assert.DoesNotContain(read.Nodes, static n => n.OpType is "DeformConv" or "GroupNormalization" || n.Domain.Length > 0);
    }

    /// <summary>The first output of an operator whose first input is fed and the others constant.</summary>
    private static Tensor Run(string kind, Tensor?[] inputs, params (string Name, object Value)[] attributes)
    {
        var graph = new Graph { Opset = 20 };
        Value?[] values = [graph.AddInput("x", inputs[0]!.Type, inputs[0]!.Shape), .. inputs[1..].Select((t, i) => t is null ? null : graph.NewConstant($"c{i}", t))];
        Node node = graph.Append(kind, values, kind is "LSTM" or "GRU" or "RNN" ? 2 : 1);
        foreach ((string name, object value) in attributes) node.Attributes.Set(name, value);
        graph.AddOutput(node.Outputs[0]);
        ShapeInference.Run(graph);
        return ReferenceExecutor.Run(graph, new Dictionary<string, Tensor> { ["x"] = inputs[0]! })[graph.Outputs[0].Name];
    }

    private static Tensor Part(Tensor stacked, int index)
    {
        int size = stacked.Length / 2;
        return Tensor.Of(stacked.ToFloats()[(index * size)..((index + 1) * size)], [1, .. stacked.Shape[1..]]);
    }

    private static Tensor Floats(params int[] shape) => Tensor.Of([.. Enumerable.Range(0, Tensor.ElementCount(shape)).Select(static _ => Numbers.NextSingle() * 2 - 1)], shape);
}
