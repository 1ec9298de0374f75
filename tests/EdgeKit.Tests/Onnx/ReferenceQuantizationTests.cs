using EdgeKit.Onnx;
using EdgeKit.Testing.Operators;
using Xunit;
using static EdgeKit.Tests.Onnx.ReferenceRun;

namespace EdgeKit.Tests.Onnx;

public class ReferenceQuantizationTests
{
    [Fact]
    public void Quantizing_rounds_halves_to_even_and_saturates() =>
        TensorAssert.Equal(One("QuantizeLinear", [Vector(0.25f, 0.75f, -0.25f, 1000, -1000), Tensor.Scalar(0.5f), Tensor.Scalar((byte)10)]),
            [5], (byte)10, (byte)12, (byte)10, (byte)255, (byte)0);

    [Fact]
    public void Without_a_zero_point_the_result_is_uint8_from_0() =>
        TensorAssert.Equal(One("QuantizeLinear", [Vector(3, -3), Tensor.Scalar(1f)]), [2], (byte)3, (byte)0);

    [Fact]
    public void Scales_may_differ_along_an_axis()
    {
        Tensor q = Tensor.Of(new sbyte[] { 10, 10, 10, 10 }, 2, 2);
        TensorAssert.Equal(One("DequantizeLinear", [q, Vector(1, 2), Tensor.Of(new sbyte[] { 0, 5 }, 2)], ("axis", 0)), [2, 2], 10f, 10, 10, 10);
        TensorAssert.Equal(One("DequantizeLinear", [q, Vector(1, 2), Tensor.Of(new sbyte[] { 0, 4 }, 2)], ("axis", 1)), [2, 2], 10f, 12, 10, 12);
    }

    [Fact]
    public void Quantized_convolution_requantizes_by_one_multiplication()
    {
        // (130-128)*3 + (120-128)*(-2) + bias 1 = 23; 23 * fl(fl(0.5*0.25)/0.5) = 5.75 -> 6; 6 + 100.
        Tensor y = One("QLinearConv", [
            Tensor.Of(new byte[] { 130, 120 }, 1, 2, 1), Tensor.Scalar(0.5f), Tensor.Scalar((byte)128),
            Tensor.Of(new sbyte[] { 3, -2 }, 1, 2, 1), Vector(0.25f), Tensor.Of(new sbyte[] { 0 }, 1),
            Tensor.Scalar(0.5f), Tensor.Scalar((byte)100), Tensor.Of([1], 1)]);
        TensorAssert.Equal(y, [1, 1, 1], (byte)106);
    }

    [Fact]
    public void Padding_of_a_quantized_convolution_is_the_zero_point()
    {
        Tensor y = One("QLinearConv", [
            Tensor.Of(new byte[] { 129 }, 1, 1, 1), Tensor.Scalar(1f), Tensor.Scalar((byte)128),
            Tensor.Of(new sbyte[] { 5, 7, 9 }, 1, 1, 3), Tensor.Scalar(1f), Tensor.Scalar((sbyte)0),
            Tensor.Scalar(1f), Tensor.Scalar((byte)0)], ("pads", new[] { 1, 1 }));
        TensorAssert.Equal(y, [1, 1, 1], (byte)7);
    }

    [Fact]
    public void Halves_are_rounded_before_the_zero_point_is_added()
    {
        // 1 * 0.5 rounds to 0, not with the zero point 1.5 to 2.
        Tensor y = One("QLinearMatMul", [
            Tensor.Of(new byte[] { 1 }, 1, 1), Tensor.Scalar(0.5f), Tensor.Scalar((byte)0),
            Tensor.Of(new sbyte[] { 1 }, 1, 1), Tensor.Scalar(1f), Tensor.Scalar((sbyte)0), Tensor.Scalar(1f), Tensor.Scalar((byte)1)]);
        TensorAssert.Equal(y, [1, 1], (byte)1);
    }

    [Fact]
    public void Quantized_sums_saturate()
    {
        Tensor y = One("com.microsoft:QLinearAdd", [
            Tensor.Of(new byte[] { 255, 0, 100 }, 3), Tensor.Scalar(1f), Tensor.Scalar((byte)0),
            Tensor.Of(new byte[] { 255, 0, 27 }, 3), Tensor.Scalar(1f), Tensor.Scalar((byte)128), Tensor.Scalar(1f), Tensor.Scalar((byte)0)]);
        TensorAssert.Equal(y, [3], (byte)255, (byte)0, (byte)0);
    }

    [Fact]
    public void Concat_copies_what_has_the_results_parameters_and_requantizes_the_rest()
    {
        Tensor y = One("com.microsoft:QLinearConcat", [Tensor.Scalar(0.5f), Tensor.Scalar((byte)10),
            Tensor.Of(new byte[] { 1, 2 }, 2), Tensor.Scalar(0.5f), Tensor.Scalar((byte)10),
            Tensor.Of(new byte[] { 0, 200 }, 2), Tensor.Scalar(1f), Tensor.Scalar((byte)1)], ("axis", 0));
        TensorAssert.Equal(y, [4], (byte)1, (byte)2, (byte)8, (byte)255);
    }
}
