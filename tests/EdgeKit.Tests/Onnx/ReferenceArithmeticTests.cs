using EdgeKit.Onnx;
using EdgeKit.Testing.Operators;
using Xunit;
using static EdgeKit.Tests.Onnx.ReferenceRun;

namespace EdgeKit.Tests.Onnx;

public class ReferenceArithmeticTests
{
    [Fact]
    public void Shapes_are_broadcast_from_the_last_axis()
    {
        Tensor a = Counting(2, 1, 3), b = Vector(10, 20).Reshape(2, 1);
        TensorAssert.Equal(One("Add", [a, b]), [2, 2, 3], 10f, 11, 12, 20, 21, 22, 13, 14, 15, 23, 24, 25);
        TensorAssert.Equal(One("Sub", [Tensor.Scalar(1f), Tensor.Scalar(3f)]), [], -2f);
        Assert.Equal([0, 3], One("Add", [Tensor.Zeros(ElementType.Float, 0, 3), Vector(1)]).Shape);
    }

    [Fact]
    public void Integer_division_truncates_toward_zero() =>
        TensorAssert.Equal(One("Div", [Tensor.Vector(7, -7, 8), Tensor.Vector(2, 2, -3)]), [3], 3L, -3, -2);

    [Fact]
    public void Modulo_takes_the_sign_of_the_divisor_and_fmod_of_the_dividend()
    {
        TensorAssert.Equal(One("Mod", [Tensor.Vector(-7, 7), Tensor.Vector(3, -3)]), [2], 2L, -2);
        TensorAssert.Equal(One("Mod", [Tensor.Vector(-7, 7), Tensor.Vector(3, -3)], ("fmod", 1)), [2], -1L, 1);
    }

    [Fact]
    public void Casts_truncate_toward_zero()
    {
        TensorAssert.Equal(One("Cast", [Vector(-1.9f, 1.9f, 0)], ("to", 7)), [3], -1L, 1, 0);
        TensorAssert.Equal(One("Cast", [Vector(-1.9f, 0)], ("to", 9)), [2], true, false);
        TensorAssert.Equal(One("Cast", [Tensor.Vector(long.MaxValue - 1)], ("to", 7)), [1], long.MaxValue - 1);
    }

    [Fact]
    public void Rounding_takes_halves_to_even() =>
        TensorAssert.Equal(One("Round", [Vector(0.5f, 1.5f, 2.5f, -0.5f)]), [4], 0f, 2, 2, -0f);

    [Fact]
    public void Hard_swish_is_x_relu6_of_x_plus_3_over_6()
    {
        Tensor x = Vector(-4, -3, -1, 0, 1, 3, 5);
        TensorAssert.Close(Tensor.Of(Array.ConvertAll(x.ToFloats(), v => v * Math.Clamp(v + 3, 0, 6) / 6), 7), One("HardSwish", [x]), 1e-6);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.5, 0.5204998778130465)]
    [InlineData(-1, -0.8427007929497149)]
    [InlineData(2, 0.9953222650189527)]
    [InlineData(3.9, 0.9999999652077514)]
    [InlineData(7, 1)]
    public void The_error_function_is_that_of_the_tables(double x, double expected) =>
        Assert.Equal((float)expected, One("Erf", [Vector((float)x)]).ToFloats()[0], 1e-7f);

    [Fact]
    public void Softmax_survives_large_values() =>
        TensorAssert.Close(Vector(0, 0.5f, 0.5f), One("Softmax", [Vector(-1000, 1000, 1000)]), 1e-6);

    [Fact]
    public void Batch_normalisation_with_scale_sigma_and_bias_mean_changes_nothing()
    {
        Tensor x = Counting(1, 2, 3), mean = Vector(0.5f, -1), variance = Vector(4, 9), sigma = Vector(2, 3);
        TensorAssert.Close(x, One("BatchNormalization", [x, sigma, mean, mean, variance], ("epsilon", 0f)), 1e-6);
    }

    [Fact]
    public void Layer_normalisation_gives_mean_0_and_variance_1()
    {
        float[] y = One("LayerNormalization", [Counting(1, 100), Ones(100)], ("epsilon", 0f)).ToFloats();
        Assert.Equal(0, y.Average(), 1e-5f);
        Assert.Equal(1, y.Average(v => v * v), 1e-5f);
    }

    [Fact]
    public void Gemm_scales_both_terms()
    {
        Tensor a = Tensor.Of([1f, 2, 3, 4], 2, 2), b = Tensor.Of([1f, 0, 1, 1], 2, 2);
        TensorAssert.Equal(One("Gemm", [a, b, Vector(1, 10)], ("alpha", 2f), ("beta", 3f)), [2, 2], 9f, 34, 17, 38);
        TensorAssert.Equal(One("Gemm", [a, b], ("transA", 1), ("transB", 1)), [2, 2], 1f, 4, 2, 6);
    }

    [Fact]
    public void Matrix_product_takes_vectors_and_empty_sums()
    {
        TensorAssert.Equal(One("MatMul", [Vector(1, 2), Vector(3, 4)]), [], 11f);
        TensorAssert.Equal(One("MatMul", [Tensor.Zeros(ElementType.Float, 2, 0), Tensor.Zeros(ElementType.Float, 0, 1)]), [2, 1], 0f, 0);
    }

    [Fact]
    public void Reductions_take_their_axes_from_attribute_or_input()
    {
        Tensor x = Counting(2, 3);
        TensorAssert.Equal(One("ReduceSum", [x], ("axes", new[] { -1 })), [2, 1], 3f, 12);
        TensorAssert.Equal(One("ReduceSum", [x, Tensor.Vector(0)], ("keepdims", 0)), [3], 3f, 5, 7);
        TensorAssert.Equal(One("ReduceMean", [x], ("keepdims", 0)), [], 2.5f);
        TensorAssert.Equal(One("ReduceSum", [x, Tensor.Vector()], ("noop_with_empty_axes", 1)), [2, 3], x.ToFloats());
    }

    [Fact]
    public void The_first_of_equal_maxima_is_chosen_unless_the_last_is_asked_for()
    {
        Tensor x = Vector(1, 5, 5, 0);
        TensorAssert.Equal(One("ArgMax", [x], ("keepdims", 0)), [], 1L);
        TensorAssert.Equal(One("ArgMax", [x], ("select_last_index", 1)), [1], 2L);
        TensorAssert.Equal(One("ArgMin", [x]), [1], 3L);
    }
}
