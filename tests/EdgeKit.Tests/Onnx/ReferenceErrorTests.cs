using EdgeKit.Onnx;
using Xunit;
using static EdgeKit.Tests.Onnx.ReferenceRun;

namespace EdgeKit.Tests.Onnx;

public class ReferenceErrorTests
{
    public static TheoryData<string, Tensor?[], (string, object)[], string> Malformed()
    {
        Tensor image = Tensor.Zeros(ElementType.Float, 1, 4, 5, 5), kernel = Tensor.Zeros(ElementType.Float, 4, 4, 3, 3);
        Tensor matrix = Tensor.Zeros(ElementType.Float, 2, 3), integers = Tensor.Vector(1, 2);
        return new()
        {
            { "Frobnicate", [image], [], "is not supported" },
            { "Conv", [image], [], "input 1 is missing" },
            { "Conv", [matrix, kernel], [], "[N,C,H,W]" },
            { "Conv", [Tensor.Zeros(ElementType.Float, 1, 1, 2, 2, 2), Tensor.Zeros(ElementType.Float, 1, 1, 1, 1, 1)], [], "[N,C,H,W]" },
            { "Conv", [image, Tensor.Zeros(ElementType.Float, 4, 3, 3, 3)], [], "do not fit" },
            { "Conv", [image, kernel], [("group", 2)], "do not fit" },
            { "Conv", [Tensor.Zeros(ElementType.Float, 1, 3, 5, 5), Tensor.Zeros(ElementType.Float, 64, 1, 3, 3)], [("group", 2)], "do not divide" },
            { "Conv", [image, kernel], [("group", 0)], "do not divide" },
            { "Conv", [image, kernel, Tensor.Zeros(ElementType.Float, 3)], [], "bias" },
            { "Conv", [image, kernel], [("pads", new[] { 1, 1 })], "'pads' has 2" },
            { "Conv", [image, kernel], [("pads", new[] { -1, 0, 0, 0 })], "must not be below 0" },
            { "Conv", [image, kernel], [("pads", new[] { int.MaxValue, 0, 0, 0 })], "not a size" },
            { "Conv", [image, kernel], [("strides", new[] { 0, 1 })], "must not be below 1" },
            { "Conv", [image, kernel], [("strides", new[] { 1 })], "'strides' has 1" },
            { "Conv", [image, kernel], [("dilations", new[] { int.MaxValue, 1 })], "larger than the padded input" },
            { "Conv", [image, kernel], [("dilations", new[] { 4, 1 })], "larger than the padded input" },
            { "Conv", [image, kernel], [("pads", new[] { 1 << 21, 0, 0, 0 })], "too large" },
            { "Conv", [image, kernel], [("strides", new[] { int.MaxValue, 1 })], "too large" },
            { "Conv", [image, kernel], [("kernel_shape", new[] { 5, 5 })], "kernel_shape" },
            { "Conv", [image, kernel], [("auto_pad", "SIDEWAYS")], "auto_pad" },
            { "Conv", [Tensor.Zeros(ElementType.UInt8, 1, 4, 5, 5), kernel], [], "UInt8" },
            { "Conv", [image, kernel], [("group", "two")], "group" },
            { "ConvTranspose", [image, kernel], [("output_shape", new[] { 1 })], "output_shape" },
            { "ConvTranspose", [image, kernel], [("pads", new[] { 9, 9, 9, 9 })], "leave nothing" },
            { "ConvTranspose", [image, Tensor.Zeros(ElementType.Float, 3, 4, 3, 3)], [], "do not fit" },
            { "MaxPool", [image], [], "kernel_shape" },
            { "MaxPool", [image], [("kernel_shape", new[] { 1, 1 }), ("dilations", new[] { int.MaxValue, 1 })], "too large" },
            { "MaxPool", [image], [("kernel_shape", new[] { 2, 2 }), ("pads", new[] { 2, 0, 0, 0 })], "not smaller than the kernel" },
            { "Gemm", [matrix, matrix], [], "do not fit" },
            { "Gemm", [image, matrix], [], "matrices" },
            { "Gemm", [matrix, matrix, Tensor.Zeros(ElementType.Float, 5)], [("transB", 1)], "do not fit together" },
            { "MatMul", [matrix, matrix], [], "do not fit" },
            { "MatMul", [matrix, Tensor.Scalar(1f)], [], "scalars" },
            { "BatchNormalization", [image, matrix, matrix, matrix, matrix], [], "6 elements where 4" },
            { "LRN", [image], [], "size" },
            { "Add", [matrix, image], [], "do not fit together" },
            { "Add", [matrix, integers], [], "different types" },
            { "Add", [Tensor.Of([true], 1), Tensor.Of([true], 1)], [], "Bool" },
            { "Div", [integers, Tensor.Vector(0)], [], "zero" },
            { "Mod", [matrix, matrix], [], "fmod" },
            { "Softmax", [matrix], [("axis", 2)], "axis 2" },
            { "Softmax", [Tensor.Scalar(1f)], [], "axis" },
            { "PRelu", [Tensor.Scalar(1f), matrix], [], "does not broadcast" },
            { "ReduceSum", [matrix], [("axes", new[] { 0, -2 })], "twice" },
            { "ReduceSum", [matrix], [("axes", new[] { 5 })], "axis 5" },
            { "ArgMax", [Tensor.Zeros(ElementType.Float, 0, 2)], [], "empty" },
            { "Reshape", [matrix, Tensor.Vector(4, -1)], [], "cannot" },
            { "Reshape", [matrix, Tensor.Vector(-1, -1)], [], "cannot" },
            { "Reshape", [matrix, Tensor.Vector(6, 1, 0)], [], "keeps dimension" },
            { "Reshape", [matrix, Tensor.Vector(long.MaxValue, long.MaxValue)], [], "cannot" },
            { "Transpose", [matrix], [("perm", new[] { 0, 0 })], "twice" },
            { "Transpose", [matrix], [("perm", new[] { 0 })], "perm" },
            { "Squeeze", [matrix, Tensor.Vector(0)], [], "size 1" },
            { "Unsqueeze", [matrix, Tensor.Vector(0, 0)], [], "twice" },
            { "Concat", [matrix, image], [("axis", 0)], "cannot join" },
            { "Concat", [], [("axis", 0)], "no input" },
            { "Split", [matrix, Tensor.Vector(1, 1)], [("axis", 1)], "add up" },
            { "Slice", [matrix, Tensor.Vector(0), Tensor.Vector(1), Tensor.Vector(0), Tensor.Vector(0)], [], "step" },
            { "Slice", [matrix, Tensor.Vector(0), Tensor.Vector(1, 2)], [], "lengths" },
            { "Slice", [matrix, Tensor.Vector(0), Tensor.Vector(1), Tensor.Vector(7)], [], "axis 7" },
            { "Gather", [matrix, Tensor.Vector(2)], [("axis", 0)], "index 2" },
            { "Gather", [matrix, matrix], [], "integers" },
            { "Where", [matrix, matrix, matrix], [], "Bool" },
            { "ConstantOfShape", [Tensor.Vector(1 << 20, 1 << 20)], [], "too large" },
            { "ConstantOfShape", [Tensor.Vector(-1)], [], "cannot be" },
            { "Expand", [matrix, Tensor.Vector(1 << 20, 1 << 10, 1, 1)], [], "too large" },
            { "Range", [Tensor.Scalar(0L), Tensor.Scalar(9L), Tensor.Scalar(0L)], [], "0" },
            { "Range", [Tensor.Scalar(0L), Tensor.Scalar(long.MaxValue), Tensor.Scalar(1L)], [], "too large" },
            { "Tile", [matrix, Tensor.Vector(1)], [], "repeats" },
            { "Tile", [matrix, Tensor.Vector(1 << 30, 1 << 30)], [], "too large" },
            { "Pad", [matrix, Tensor.Vector(0, 0)], [], "pads" },
            { "Pad", [matrix, Tensor.Vector(-3, 0, 0, 0)], [], "remove" },
            { "Pad", [matrix, Tensor.Vector(0, 3, 0, 0)], [("mode", "reflect")], "reflect" },
            { "Pad", [matrix, Tensor.Vector(int.MaxValue, int.MaxValue, 0, 0)], [], "too large" },
            { "Resize", [matrix, null, ReferenceRun.Vector(1, float.NaN)], [], "cannot resize" },
            { "Resize", [matrix, null, ReferenceRun.Vector(1, 2, 3)], [], "scales" },
            { "Resize", [matrix, null, ReferenceRun.Vector(1, 2)], [("mode", "area")], "area" },
            { "DepthToSpace", [image], [("blocksize", 3)], "do not fit" },
            { "DepthToSpace", [image], [("blocksize", int.MaxValue)], "out of range" },
            { "edgekit:ChannelShuffle", [image], [("groups", 3)], "do not fit" },
            { "Cast", [matrix], [("to", 8)], "cannot cast" },
            { "QuantizeLinear", [matrix, ReferenceRun.Vector(1, 2), Tensor.Zeros(ElementType.UInt8, 2)], [("axis", 1)], "do not fit axis 1" },
            { "QuantizeLinear", [matrix, Tensor.Scalar(1f), Tensor.Scalar(0)], [], "Int32" },
            { "DequantizeLinear", [Tensor.Zeros(ElementType.UInt8, 2), Tensor.Scalar(1f), Tensor.Scalar((sbyte)0)], [], "zero point" },
            { "com.microsoft:QLinearAdd", [Tensor.Zeros(ElementType.UInt8, 2)], [], "missing" },
            { "com.microsoft:QLinearConcat", [Tensor.Scalar(1f)], [], "scale and a zero point" },
        };
    }

    [Theory]
    [MemberData(nameof(Malformed))]
    public void A_malformed_node_is_named_in_one_line(string operatorName, Tensor?[] inputs, (string, object)[] attributes, string expected)
    {
        var error = Assert.Throws<ModelException>(() => One(operatorName, inputs, attributes));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.StartsWith("node 'n' (", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Outputs_that_are_not_computed_are_refused()
    {
        var error = Assert.Throws<ModelException>(() => Many("MaxPool", 2, [Counting(1, 1, 4)], ("kernel_shape", new[] { 2 })));
        Assert.Contains("output 1 is not supported", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_domains_are_not_mistaken_for_the_standard_one()
    {
        var graph = new Graph();
        Assert.True(ReferenceOperators.Supports(graph.Append("Relu", [graph.NewValue("x")])));
        Assert.False(ReferenceOperators.Supports(graph.Append("Relu", [graph.NewValue("x")], domain: "elsewhere")));
        Assert.False(ReferenceOperators.Supports(graph.Append("QLinearAdd", [graph.NewValue("x")])));
    }
}
