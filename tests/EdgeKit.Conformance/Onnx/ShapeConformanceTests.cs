using EdgeKit.Onnx;
using EdgeKit.Runtime.OnnxRuntime;
using EdgeKit.Testing;
using Xunit;

namespace EdgeKit.Conformance.Onnx;

/// <summary>Shape inference finds the type and shape that ONNX Runtime returns, over operators and their attributes.</summary>
public sealed class ShapeConformanceTests
{
    private static readonly Dictionary<string, OnnxModelBuilder> Cases = new()
    {
        ["Conv same upper"] = Conv(("auto_pad", "SAME_UPPER"), ("strides", new[] { 2, 3 })),
        ["Conv same lower"] = Conv(("auto_pad", "SAME_LOWER"), ("strides", new[] { 2, 2 })),
        ["Conv dilated, asymmetric pads"] = Conv(("dilations", new[] { 2, 1 }), ("pads", new[] { 0, 1, 2, 3 })),
        ["Conv depthwise"] = new OnnxModelBuilder().Input("x", 1, 4, 9, 7).Constant("w", Ramp(8, 1, 3, 3)).Node("Conv", "x w", "y", ("group", 4)).Output("y"),
        ["ConvTranspose"] = Transposed(("strides", new[] { 2, 3 }), ("pads", new[] { 1, 0, 0, 1 }), ("output_padding", new[] { 1, 0 })),
        ["ConvTranspose output shape"] = Transposed(("strides", new[] { 2, 2 }), ("output_shape", new[] { 18, 14 })),
        ["ConvTranspose same upper"] = Transposed(("strides", new[] { 2, 2 }), ("auto_pad", "SAME_UPPER")),
        ["ConvTranspose same lower"] = Transposed(("strides", new[] { 2, 2 }), ("auto_pad", "SAME_LOWER")),
        ["ConvTranspose groups, dilated"] = new OnnxModelBuilder().Input("x", 1, 4, 9, 7).Constant("w", Ramp(4, 3, 3, 3))
            .Node("ConvTranspose", "x w", "y", ("group", 2), ("dilations", new[] { 2, 2 })).Output("y"),
        ["MaxPool ceil"] = Pool("MaxPool", ("ceil_mode", 1), ("strides", new[] { 2, 2 })),
        ["MaxPool ceil, last window in the pad"] = new OnnxModelBuilder().Input("x", 1, 1, 5, 5)
            .Node("MaxPool", "x", "y", ("kernel_shape", new[] { 2, 2 }), ("strides", new[] { 3, 3 }), ("pads", new[] { 1, 1, 1, 1 }), ("ceil_mode", 1)).Output("y"),
        ["MaxPool dilated"] = Pool("MaxPool", ("dilations", new[] { 2, 2 })),
        ["AveragePool same lower"] = Pool("AveragePool", ("auto_pad", "SAME_LOWER"), ("strides", new[] { 2, 2 })),
        ["AveragePool ceil, pads counted"] = Pool("AveragePool", ("ceil_mode", 1), ("strides", new[] { 2, 2 }), ("pads", new[] { 1, 1, 1, 1 }), ("count_include_pad", 1)),
        ["GlobalMaxPool"] = Unary("GlobalMaxPool"),
        ["LRN"] = Unary("LRN", ("size", 3)),
        ["Flatten 0"] = Unary("Flatten", ("axis", 0)),
        ["Flatten 4"] = Unary("Flatten", ("axis", 4)),
        ["Flatten -1"] = Unary("Flatten", ("axis", -1)),
        ["Transpose"] = Unary("Transpose"),
        ["DepthToSpace"] = Unary("DepthToSpace", ("blocksize", 2), ("mode", "CRD")),
        ["ArgMax"] = Unary("ArgMax", ("axis", -1), ("keepdims", 0)),
        ["Shape slice"] = Unary("Shape", ("start", -3), ("end", -1)),
        ["Slice backwards"] = Sliced([-1, 100], [int.MinValue, -100], [1, 3], [-1, -2]),
        ["Slice in steps"] = Sliced([1, 0], [int.MaxValue, -1], [2, 3], [3, 2]),
        ["Slice of nothing"] = Sliced([3, 0], [2, 2], [2, 3], [1, 1]),
        ["Reshape with 0 and -1"] = new OnnxModelBuilder().Input("x", 1, 4, 9, 7).Constant("s", 0, -1, 0).Node("Reshape", "x s", "y").Output("y"),
        ["Expand both ways"] = new OnnxModelBuilder().Input("x", 3, 1).Constant("s", 2, 1, 4).Node("Expand", "x s", "y").Output("y"),
        ["Tile"] = new OnnxModelBuilder().Input("x", 3, 2).Constant("r", 2, 3).Node("Tile", "x r", "y").Output("y"),
        ["Gather matrix"] = new OnnxModelBuilder().Input("x", 3, 5, 2).Constant("i", Tensor.Of([0L, -1, 4, 2], 2, 2)).Node("Gather", "x i", "y", ("axis", 1)).Output("y"),
        ["MatMul batched"] = new OnnxModelBuilder().Input("a", 2, 1, 3, 4).Input("b", 5, 4, 2).Node("MatMul", "a b", "y").Output("y"),
        ["MatMul vector left"] = new OnnxModelBuilder().Input("a", 4).Input("b", 5, 4, 2).Node("MatMul", "a b", "y").Output("y"),
        ["MatMul vector right"] = new OnnxModelBuilder().Input("a", 5, 2, 4).Input("b", 4).Node("MatMul", "a b", "y").Output("y"),
        ["Where"] = new OnnxModelBuilder().Input("a", 3, 1).Input("b", 2).Node("Less", "a b", "c").Node("Where", "c a b", "y").Output("y"),
        ["Range"] = new OnnxModelBuilder().Input("x", 1).Constant("a", Tensor.Scalar(1f)).Constant("b", Tensor.Scalar(4.1f)).Constant("c", Tensor.Scalar(0.5f))
            .Node("Range", "a b c", "r").Node("Add", "x r", "y").Output("y"),
        ["Resize by scales"] = new OnnxModelBuilder().Input("x", 1, 2, 9, 7).Constant("s", Tensor.Of([1f, 1f, 1.3f, 0.7f], 4)).Node("Resize", "x - s", "y").Output("y"),
        ["LayerNormalization"] = new OnnxModelBuilder().Input("x", 2, 3, 4).Constant("s", Ramp(3, 4)).Node("LayerNormalization", "x s", "y", ("axis", 1)).Output("y"),
        ["Squeeze all"] = new OnnxModelBuilder().Input("x", 1, 3, 1).Node("Squeeze", "x", "y").Output("y"),
        ["QLinearConv"] = Quantized().Constant("w", Tensor.Zeros(ElementType.Int8, 4, 2, 3, 3)).Constant("zw", Tensor.Scalar((sbyte)0))
            .Node("QLinearConv", "x s z w s zw s z", "y", ("auto_pad", "SAME_UPPER")).Output("y"),
        ["QLinearAdd"] = Quantized().NodeOf("com.microsoft", "QLinearAdd", "x s z x s z s z", "y").Output("y"),
        ["QLinearConcat"] = Quantized().NodeOf("com.microsoft", "QLinearConcat", "s z x s z x s z", "y", ("axis", 1)).Output("y"),
        ["QLinearGlobalAveragePool"] = Quantized().NodeOf("com.microsoft", "QLinearGlobalAveragePool", "x s z s z", "y", ("channels_last", 0)).Output("y"),
        ["QLinearMatMul"] = Quantized().Constant("b", Tensor.Zeros(ElementType.UInt8, 6, 3)).Node("QLinearMatMul", "x s z b s z s z", "y").Output("y"),
    };

