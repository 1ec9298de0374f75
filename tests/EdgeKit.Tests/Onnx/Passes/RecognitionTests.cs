using EdgeKit.Onnx;
using Xunit;

namespace EdgeKit.Tests.Onnx.Passes;

public sealed class RecognitionTests
{
    public static TheoryData<string, string> Activations { get; } = new()
    {
        { "x*hardsigmoid", "HardSwish" }, { "(x*c)/6", "HardSwish" }, { "(c*x)*sixth", "HardSwish" }, { "x*(c/6)", "HardSwish" },
        { "(sixth*c)*x", "HardSwish" }, { "(x/6)*c", "HardSwish" }, { "c*(x*sixth)", "HardSwish" },
        { "c/6", "HardSigmoid" }, { "sixth*c", "HardSigmoid" }, { "clip(x/5+0.5,0,1)", "HardSigmoid" },
        { "x*sigmoid", "Silu" }, { "sigmoid*x", "Silu" },
        { "(x*e)*half", "Gelu" }, { "(half*x)*e", "Gelu" }, { "x*(half*e)", "Gelu" }, { "(x*e)/2", "Gelu" },
    };

    [Theory]
    [MemberData(nameof(Activations))]
    public void Spelled_out_activations_are_recognised(string form, string expected)
    {
        var net = new TestNet();
        // The convolution must keep its bias out of the pattern: Add(3) is not a bias of it.
        Value x = net.Conv(net.Input(1, 3, 6, 6), 4, 3);
        Value c = net.Relu6Plus3(x);
        Value erf = net.Op("Add", net.Op("Erf", net.Op("Div", x, net.Scalar(MathF.Sqrt(2)))), net.Scalar(1));
        Value sixth = net.Scalar(1 / 6f);
        Value six = net.Scalar(6);
        Value half = net.Scalar(0.5f);
        Value y = form switch
        {
            "x*hardsigmoid" => net.Op("Mul", x, net.Op("HardSigmoid", [x], ("alpha", 1 / 6f))),
            "(x*c)/6" => net.Op("Div", net.Op("Mul", x, c), six),
            "(c*x)*sixth" => net.Op("Mul", net.Op("Mul", c, x), sixth),
            "x*(c/6)" => net.Op("Mul", x, net.Op("Div", c, six)),
            "(sixth*c)*x" => net.Op("Mul", net.Op("Mul", sixth, c), x),
            "(x/6)*c" => net.Op("Mul", net.Op("Div", x, six), c),
            "c*(x*sixth)" => net.Op("Mul", c, net.Op("Mul", x, sixth)),
            "c/6" => net.Op("Div", c, six),
            "sixth*c" => net.Op("Mul", sixth, c),
            "clip(x/5+0.5,0,1)" => net.Op("Clip", net.Op("Add", net.Op("Div", x, net.Scalar(5)), half), net.Scalar(0), net.Scalar(1)),
            "x*sigmoid" => net.Op("Mul", x, net.Op("Sigmoid", x)),
            "sigmoid*x" => net.Op("Mul", net.Op("Sigmoid", x), x),
            "(x*e)*half" => net.Op("Mul", net.Op("Mul", x, erf), half),
            "(half*x)*e" => net.Op("Mul", net.Op("Mul", half, x), erf),
            "x*(half*e)" => net.Op("Mul", x, net.Op("Mul", half, erf)),
            _ => net.Op("Div", net.Op("Mul", x, erf), net.Scalar(2)),
        };
        Assert.Equal(["Conv", expected], TestNet.Ops(net.Declutter(y)));
    }

    [Fact]
    public void What_only_resembles_an_activation_stays()
    {
        var net = new TestNet();
        Value x = net.Input(1, 4, 6, 6);
        Value gate = net.Op("Mul", x, net.Op("HardSigmoid", [x], ("alpha", 0.2f)));
        Value other = net.Op("Mul", net.Op("Tanh", x), net.Op("Sigmoid", x));
        Value seventh = net.Op("Div", net.Op("Mul", x, net.Relu6Plus3(x)), net.Scalar(7));
        Graph after = net.Declutter(gate, other, seventh);
        Assert.DoesNotContain(after.Nodes, static n => n.OpType is "HardSwish" or "Silu");
    }

    [Theory]
    [InlineData(5, 2)]
    [InlineData(5, 3)]
    [InlineData(4, 3)]
    [InlineData(3, 2)]
    public void Channel_shuffle_is_recognised_in_every_rank(int rank, int groups)
    {
        var net = new TestNet();
        Value x = net.Op("Relu", net.Input(1, 12, 4, 6));
        int each = 12 / groups;
        Value y = rank switch
        {
            5 => net.Transpose(net.Reshape(x, 1, groups, each, 4, 6), 0, 2, 1, 3, 4),
            4 => net.Transpose(net.Reshape(x, 1, groups, each, 24), 0, 2, 1, 3),
            _ => net.Transpose(net.Reshape(x, groups, each, 24), 1, 0, 2),
        };
        Graph after = net.Declutter(net.Reshape(y, 1, -1, 4, 6));
        Assert.Equal(["Relu", "ChannelShuffle"], TestNet.Ops(after));
        Assert.Equal(groups, after.Nodes[1].Attributes.Int("groups", 0));
    }

