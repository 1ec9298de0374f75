using EdgeKit.Onnx;
using EdgeKit.Testing.Operators;
using Xunit;
using static EdgeKit.Tests.Onnx.ReferenceRun;

namespace EdgeKit.Tests.Onnx;

public class ReferenceShapingTests
{
    [Fact]
    public void An_exporters_shape_arithmetic_folds()
    {
        // x.view(x.size(0), -1, x.size(2) * x.size(3)) as it is exported.
        Tensor shape = One("Shape", [Tensor.Zeros(ElementType.Float, 2, 3, 4, 5)]);
        Tensor Dimension(long axis) => One("Gather", [shape, Tensor.Scalar(axis)], ("axis", 0));
        Tensor area = One("Mul", [Dimension(2), Dimension(3)]);
        Tensor Listed(Tensor scalar) => One("Unsqueeze", [scalar, Tensor.Vector(0)]);
        Tensor target = One("Concat", [Listed(Dimension(0)), Tensor.Vector(-1), Listed(area)], ("axis", 0));
        TensorAssert.Equal(target, [3], 2L, -1, 20);
        Assert.Equal([2, 3, 20], One("Reshape", [Tensor.Zeros(ElementType.Float, 2, 3, 4, 5), target]).Shape);
    }

    [Fact]
    public void Channel_shuffle_is_reshape_transpose_reshape()
    {
        Tensor x = Counting(1, 6, 1, 2);
        Tensor y = One("Transpose", [x.Reshape(1, 2, 3, 1, 2)], ("perm", new[] { 0, 2, 1, 3, 4 })).Reshape(1, 6, 1, 2);
        Tensor shuffled = One("edgekit:ChannelShuffle", [x], ("groups", 2));
        Assert.Equal(y.ToFloats(), shuffled.ToFloats());
        TensorAssert.Equal(shuffled, [1, 6, 1, 2], 0f, 1, 6, 7, 2, 3, 8, 9, 4, 5, 10, 11);
    }

    [Fact]
    public void Transpose_moves_axes() =>
        TensorAssert.Equal(One("Transpose", [Counting(2, 3)]), [3, 2], 0f, 3, 1, 4, 2, 5);

    [Fact]
    public void Transpose_of_a_scalar_is_the_scalar() => TensorAssert.Equal(One("Transpose", [Tensor.Scalar(7f)]), [], 7f);

    [Fact]
    public void Reshape_keeps_zeros_of_empty_tensors_when_allowed() =>
        Assert.Equal([0, 3], One("Reshape", [Tensor.Zeros(ElementType.Float, 3, 0), Tensor.Vector(0, 3)], ("allowzero", 1)).Shape);

    [Fact]
    public void Squeeze_and_unsqueeze_undo_each_other()
    {
        Tensor wide = One("Unsqueeze", [Counting(3), Tensor.Vector(0, 2)]);
        Assert.Equal([1, 3, 1], wide.Shape);
        Assert.Equal([3], One("Squeeze", [wide, Tensor.Vector(-1, 0)]).Shape);
    }

    [Fact]
    public void Slice_takes_what_is_there() =>
        TensorAssert.Equal(One("Slice", [Counting(5), Tensor.Vector(-3), Tensor.Vector(100), Tensor.Vector(0), Tensor.Vector(2)]), [2], 2f, 4);

    [Fact]
    public void Slice_backwards_includes_element_0() =>
        TensorAssert.Equal(One("Slice", [Counting(4), Tensor.Vector(10), Tensor.Vector(-100), Tensor.Vector(0), Tensor.Vector(-1)]), [4], 3f, 2, 1, 0);

    [Fact]
    public void Slice_of_several_axes_in_any_order() =>
        TensorAssert.Equal(One("Slice", [Counting(3, 4), Tensor.Vector(1, 2), Tensor.Vector(3, 3), Tensor.Vector(1, 0)]), [1, 2], 9f, 10);

