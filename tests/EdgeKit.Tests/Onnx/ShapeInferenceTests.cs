using EdgeKit.Onnx;
using EdgeKit.Testing;
using Xunit;

namespace EdgeKit.Tests.Onnx;

/// <summary>Shapes worked out by hand, what is folded, and how input sizes are fixed; the conformance tests hold many more shapes to ONNX Runtime's.</summary>
public sealed class ShapeInferenceTests
{
    [Theory]
    // 224 + 0 + 1 - 3 = 222, 222 / 2 + 1 = 112.
    [InlineData("SAME_UPPER", 224, 3, 2, 1, 112, 0, 1)]
    [InlineData("SAME_LOWER", 224, 3, 2, 1, 112, 1, 0)]
    [InlineData("VALID", 224, 3, 2, 1, 111, 0, 0)]
    [InlineData("SAME_UPPER", 7, 3, 1, 2, 7, 2, 2)]
    [InlineData("SAME_UPPER", 5, 1, 3, 1, 2, 0, 0)]
    public void Automatic_padding_becomes_explicit(string autoPad, int input, int kernel, int stride, int dilation, int output, int begin, int end)
    {
        Graph graph = Inferred(new OnnxModelBuilder().Input("x", 1, 2, input).Constant("w", Tensor.Zeros(ElementType.Float, 4, 2, kernel))
            .Node("Conv", "x w", "y", ("auto_pad", autoPad), ("strides", new[] { stride }), ("dilations", new[] { dilation })).Output("y"));
        Assert.Equal([1, 4, output], graph.Outputs[0].Dims);
        AttributeMap attributes = graph.Nodes[0].Attributes;
        Assert.Equal([begin, end], attributes.Ints("pads")!);
        Assert.Equal([kernel], attributes.Ints("kernel_shape")!);
        Assert.Equal(1, attributes.Int("group", 0));
        Assert.False(attributes.Has("auto_pad"));
    }

    [Fact]
    public void Shape_arithmetic_vanishes_and_keeps_its_name()
    {
        Graph graph = Inferred(new OnnxModelBuilder().Input("x", -1, 3, 4, 5)
            .Node("Shape", "x", "s", ("start", 1)).Constant("zero", Tensor.Scalar(0L)).Node("Gather", "s zero", "c").Constant("axes", 0).Node("Unsqueeze", "c axes", "u")
            .Constant("first", 1).Constant("open", -1).Node("Concat", "first u open", "target", ("axis", 0)).Node("Reshape", "x target", "y").Output("y"));
        Assert.Equal("Reshape", Assert.Single(graph.Nodes).OpType);
        Assert.Equal([1L, 3, -1], graph.Find("target")!.Constant!.ToInt64s());
        Assert.Equal([1, 3, 20], graph.Outputs[0].Dims);
    }

    [Fact]
    public void A_constant_output_keeps_its_node_but_its_readers_see_the_constant()
    {
        Graph graph = Inferred(new OnnxModelBuilder().Input("x", 2).Constant("c", Tensor.Of([-1f, 1f], 2)).Node("Relu", "c", "r").Node("Add", "x r", "y").Output("y", "r"));
        Assert.Equal(2, graph.Nodes.Count);
        Assert.True(graph.Outputs[0].Producer!.Input(1).IsConstant);
        Assert.Equal("r", graph.Outputs[1].Name);
        int values = graph.Values.Count();
        ShapeInference.Run(graph);
        graph.RemoveDead();
        Assert.Equal(values, graph.Values.Count());
    }

    [Fact]
    public void Quantized_weights_are_not_folded()
    {
        Graph graph = Inferred(new OnnxModelBuilder(13).Input("x", 2).Constant("q", Tensor.Of(new sbyte[] { 1, 2 }, 2)).Constant("s", Tensor.Scalar(0.5f))
            .Node("DequantizeLinear", "q s", "w").Node("Add", "x w", "y").Output("y"));
        Node dequantize = graph.Nodes[0];
        Assert.Equal("DequantizeLinear", dequantize.OpType);
        Assert.Equal(ElementType.Int8, dequantize.Input(2).Type);
    }