    [Fact]
    public void Two_shuffles_in_a_row_are_two_shuffles()
    {
        var net = new TestNet();
        Value x = net.Input(1, 12, 4, 6);
        for (int i = 0; i < 2; i++) x = net.Reshape(net.Transpose(net.Reshape(x, 1, 3, 4, 4, 6), 0, 2, 1, 3, 4), 1, 12, 4, 6);
        Assert.Equal(["ChannelShuffle", "ChannelShuffle"], TestNet.Ops(net.Declutter(x)));
    }

    [Fact]
    public void A_shuffle_that_also_splits_becomes_shuffle_and_split()
    {
        // ShuffleNetV2 in its authors' code: x.reshape(b * c / 2, 2, hw).permute(1, 0, 2).reshape(2, -1, c / 2, h, w), then x[0] and x[1].
        var net = new TestNet();
        Value x = net.Op("Relu", net.Input(1, 8, 4, 6));
        Value both = net.Reshape(net.Transpose(net.Reshape(x, 4, 2, 24), 1, 0, 2), 2, -1, 4, 4, 6);
        Value Part(int index) => net.Op("Gather", [both, net.Graph.NewConstant("index", Tensor.Scalar((long)index))], ("axis", 0));
        Graph after = net.Declutter(net.Op("Tanh", Part(1)), net.Op("Sigmoid", Part(0)));
        Assert.Equal(["Relu", "ChannelShuffle", "Split", "Tanh", "Sigmoid"], TestNet.Ops(after));
        Assert.Equal(4, after.Nodes[1].Attributes.Int("groups", 0));
    }

    [Fact]
    public void A_transpose_of_rows_is_no_shuffle()
    {
        var net = new TestNet();
        Value x = net.Transpose(net.Reshape(net.Input(1, 8, 4, 6), 8, 4, 6), 0, 2, 1);
        Assert.DoesNotContain("ChannelShuffle", TestNet.Ops(net.Declutter(net.Reshape(x, 1, 8, 4, 6))));
    }

    [Theory]
    [InlineData(1, new[] { "GlobalAveragePool" })]
    [InlineData(0, new[] { "GlobalAveragePool", "Flatten" })]
    public void A_mean_over_the_map_is_a_global_pool(int keepDims, string[] expected)
    {
        var net = new TestNet();
        Value y = net.Op("ReduceMean", [net.Input(1, 3, 5, 7)], ("axes", new[] { -1, 2 }), ("keepdims", keepDims));
        Assert.Equal(expected, TestNet.Ops(net.Declutter(y)));
    }

    [Theory]
    [InlineData(7, 7, "GlobalAveragePool")]
    [InlineData(7, 6, "AveragePool")]
    public void An_average_pool_over_the_whole_map_is_global(int height, int width, string expected)
    {
        var net = new TestNet();
        Value y = net.Op("AveragePool", [net.Input(1, 3, 7, 7)], ("kernel_shape", new[] { height, width }));
        Assert.Equal([expected], TestNet.Ops(net.Declutter(y)));
    }

    [Fact]
    public void Squeeze_and_excite_is_found_and_its_layers_become_convolutions()
    {
        var net = new TestNet();
        Value x = net.Op("Relu", net.Input(1, 8, 5, 5));
        Value row = net.Reshape(net.Op("ReduceMean", [x], ("axes", new[] { 2, 3 })), 1, 8);
        Value hidden = net.Op("Relu", net.Op("Gemm", [row, net.Random(-1, 1, 4, 8), net.Random(-1, 1, 4)], ("transB", 1)));
        Value gate = net.Op("Sigmoid", net.Op("Add", net.Op("MatMul", hidden, net.Random(-1, 1, 4, 8)), net.Random(-1, 1, 8)));
        Value y = net.Op("Mul", net.Op("Unsqueeze", gate, net.Ints(2, 3)), x);
        Graph after = net.Declutter(y);
        Assert.Equal(["Relu", "GlobalAveragePool", "Conv", "Relu", "Conv", "Sigmoid", "Mul"], TestNet.Ops(after));
        SqueezeExcite block = Assert.Single(SqueezeExcite.Find(after));
        Assert.Equal([after.Nodes[1], after.Nodes[2], after.Nodes[3], after.Nodes[4], after.Nodes[5], after.Nodes[6]],
            [block.Pool, block.Reduce, block.Activation, block.Expand, block.Gate, block.Multiply]);
    }

    [Fact]
    public void A_gate_computed_from_another_map_is_no_squeeze_and_excite()
    {
        var net = new TestNet();
        Value x = net.Input(1, 8, 5, 5);
        Value gate = net.Op("Sigmoid", net.Conv(net.Op("Relu", net.Conv(net.Op("GlobalAveragePool", x), 4, 8)), 8, 4));
        Assert.Empty(SqueezeExcite.Find(net.Declutter(net.Op("Mul", net.Op("Tanh", x), gate))));
    }
}