    public static TheoryData<string> Names() => [.. Cases.Keys];

    [OrtTheory]
    [MemberData(nameof(Names))]
    public void Types_and_shapes_are_those_of_ONNX_Runtime(string name)
    {
        byte[] original = Cases[name].ToBytes();
        OrtTensor[] expected = OrtOracle.Run(original);
        Graph graph = OnnxFile.Parse(original, name);
        ShapeInference.Run(graph);
        Assert.Equal(expected[0].Shape, graph.Outputs[0].Dims);
        Assert.Equal(expected[0].ElementType, (int)graph.Outputs[0].Type);
        OrtOracle.AssertClose(expected, OrtOracle.Run(OnnxFile.Serialize(graph)), 1e-6f);
    }

    private static OnnxModelBuilder Unary(string op, params (string, object)[] attributes) => new OnnxModelBuilder().Input("x", 1, 4, 6, 8).Node(op, "x", "y", attributes).Output("y");

    private static OnnxModelBuilder Conv(params (string, object)[] attributes) =>
        new OnnxModelBuilder().Input("x", 1, 2, 10, 7).Constant("w", Ramp(3, 2, 3, 2)).Node("Conv", "x w", "y", attributes).Output("y");

    private static OnnxModelBuilder Transposed(params (string, object)[] attributes) =>
        new OnnxModelBuilder().Input("x", 1, 2, 9, 7).Constant("w", Ramp(2, 3, 3, 2)).Node("ConvTranspose", "x w", "y", attributes).Output("y");

    private static OnnxModelBuilder Pool(string op, params (string, object)[] attributes) =>
        new OnnxModelBuilder().Input("x", 1, 2, 8, 10).Node(op, "x", "y", [("kernel_shape", new[] { 3, 3 }), .. attributes]).Output("y");

    private static OnnxModelBuilder Sliced(long[] starts, long[] ends, long[] axes, long[] steps) => new OnnxModelBuilder().Input("x", 1, 4, 9, 7)
        .Constant("s", starts).Constant("e", ends).Constant("a", axes).Constant("t", steps).Node("Slice", "x s e a t", "y").Output("y");

    private static OnnxModelBuilder Quantized() => new OnnxModelBuilder().Input("x", ElementType.UInt8, [1, 2, 5, 6])
        .Constant("s", Tensor.Scalar(0.1f)).Constant("z", Tensor.Scalar((byte)128));

    private static Tensor Ramp(params int[] shape) =>
        Tensor.Of([.. Enumerable.Range(0, Tensor.ElementCount(shape)).Select(static i => 0.1f * (i % 7) - 0.3f)], shape);
}
