using EdgeKit.Onnx;
using Xunit;

namespace EdgeKit.Tests.Onnx.Passes;

public sealed class MergingTests
{
    [Fact]
    public void Nodes_that_do_nothing_go()
    {
        var net = new TestNet();
        Value x = net.Op("Relu", net.Input(1, 3, 4, 4));
        x = net.Op("Identity", x);
        x = net.Op("Dropout", x);
        x = net.Op("Cast", [x], ("to", 1));
        x = net.Op("Concat", [x], ("axis", 1));
        x = net.Op("Pad", x, net.Ints(new long[8]));
        x = net.Transpose(x, 0, 1, 2, 3);
        x = net.Reshape(x, 1, 3, 4, 4);
        x = net.Op("Slice", x, net.Ints(0), net.Ints(100), net.Ints(2), net.Ints(1));
        x = net.Op("Mul", net.Scalar(1), x);
        x = net.Op("Add", x, net.Floats(new float[3], 3, 1, 1));
        x = net.Op("Resize", [x, null, net.Floats([1, 1, 1, 1], 4)], ("mode", "linear"));
        x = net.Op("MaxPool", [x], ("kernel_shape", new[] { 1, 1 }));
        Graph after = net.Declutter(x);
        Assert.Equal(["Relu"], TestNet.Ops(after));
    }

    [Fact]
    public void Reversing_and_broadcasting_are_not_nothing()
    {
        var net = new TestNet();
        Value x = net.Input(1, 3, 4, 4);
        Value reversed = net.Op("Slice", x, net.Ints(-1), net.Ints(int.MinValue), net.Ints(2), net.Ints(-1));
        Value y = net.Op("Add", reversed, net.Floats(new float[32], 2, 1, 4, 4));
        Assert.Equal(["Slice", "Add"], TestNet.Ops(net.Declutter(y)));
    }

    [Fact]
    public void An_output_that_is_an_input_keeps_its_name()
    {
        var net = new TestNet();
        Value x = net.Input(1, 3, 4, 4);
        Graph after = net.Declutter(net.Op("Identity", x), net.Op("Identity", net.Op("Dropout", x)));
        Assert.All(after.Nodes, static n => Assert.Equal("Identity", n.OpType));
        Assert.Equal(2, after.Nodes.Count);
    }

    [Fact]
    public void Two_outputs_of_one_value_keep_their_names()
    {
        var net = new TestNet();
        Value y = net.Op("Relu", net.Input(1, 3, 4, 4));
        Graph after = net.Declutter(y, net.Op("Identity", y), net.Op("Identity", y));
        Assert.Equal(3, after.Outputs.Distinct().Count());
    }

    [Fact]
    public void Chains_of_reshapes_become_one_flatten()
    {
        var net = new TestNet();
        Value x = net.Op("GlobalAveragePool", net.Input(1, 6, 4, 4));
        x = net.Op("Squeeze", x, net.Ints(2, 3));
        x = net.Op("Unsqueeze", x, net.Ints(0));
        x = net.Reshape(x, 1, -1);
        Assert.Equal(["GlobalAveragePool", "Flatten"], TestNet.Ops(net.Declutter(x)));
    }

    [Fact]
    public void Reshapes_that_undo_each_other_go()
    {
        var net = new TestNet();
        Value x = net.Op("Relu", net.Input(1, 6, 4, 4));
        x = net.Op("Relu", net.Op("Tanh", net.Reshape(net.Reshape(x, 2, 3, 16), 1, 6, 4, 4)));
        Assert.Equal(["Relu", "Tanh", "Relu"], TestNet.Ops(net.Declutter(x)));
    }

    [Fact]
    public void Transposes_merge_and_cancel()
    {
        var net = new TestNet();
        Value x = net.Transpose(net.Transpose(net.Input(2, 3, 4, 5), 0, 2, 3, 1), 0, 3, 1, 2);
        Assert.Equal(["Tanh"], TestNet.Ops(net.Declutter(net.Op("Tanh", x))));

        net = new TestNet();
        x = net.Transpose(net.Transpose(net.Input(2, 3, 4, 5), 1, 2, 3, 0), 3, 1, 0, 2);
        Node merged = Assert.Single(net.Declutter(x).Nodes);
        Assert.Equal([0, 2, 1, 3], merged.Attributes.Ints("perm")!);
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(-3, 3)]
    public void Transposes_cancel_across_softmax(int axis, int expected)
    {
        var net = new TestNet();
        Value x = net.Op("Softmax", [net.Transpose(net.Input(2, 3, 4, 5), 0, 3, 2, 1)], ("axis", axis));
        Node softmax = Assert.Single(net.Declutter(net.Transpose(x, 0, 3, 2, 1)).Nodes);
        Assert.Equal(expected, softmax.Attributes.Int("axis", 0));
    }

    [Fact]
    public void A_transpose_of_a_pooled_map_is_a_flatten()
    {
        var net = new TestNet();
        Value x = net.Transpose(net.Op("GlobalAveragePool", net.Input(1, 6, 4, 4)), 0, 2, 3, 1);
        Assert.Equal(["GlobalAveragePool", "Flatten"], TestNet.Ops(net.Declutter(net.Reshape(x, 1, 6))));
    }

    [Theory]
    [InlineData(null, 3f, "Clip")]
    [InlineData(0f, null, "Relu")]
    [InlineData(0f, float.MaxValue, "Relu")]
    [InlineData(0f, 6f, "Clip")]
    public void A_clip_at_zero_without_an_upper_bound_is_relu(float? low, float? high, string expected)
    {
        var net = new TestNet();
        Value y = net.Op("Clip", net.Input(1, 3, 4, 4), low is { } l ? net.Scalar(l) : null, high is { } h ? net.Scalar(h) : null);
        Assert.Equal([expected], TestNet.Ops(net.Declutter(y)));
    }

    [Fact]
    public void Bounds_in_a_row_become_one()
    {
        var net = new TestNet();
        Value x = net.Op("Relu", net.Op("Relu", net.Op("Clip", net.Input(1, 3, 4, 4), net.Scalar(-0.5f), net.Scalar(1))));
        Graph after = net.Declutter(net.Op("Clip", x, net.Scalar(0), net.Scalar(6)));
        Node clip = Assert.Single(after.Nodes);
        Assert.Equal(0f, clip.ConstantInput(1)!.ToFloats()[0]);
        Assert.Equal(1f, clip.ConstantInput(2)!.ToFloats()[0]);
    }

    [Fact]
    public void Bounds_that_do_not_overlap_stay()
    {
        var net = new TestNet();
        Value x = net.Op("Clip", net.Input(1, 3, 4, 4), net.Scalar(-2), net.Scalar(-1));
        Assert.Equal(["Clip", "Relu"], TestNet.Ops(net.Declutter(net.Op("Relu", x))));
    }

    [Fact]
    public void A_bound_that_is_no_number_is_left_alone()
    {
        var net = new TestNet();
        Value y = net.Op("Clip", net.Input(1, 3, 4, 4), net.Scalar(float.NaN), net.Scalar(6));
        net.Graph.AddOutput(y);
        ShapeInference.Run(net.Graph);
        Assert.Equal(0, Declutter.Run(net.Graph));
    }

    [Fact]
    public void Relu_after_sigmoid_goes()
    {
        var net = new TestNet();
        Value y = net.Op("Tanh", net.Op("Relu", net.Op("Sigmoid", net.Input(1, 3, 4, 4))));
        Assert.Equal(["Sigmoid", "Tanh"], TestNet.Ops(net.Declutter(y)));
    }
}
