using EdgeKit.Onnx;
using EdgeKit.Runtime.OnnxRuntime;
using EdgeKit.Testing;
using Xunit;

namespace EdgeKit.Conformance.Onnx;

/// <summary>
/// The forms that operators had in older and newer operator sets mean the same after reading: ONNX Runtime computes the same from the original
/// and from what we write, before and after shape inference, and shape inference finds the shape that it returns.
/// </summary>
public sealed class OldFormTests
{
    private static readonly Dictionary<string, OnnxModelBuilder> Cases = new()
    {
        ["Clip-6"] = Unary(10, "Clip", ("min", -0.5f), ("max", 0.5f)),
        ["Clip-6 min alone"] = Unary(10, "Clip", ("min", 0f)),
        ["Squeeze-1"] = Unary(12, "Squeeze", ("axes", new[] { 0 })),
        ["Unsqueeze-1"] = Unary(12, "Unsqueeze", ("axes", new[] { 0, -1 })),
        ["Split-2 sizes"] = new OnnxModelBuilder(11).Input("x", 1, 4, 6, 5).Node("Split", "x", "y z", ("axis", 1), ("split", new[] { 1, 3 })).Output("y", "z"),
        ["Split-2 equal"] = new OnnxModelBuilder(11).Input("x", 1, 4, 6, 5).Node("Split", "x", "y z", ("axis", 2)).Output("y", "z"),
        ["Split-18 uneven"] = new OnnxModelBuilder(18).Input("x", 1, 4, 6, 5).Node("Split", "x", "y z", ("axis", 3), ("num_outputs", 2)).Output("y", "z"),
        ["Slice-1"] = Unary(9, "Slice", ("axes", new[] { 1, 3 }), ("starts", new[] { 1, -4 }), ("ends", new[] { 3, int.MaxValue })),
        ["Slice-1 without axes"] = Unary(9, "Slice", ("starts", new[] { 0, 1 }), ("ends", new[] { 1, -1 })),
        ["Pad-2"] = Unary(10, "Pad", ("pads", new[] { 0, 0, 1, 2, 0, 0, 3, 0 }), ("value", 1.5f)),
        ["Pad-2 reflect"] = Unary(10, "Pad", ("pads", new[] { 0, 0, 1, 2, 0, 0, 3, 0 }), ("mode", "reflect")),
        ["Pad-18 axes"] = new OnnxModelBuilder(18).Input("x", 1, 4, 6, 5).Constant("pads", 1, 2).Constant("axes", -1).Node("Pad", "x pads - axes", "y").Output("y"),
        ["ReduceSum-11"] = Unary(12, "ReduceSum", ("axes", new[] { 2, 3 }), ("keepdims", 0)),
        ["ReduceSum-13 noop"] = Unary(13, "ReduceSum", ("noop_with_empty_axes", 1)),
        ["ReduceMean-13"] = Unary(13, "ReduceMean", ("axes", new[] { -1 })),
        ["ReduceMean-13 all"] = Unary(13, "ReduceMean", ("keepdims", 0)),
        ["ReduceMax-18"] = new OnnxModelBuilder(18).Input("x", 1, 4, 6, 5).Constant("axes", 1).Node("ReduceMax", "x axes", "y").Output("y"),
        ["ReduceL2-18"] = new OnnxModelBuilder(18).Input("x", 1, 4, 6, 5).Constant("axes", 1, 2).Node("ReduceL2", "x axes", "y", ("keepdims", 0)).Output("y"),
        ["Dropout-7"] = Unary(9, "Dropout", ("ratio", 0.5f)),
        ["Dropout-13"] = new OnnxModelBuilder(13).Input("x", 1, 4).Constant("r", Tensor.Scalar(0.5f)).Node("Dropout", "x r", "y").Output("y"),
        ["Upsample-7 nearest"] = Unary(8, "Upsample", ("mode", "nearest"), ("scales", new[] { 1f, 1f, 2f, 2f })),
        ["Upsample-9 nearest"] = Upsample("nearest", 1, 1, 2, 3),
        ["Upsample-9 linear"] = Upsample("linear", 1, 1, 2, 2),
        ["Resize-10 nearest up"] = Resize10("nearest", 1, 1, 1.5f, 2),
        ["Resize-10 nearest down"] = Resize10("nearest", 1, 1, 0.6f, 0.5f),
        ["Resize-10 linear"] = Resize10("linear", 1, 1, 1.7f, 0.6f),
        ["Resize-11 sizes"] = new OnnxModelBuilder(11).Input("x", 1, 2, 6, 5).Constant("none", Tensor.Of<float>([], 0)).Constant("sizes", 1, 2, 4, 9)
            .Node("Resize", "x none none sizes", "y", ("mode", "linear"), ("coordinate_transformation_mode", "align_corners")).Output("y"),
        ["Resize-18 axes"] = new OnnxModelBuilder(18).Input("x", 1, 2, 6, 5).Constant("scales", Tensor.Of([2f, 0.5f], 2))
            .Node("Resize", "x - scales", "y", ("axes", new[] { 3, 2 }), ("nearest_mode", "floor")).Output("y"),
        ["Softmax-1 default"] = Unary(11, "Softmax"),
        ["Softmax-11 axis 2"] = Unary(12, "Softmax", ("axis", 2)),
        ["Softmax-11 axis 0"] = Unary(12, "Softmax", ("axis", 0)),
        ["Softmax-11 axis -1"] = Unary(12, "Softmax", ("axis", -1)),
        ["Softmax-11 matrix"] = new OnnxModelBuilder(9).Input("x", 3, 7).Node("Softmax", "x", "y").Output("y"),
        ["LogSoftmax-11"] = Unary(12, "LogSoftmax", ("axis", 1)),
        ["BatchNormalization-7"] = BatchNormalization(7),
        ["BatchNormalization-9"] = BatchNormalization(9),
        ["BatchNormalization-15"] = BatchNormalization(15),
        ["Gemm-9"] = new OnnxModelBuilder(9).Input("a", 4, 3).Input("b", 5, 4).Input("c", 5).Node("Gemm", "a b c", "y", ("transA", 1), ("transB", 1), ("alpha", 0.5f)).Output("y"),
        ["AveragePool-7"] = Unary(9, "AveragePool", ("kernel_shape", new[] { 3, 3 }), ("strides", new[] { 2, 2 }), ("auto_pad", "SAME_UPPER"), ("count_include_pad", 1)),
        ["MaxPool-8 unread indices"] = new OnnxModelBuilder(9).Input("x", 1, 4, 6, 5).Node("MaxPool", "x", "y i", ("kernel_shape", new[] { 2, 2 })).Output("y"),
        ["QuantizeLinear-10 without zero point"] = new OnnxModelBuilder(10).Input("x", 1, 4).Constant("s", Tensor.Scalar(0.02f))
            .Node("QuantizeLinear", "x s", "q").Node("DequantizeLinear", "q s", "y").Output("y"),
        ["Cast-9 to half"] = new OnnxModelBuilder(9).Input("x", 1, 4).Node("Cast", "x", "i", ("to", 6)).Node("Cast", "i", "h", ("to", 10)).Node("Cast", "h", "y", ("to", 1)).Output("y"),
        ["Hidden axes"] = new OnnxModelBuilder(18).Input("x", 2, 3, 4).Constant("one", 1).Constant("two", 2).Node("Concat", "one two", "axes", ("axis", 0))
            .Node("ReduceMean", "x axes", "y").Output("y"),
    };

