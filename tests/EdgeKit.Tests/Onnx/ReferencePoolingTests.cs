using EdgeKit.Onnx;
using EdgeKit.Testing.Operators;
using Xunit;
using static EdgeKit.Tests.Onnx.ReferenceRun;

namespace EdgeKit.Tests.Onnx;

public class ReferencePoolingTests
{
    [Theory]
    [InlineData(8, 8, 1, 4, 4)]
    [InlineData(1080, 1920, 4, 67, 120)]
    [InlineData(224, 224, 5, 7, 7)]
    public void Pools_of_2x2_halve_and_drop_the_rest(int height, int width, int times, int expectedHeight, int expectedWidth)
    {
        Tensor x = Tensor.Zeros(ElementType.Float, 1, 1, height, width);
        for (int i = 0; i < times; i++) x = One("MaxPool", [x], ("kernel_shape", new[] { 2, 2 }), ("strides", new[] { 2, 2 }));
        Assert.Equal([1, 1, expectedHeight, expectedWidth], x.Shape);
    }

    [Fact]
    public void Floor_drops_the_last_column_and_ceil_keeps_it()
    {
        Tensor x = Vector(1, 2, 3, 4, 5).Reshape(1, 1, 5);
        (string, object)[] window = [("kernel_shape", new[] { 2 }), ("strides", new[] { 2 })];
        TensorAssert.Equal(One("MaxPool", [x], window), [1, 1, 2], 2f, 4);
        TensorAssert.Equal(One("MaxPool", [x], [.. window, ("ceil_mode", 1)]), [1, 1, 3], 2f, 4, 5);
    }

    [Fact]
    public void Padding_never_wins_a_maximum() =>
        TensorAssert.Equal(One("MaxPool", [Vector(-5, -3).Reshape(1, 1, 2)], ("kernel_shape", new[] { 3 }), ("pads", new[] { 1, 1 })), [1, 1, 2], -3f, -3);

    [Fact]
    public void Padding_counts_in_an_average_only_when_asked()
    {
        Tensor x = Vector(3, 6).Reshape(1, 1, 2);
        (string, object)[] window = [("kernel_shape", new[] { 3 }), ("pads", new[] { 1, 1 })];
        TensorAssert.Equal(One("AveragePool", [x], window), [1, 1, 2], 4.5f, 4.5f);
        TensorAssert.Equal(One("AveragePool", [x], [.. window, ("count_include_pad", 1)]), [1, 1, 2], 3f, 3);
    }

    [Fact]
    public void What_ceil_mode_covers_beyond_the_padding_never_counts()
    {
        Tensor x = Vector(1, 2, 3, 4).Reshape(1, 1, 4);
        // The second window covers 3, 4 and one element of padding of its four places... and one place that does not exist.
        Tensor y = One("AveragePool", [x], ("kernel_shape", new[] { 4 }), ("strides", new[] { 3 }), ("pads", new[] { 1, 1 }), ("ceil_mode", 1), ("count_include_pad", 1));
        TensorAssert.Equal(y, [1, 1, 2], 1.5f, (3f + 4) / 3);
    }

    [Fact]
    public void Global_pools_reduce_each_channel()
    {
        Tensor x = Counting(1, 2, 2, 2);
        TensorAssert.Equal(One("GlobalAveragePool", [x]), [1, 2, 1, 1], 1.5f, 5.5f);
        TensorAssert.Equal(One("GlobalMaxPool", [x]), [1, 2, 1, 1], 3f, 7);
    }

    [Fact]
    public void Convolution_and_pooling_move_with_the_picture_by_multiples_of_the_stride()
    {
        Tensor x = new SeededValues(3).Floats(-1, 1, 1, 1, 20);
        Tensor shifted = One("Pad", [x, Tensor.Vector(0, 0, 4, 0, 0, -4)]);
        Tensor Net(Tensor t) => One("MaxPool", [One("Conv", [t, Vector(1, -2, 3).Reshape(1, 1, 3)])], ("kernel_shape", new[] { 2 }), ("strides", new[] { 2 }));
        Assert.Equal(Net(x).ToFloats()[..5], Net(shifted).ToFloats()[2..7]);
    }
}