    [Fact]
    public void What_would_fill_the_memory_is_not_folded()
    {
        Graph graph = Inferred(new OnnxModelBuilder().Input("x", 1).Constant("n", 1 << 20, 1 << 10).Node("ConstantOfShape", "n", "big").Node("Add", "x big", "y").Output("y"));
        Assert.Equal(2, graph.Nodes.Count);
        Assert.False(graph.Find("big")!.IsConstant);
        Assert.Equal([1 << 20, 1 << 10], graph.Outputs[0].Dims);
    }

    [Fact]
    public void Attributes_that_need_shapes_are_completed()
    {
        Graph graph = Inferred(new OnnxModelBuilder(18).Input("x", 1, 5, 4, 4)
            .Node("Split", "x", "a b", ("axis", 1), ("num_outputs", 2)).Constant("pads", 1, 2).Constant("axis", -1).Node("Pad", "a pads - axis", "p").Output("p", "b"));
        Assert.Equal([3L, 2], graph.Nodes[0].Input(1).Constant!.ToInt64s());
        Assert.Equal([0L, 0, 0, 1, 0, 0, 0, 2], graph.Nodes[1].Input(1).Constant!.ToInt64s());
        Assert.Equal([1, 3, 4, 7], graph.Outputs[0].Dims);
    }

    [Fact]
    public void Old_softmax_over_several_dimensions_is_spelled_out_and_otherwise_only_its_axis_changes()
    {
        Graph over = Inferred(new OnnxModelBuilder(11).Input("x", 2, 3, 4).Node("Softmax", "x", "y").Output("y"));
        Assert.Equal(["Flatten", "Softmax", "Reshape"], over.Nodes.Select(static n => n.OpType));
        Assert.Equal("y", over.Outputs[0].Name);
        Graph plain = Inferred(new OnnxModelBuilder(11).Input("x", 2, 3, 1, 1).Node("Softmax", "x", "y").Output("y"));
        Assert.Equal(1, Assert.Single(plain.Nodes).Attributes.Int("axis", 0));
    }

    [Theory]
    [InlineData("x", new[] { 2, 3, 32, 48 }, new[] { 2, 3, 32, 48 })]
    [InlineData("x", new[] { -1, -1, 32, 48 }, new[] { 1, 3, 32, 48 })]
    [InlineData("", new[] { 32, 48 }, new[] { 1, 3, 32, 48 })]
    public void Dynamic_dimensions_come_from_the_caller_and_the_batch_is_1(string name, int[] given, int[] expected)
    {
        Graph graph = Dynamic();
        ShapeInference.Run(graph, new Dictionary<string, int[]> { [name] = given });
        Assert.Equal(expected, graph.Outputs[0].Dims);
    }