    [Fact]
    public void Slice_of_an_empty_axis_is_empty() =>
        Assert.Equal([0], One("Slice", [Tensor.Zeros(ElementType.Float, 0), Tensor.Vector(-1), Tensor.Vector(-9), Tensor.Vector(0), Tensor.Vector(-1)]).Shape);

    [Fact]
    public void Split_gives_the_sizes()
    {
        Tensor[] parts = Many("Split", 2, [Counting(3, 2), Tensor.Vector(1, 2)], ("axis", 0));
        TensorAssert.Equal(parts[0], [1, 2], 0f, 1);
        TensorAssert.Equal(parts[1], [2, 2], 2f, 3, 4, 5);
    }

    [Fact]
    public void Gather_counts_negative_indices_from_the_end() =>
        TensorAssert.Equal(One("Gather", [Counting(2, 3), Tensor.Vector(-1, 0)], ("axis", 1)), [2, 2], 2f, 0, 5, 3);

    [Fact]
    public void Where_broadcasts_its_three_inputs() =>
        TensorAssert.Equal(One("Where", [Tensor.Of([true, false], 2, 1), Vector(1, 2), Tensor.Scalar(9f)]), [2, 2], 1f, 2, 9, 9);

    [Theory]
    [InlineData("constant", new[] { 0f, 0, 1, 2, 3, 0 })]
    [InlineData("edge", new[] { 1f, 1, 1, 2, 3, 3 })]
    [InlineData("reflect", new[] { 3f, 2, 1, 2, 3, 2 })]
    [InlineData("wrap", new[] { 2f, 3, 1, 2, 3, 1 })]
    public void Padding_fills_by_its_mode(string mode, float[] expected) =>
        TensorAssert.Equal(One("Pad", [Vector(1, 2, 3), Tensor.Vector(2, 1)], ("mode", mode)), [6], expected);

    [Fact]
    public void Depth_to_space_interleaves_by_its_mode()
    {
        Tensor x = Counting(1, 8, 1, 1);
        TensorAssert.Equal(One("DepthToSpace", [x], ("blocksize", 2)), [1, 2, 2, 2], 0f, 2, 4, 6, 1, 3, 5, 7);
        TensorAssert.Equal(One("DepthToSpace", [x], ("blocksize", 2), ("mode", "CRD")), [1, 2, 2, 2], 0f, 1, 2, 3, 4, 5, 6, 7);
        TensorAssert.Equal(One("SpaceToDepth", [One("DepthToSpace", [x], ("blocksize", 2))], ("blocksize", 2)), [1, 8, 1, 1], x.ToFloats());
    }

    [Fact]
    public void Tile_repeats_and_expand_stretches()
    {
        TensorAssert.Equal(One("Tile", [Vector(1, 2), Tensor.Vector(2)]), [4], 1f, 2, 1, 2);
        TensorAssert.Equal(One("Expand", [Vector(1, 2).Reshape(2, 1), Tensor.Vector(2)]), [2, 2], 1f, 1, 2, 2);
        // A size of 1 in the target keeps the input's.
        Assert.Equal([2, 3], One("Expand", [Counting(2, 3), Tensor.Vector(1, 1)]).Shape);
    }

    [Fact]
    public void Resize_by_2_repeats_or_interpolates()
    {
        Tensor x = Vector(0, 4).Reshape(1, 1, 2), scales = Vector(1, 1, 2);
        TensorAssert.Equal(One("Resize", [x, null, scales], ("coordinate_transformation_mode", "asymmetric"), ("nearest_mode", "floor")), [1, 1, 4], 0f, 0, 4, 4);
        TensorAssert.Equal(One("Resize", [x, null, scales], ("mode", "linear")), [1, 1, 4], 0f, 1, 3, 4);
        TensorAssert.Equal(One("Resize", [x, null, scales], ("mode", "linear"), ("coordinate_transformation_mode", "asymmetric")), [1, 1, 4], 0f, 2, 4, 4);
    }
}