    public static TheoryData<string> Names() => [.. Cases.Keys];

    [OrtTheory]
    [MemberData(nameof(Names))]
    public void Means_the_same_after_reading(string name)
    {
        byte[] original = Cases[name].ToBytes();
        Graph graph = OnnxFile.Parse(original, name);
        OrtTensor[] expected = OrtOracle.Run(original);
        OrtOracle.AssertClose(expected, OrtOracle.Run(OnnxFile.Serialize(graph)), 1e-6f);

        ShapeInference.Run(graph);
        OrtOracle.AssertClose(expected, OrtOracle.Run(OnnxFile.Serialize(graph)), 1e-6f);
        Assert.Equal(expected.Select(static t => t.Shape), graph.Outputs.Select(static v => v.Dims));
        Assert.Equal(expected.Select(static t => t.ElementType), graph.Outputs.Select(static v => (int)v.Type));
    }

    private static OnnxModelBuilder Unary(int opset, string op, params (string, object)[] attributes) =>
        new OnnxModelBuilder(opset).Input("x", 1, 4, 6, 5).Node(op, "x", "y", attributes).Output("y");

    private static OnnxModelBuilder Upsample(string mode, params float[] scales) =>
        new OnnxModelBuilder(9).Input("x", 1, 2, 4, 5).Constant("s", Tensor.Of(scales, 4)).Node("Upsample", "x s", "y", ("mode", mode)).Output("y");

    private static OnnxModelBuilder Resize10(string mode, params float[] scales) =>
        new OnnxModelBuilder(10).Input("x", 1, 2, 6, 7).Constant("s", Tensor.Of(scales, 4)).Node("Resize", "x s", "y", ("mode", mode)).Output("y");

    private static OnnxModelBuilder BatchNormalization(int opset) => new OnnxModelBuilder(opset).Input("x", 1, 2, 3, 3)
        .Constant("s", Tensor.Of([1f, 2f], 2)).Constant("b", Tensor.Of([0.5f, 0f], 2)).Constant("m", Tensor.Of([0f, 1f], 2)).Constant("v", Tensor.Of([1f, 4f], 2))
        .Node("BatchNormalization", "x s b m v", "y", ("epsilon", 0.01f), ("momentum", 0.9f)).Output("y");
}