    [Theory]
    [InlineData("x", new[] { 1, 4, 32, 32 }, "has the fixed shape [-1,3,-1,-1], but [1,4,32,32] is given")]
    [InlineData("x", new[] { 32 }, "has 4 dimensions, but the shape [32] is given")]
    [InlineData("z", new[] { 32, 32 }, "a shape is given for input 'z'; the model has the inputs 'x'")]
    [InlineData("x", new[] { 1, 3, -1, 32 }, "dimension 2 of input 'x' [-1,3,-1,-1] is not known; give the size with --shape")]
    public void Shapes_that_do_not_fit_are_refused(string name, int[] given, string message)
    {
        ModelException e = Assert.Throws<ModelException>(() => ShapeInference.Run(Dynamic(), new Dictionary<string, int[]> { [name] = given }));
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, OnnxModelBuilder> Misfits() => new()
    {
        { "the kernel [5] is larger than the padded input [4]", Conv(2, 5) },
        { "weights [4,3,3] in 1 groups do not fit an input of 2 channels", Conv(3, 3) },
        { "3 groups do not divide 2 input channels", Conv(2, 3, ("group", 3)) },
        { "kernel_shape [5] does not fit weights [4,2,3]", Conv(2, 3, ("kernel_shape", new[] { 5 })) },
        { "attribute 'pads' is [-1,0]; it must not be below 0", Conv(2, 3, ("pads", new[] { -1, 0 })) },
        { "attribute 'strides' is [0]", Conv(2, 3, ("strides", new[] { 0 })) },
        { "attribute 'dilations' has 2 elements where 1 are wanted", Conv(2, 3, ("dilations", new[] { 1, 1 })) },
        { "attribute 'auto_pad' is 'ODD'", Conv(2, 3, ("auto_pad", "ODD")) },
        { "attribute 'group' holds String where Int64 is wanted", Conv(2, 3, ("group", "two")) },
        { "the pads [2,0] are not smaller than the kernel [2]", new OnnxModelBuilder().Input("x", 1, 2, 4).Node("MaxPool", "x", "y", ("kernel_shape", new[] { 2 }), ("pads", new[] { 2, 0 })).Output("y") },
        { "cannot reshape [1,4] to [3]", new OnnxModelBuilder().Input("x", 1, 4).Constant("s", 3).Node("Reshape", "x s", "y").Output("y") },
        { "its shape (input 1) are computed from data", new OnnxModelBuilder().Input("x", 4).Input("s", ElementType.Int64, [1]).Node("Reshape", "x s", "y").Output("y") },
        { "shapes [2,3] and [4] do not fit together", new OnnxModelBuilder().Input("x", 2, 3).Input("z", 4).Node("Add", "x z", "y").Output("y") },
        { "has type Int64, which the operator does not take", new OnnxModelBuilder().Input("x", 2).Constant("c", 1).Node("Add", "x c", "y").Output("y") },
        { "axis 3 does not exist", new OnnxModelBuilder().Input("x", 2, 3).Node("Softmax", "x", "y", ("axis", 3)).Output("y") },
        { "an index lies outside", new OnnxModelBuilder().Input("x", 2).Constant("i", 2).Node("Gather", "x i", "y").Output("y") },
        { "an array can hold", new OnnxModelBuilder().Input("x", 1, 1 << 20).Constant("r", 1 << 20, 1).Node("Tile", "x r", "y").Output("y") },
        { "operator Odd is not supported", new OnnxModelBuilder().Input("x", 2).Node("Odd", "x", "y").Output("y") },
        { "operator Relu of domain 'com.example' is not supported", new OnnxModelBuilder().Input("x", 2).NodeOf("com.example", "Relu", "x", "y").Output("y") },
        { "input 1 is missing", new OnnxModelBuilder().Input("x", 2).Node("Add", "x", "y").Output("y") },
    };

    [Theory]
    [MemberData(nameof(Misfits))]
    public void What_does_not_fit_is_refused_with_the_nodes_name(string message, OnnxModelBuilder builder)
    {
        Graph graph = builder.Parse();
        ModelException e = Assert.Throws<ModelException>(() => ShapeInference.Run(graph));
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
        Assert.StartsWith("node '", e.Message, StringComparison.Ordinal);
    }

    private static OnnxModelBuilder Conv(int weightChannels, int kernel, params (string, object)[] attributes) => new OnnxModelBuilder().Input("x", 1, 2, 4)
        .Constant("w", Tensor.Zeros(ElementType.Float, 4, weightChannels, kernel)).Node("Conv", "x w", "y", attributes).Output("y");

    private static Graph Dynamic() => new OnnxModelBuilder().Input("x", -1, 3, -1, -1).Node("Relu", "x", "y").Output("y").Parse();

    private static Graph Inferred(OnnxModelBuilder builder)
    {
        Graph graph = builder.Parse();
        ShapeInference.Run(graph);
        graph.RemoveDead();
        return graph;
    }
}
