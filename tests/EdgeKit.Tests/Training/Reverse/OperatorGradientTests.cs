using EdgeKit.Onnx;
using EdgeKit.Testing;
using EdgeKit.Training;
using Xunit;

namespace EdgeKit.Tests.Training;

/// <summary>Every operator against the reference forward and against differences backward.</summary>
public class OperatorGradientTests
{
    /// <summary>Kernel height and width, stride, dilation, pads, groups, channels in and out.</summary>
    public static TheoryData<int, int, int, int, int[], int, int, int> Convolutions => new()
    {
        { 1, 1, 1, 1, [0, 0, 0, 0], 1, 5, 7 },
        { 1, 1, 1, 1, [0, 0, 0, 0], 1, 16, 24 },
        { 1, 1, 2, 1, [0, 0, 0, 0], 1, 8, 9 },
        { 3, 3, 1, 1, [1, 1, 1, 1], 1, 3, 8 },
        { 3, 3, 2, 1, [1, 1, 1, 1], 1, 3, 17 },
        { 3, 3, 2, 1, [0, 0, 1, 1], 1, 4, 6 },
        { 3, 3, 1, 2, [2, 2, 2, 2], 1, 4, 6 },
        { 3, 3, 1, 1, [0, 2, 1, 0], 1, 4, 6 },
        { 5, 3, 1, 1, [2, 1, 2, 1], 1, 4, 6 },
        { 3, 3, 1, 1, [3, 3, 3, 3], 1, 2, 3 },
        { 2, 2, 2, 1, [0, 0, 0, 0], 1, 4, 6 },
        { 3, 3, 1, 1, [1, 1, 1, 1], 2, 6, 8 },
        { 1, 1, 1, 1, [0, 0, 0, 0], 4, 8, 12 },
        { 3, 3, 2, 2, [2, 2, 2, 2], 3, 6, 9 },
        { 3, 3, 1, 1, [1, 1, 1, 1], 8, 8, 8 },
        { 3, 3, 2, 1, [1, 1, 1, 1], 13, 13, 13 },
        { 5, 5, 1, 1, [2, 2, 2, 2], 16, 16, 16 },
        { 3, 3, 1, 2, [2, 2, 2, 2], 9, 9, 9 },
        { 3, 3, 2, 1, [0, 0, 1, 1], 8, 8, 8 },
        { 3, 3, 1, 1, [1, 1, 1, 1], 4, 4, 8 },
        { 7, 7, 1, 1, [0, 0, 0, 0], 8, 8, 8 },
    };

    [Theory]
    [MemberData(nameof(Convolutions))]
    public void Conv(int kernelHeight, int kernelWidth, int stride, int dilation, int[] pads, int groups, int channels, int outputs)
    {
        var s = new Sketch(1, channels, 7, 9);
        Value y = s.Conv(s.X, [outputs, channels / groups, kernelHeight, kernelWidth],
            ("strides", new[] { stride, stride }), ("dilations", new[] { dilation, dilation }), ("pads", pads), ("group", groups));
        GradientCheck.Run(s.With(y), step: 0.25);
    }

    [Theory]
    [InlineData(2, 2, 0, 0, 1, 4, 3)]
    [InlineData(3, 2, 1, 1, 1, 4, 8)]
    [InlineData(3, 1, 1, 0, 1, 4, 9)]
    [InlineData(4, 2, 1, 0, 2, 4, 3)]
    public void ConvTranspose(int kernel, int stride, int pad, int outputPadding, int groups, int channels, int perGroup)
    {
        var s = new Sketch(1, channels, 4, 5);
        Value y = s.Node("ConvTranspose", [s.X, s.Weights("w", -1, 1, channels, perGroup, kernel, kernel), s.Weights("b", -1, 1, perGroup * groups)],
            ("strides", new[] { stride, stride }), ("pads", new[] { pad, pad, pad, pad }), ("output_padding", new[] { outputPadding, outputPadding }), ("group", groups));
        GradientCheck.Run(s.With(y), step: 0.25);
    }

    [Theory]
    [InlineData(5, NetworkMode.Training)]
    [InlineData(8, NetworkMode.Training)]
    [InlineData(100, NetworkMode.Training)]
    [InlineData(8, NetworkMode.Frozen)]
    [InlineData(12, NetworkMode.Frozen)]
    public void BatchNormalization(int channels, NetworkMode mode)
    {
        var s = new Sketch(1, channels, 5, 6);
        GradientCheck.Run(s.With(s.Norm(s.X, channels)), 1e-2, 2e-3, mode);
    }

    [Theory]
    [InlineData("Relu")]
    [InlineData("Clip")]
    public void BatchNormalization_takes_in_the_clamp_behind_it(string opType)
    {
        var s = new Sketch(1, 11, 5, 6);
        Value norm = s.Norm(s.X, 11);
        Value?[] inputs = opType == "Clip" ? [norm, s.Graph.NewConstant("low", Tensor.Scalar(-0.25f)), s.Graph.NewConstant("high", Tensor.Scalar(0.75f))] : [norm];
        Value y = s.Node(opType, inputs);
        Graph graph = s.With(y);
        Tensor x = GradientCheck.Fill(new Random(1), [4, 11, 5, 6], static r => (float)r.NextDouble()), dy = GradientCheck.Fill(new Random(2), [4, 11, 5, 6], static r => (float)r.NextDouble());
        float[][] together = Gradients([s.X.Name]), apart = Gradients([s.X.Name, norm.Name]);
        for (int i = 0; i < together.Length; i++) Closeness.AssertWithin(1e-5, apart[i], together[i], $"gradient {i}");

        float[][] Gradients(string[] observed)
        {
            var network = new TrainingNetwork(graph, new NetworkOptions { Observed = observed });
            network.Forward(x, NetworkMode.Training);
            network.Backward(new Dictionary<string, Tensor> { [y.Name] = dy });
            return [network.ReadGradient(s.X.Name).ToFloats(), .. network.Parameters.Select(static p => p.Gradient)];
        }
    }

    [Fact]
    public void BatchNormalization_of_rows()
    {
        var s = new Sketch(1, 6);
        GradientCheck.Run(s.With(s.Norm(s.X, 6)), 1e-2, 2e-3, batch: 8);
    }

    [Theory]
    [InlineData("Sigmoid")]
    [InlineData("Tanh")]
    [InlineData("Silu")]
    [InlineData("Exp")]
    [InlineData("Neg")]
    public void Smooth_functions(string opType)
    {
        var s = new Sketch(1, 5, 3, 3);
        GradientCheck.Run(s.With(s.Node(opType, [s.X])), input: static r => (float)(r.NextDouble() * 8 - 4));
    }

    [Theory]
    [InlineData("Log")]
    [InlineData("Sqrt")]
    public void Functions_of_positive_numbers(string opType)
    {
        var s = new Sketch(1, 5, 3, 3);
        GradientCheck.Run(s.With(s.Node(opType, [s.X])), input: static r => (float)(r.NextDouble() * 4 + 1));
    }

    [Theory]
    [InlineData("Relu")]
    [InlineData("LeakyRelu")]
    [InlineData("HardSigmoid")]
    [InlineData("HardSwish")]
    [InlineData("Clip")]
    [InlineData("Abs")]
    public void Functions_with_corners(string opType)
    {
        var s = new Sketch(1, 5, 3, 3);
        Value?[] inputs = opType == "Clip" ? [s.X, s.Graph.NewConstant("low", Tensor.Scalar(0f)), s.Graph.NewConstant("high", Tensor.Scalar(6f))] : [s.X];
        // Corners lie at whole and half numbers.
        GradientCheck.Run(s.With(s.Node(opType, inputs)), input: static r => r.Next(-8, 8) + 0.1f + (float)r.NextDouble() * 0.3f);
    }

    [Theory]
    [InlineData(5, 1, 1)]
    [InlineData(1, 1, 1)]
    [InlineData(5, 4, 3)]
    public void PRelu(params int[] slope)
    {
        var s = new Sketch(1, 5, 4, 3);
        GradientCheck.Run(s.With(s.Node("PRelu", [s.X, s.Weights("slope", -1, 1, slope)])), input: static r => r.Next(-3, 3) + 0.2f + (float)r.NextDouble() * 0.5f);
    }

    [Theory]
    [InlineData("Add")]
    [InlineData("Sub")]
    [InlineData("Mul")]
    [InlineData("Div")]
    public void Operators_on_pairs_broadcast(string opType)
    {
        var s = new Sketch(1, 6, 3, 4);
        Value gate = s.Node("Exp", [s.Node("GlobalAveragePool", [s.X])]);
        Value pair = s.Node("Exp", [s.X]);
        Value constant = s.Weights("c", 1, 2, 6, 1, 1), scalar = s.Weights("k", 1, 2), row = s.Weights("row", 1, 2, 4);
        GradientCheck.Run(s.With(
            s.Node(opType, [s.X, gate]), s.Node(opType, [gate, pair]), s.Node(opType, [s.X, pair]), s.Node(opType, [s.X, constant]),
            s.Node(opType, [scalar, pair]), s.Node(opType, [s.X, row])), tolerance: 2e-3);
    }

    [Fact]
    public void A_value_that_meets_itself()
    {
        var s = new Sketch(1, 6, 3, 4);
        Value square = s.Node("Mul", [s.X, s.X]);
        GradientCheck.Run(s.With(s.Node("Add", [square, square])));
    }

    [Fact]
    public void Gemm_and_MatMul()
    {
        var s = new Sketch(1, 21);
        Value a = s.Node("Gemm", [s.X, s.Weights("w1", -1, 1, 9, 21), s.Weights("b1", -1, 1, 9)], ("transB", 1));
        Value b = s.Node("Gemm", [s.X, s.Weights("w2", -1, 1, 21, 33)]);
        Value c = s.Node("Add", [s.Node("MatMul", [s.X, s.Weights("w3", -1, 1, 21, 5)]), s.Weights("b3", -1, 1, 5)]);
        Graph graph = s.With(a, b, c);
        GradientCheck.Run(graph, step: 0.25);
        Assert.Contains(new TrainingNetwork(graph).Parameters, static p => p.Name == "b3");
    }

    [Fact]
    public void MatMul_of_two_stacks()
    {
        var s = new Sketch(1, 4, 3, 5);
        Value other = s.Node("Transpose", [s.Node("Sigmoid", [s.X])], ("perm", new[] { 0, 1, 3, 2 }));
        GradientCheck.Run(s.With(s.Node("MatMul", [s.X, other])), tolerance: 2e-3);
    }

    [Theory]
    [InlineData("MaxPool", 2, 2, 0, 0)]
    [InlineData("MaxPool", 3, 2, 1, 0)]
    [InlineData("MaxPool", 3, 2, 0, 1)]
    [InlineData("AveragePool", 3, 2, 1, 0)]
    [InlineData("AveragePool", 3, 1, 1, 0)]
    [InlineData("AveragePool", 2, 2, 0, 1)]
    public void Pooling(string opType, int kernel, int stride, int pad, int ceil)
    {
        foreach (int counted in opType == "MaxPool" ? [0] : (int[])[0, 1])
        {
            var s = new Sketch(1, 9, 7, 8);
            Value y = s.Node(opType, [s.X], ("kernel_shape", new[] { kernel, kernel }), ("strides", new[] { stride, stride }), ("pads", new[] { pad, pad, pad, pad }), ("ceil_mode", ceil));
            if (opType == "AveragePool") y.Producer!.Attributes.Set("count_include_pad", counted);
            // Elements that lie apart keep their order under the differences.
            int next = 0;
            GradientCheck.Run(s.With(y), 1e-3, 5e-3, input: r => (next = (next + 7919) % 1511) * 0.01f);
        }
    }

    [Fact]
    public void Global_pooling_and_reductions()
    {
        var s = new Sketch(1, 6, 3, 4);
        GradientCheck.Run(s.With(
            s.Node("GlobalAveragePool", [s.X]),
            s.Node("ReduceMean", [s.X], ("axes", new[] { 2, 3 }), ("keepdims", 0)),
            s.Node("ReduceMean", [s.X], ("axes", new[] { 1 })),
            s.Node("ReduceSum", [s.X], ("axes", new[] { 3 }), ("keepdims", 0))), step: 0.25);
    }

    [Theory]
    [InlineData("Softmax", 1)]
    [InlineData("Softmax", -1)]
    [InlineData("LogSoftmax", 1)]
    [InlineData("LogSoftmax", 3)]
    public void Softmax(string opType, int axis)
    {
        var s = new Sketch(1, 6, 3, 4);
        GradientCheck.Run(s.With(s.Node(opType, [s.X], ("axis", axis))), input: static r => (float)(r.NextDouble() * 4 - 2));
    }

    [Fact]
    public void Softmax_of_rows()
    {
        var s = new Sketch(1, 10);
        GradientCheck.Run(s.With(s.Node("Softmax", [s.X], ("axis", 1)), s.Node("LogSoftmax", [s.X], ("axis", -1))));
    }

    [Theory]
    [InlineData("nearest", "asymmetric", 2f, 2f)]
    [InlineData("nearest", "half_pixel", 1.5f, 2f)]
    [InlineData("linear", "half_pixel", 2f, 2f)]
    [InlineData("linear", "align_corners", 2.5f, 1f)]
    [InlineData("linear", "asymmetric", 0.5f, 0.5f)]
    public void Resize(string mode, string rule, float height, float width)
    {
        var s = new Sketch(1, 9, 4, 6);
        Value y = s.Node("Resize", [s.X, null, s.Graph.NewConstant("scales", Tensor.Of([1f, 1f, height, width], 4))], ("mode", mode), ("coordinate_transformation_mode", rule));
        GradientCheck.Run(s.With(y), step: 0.25);
    }

    [Fact]
    public void Moving_elements()
    {
        var s = new Sketch(1, 8, 4, 6);
        Node split = s.Graph.Append("Split", [s.X, s.Ints(3, 5)], 2);
        split.Attributes.Set("axis", 1);
        Value joined = s.Node("Concat", [split.Outputs[1], s.X, split.Outputs[0]], ("axis", 1));
        Value shuffled = s.Node("ChannelShuffle", [joined], ("groups", 4));
        Value spelled = s.Node("Reshape", [s.Node("Transpose", [s.Node("Reshape", [s.X, s.Ints(1, 2, 4, 4, 6)])], ("perm", new[] { 0, 2, 1, 3, 4 })), s.Ints(1, 8, 4, 6)]);
        Value sliced = s.Node("Slice", [s.X, s.Ints(1, 0), s.Ints(8, 4), s.Ints(1, 2), s.Ints(2, 1)]);
        Value picked = s.Node("Gather", [s.X, s.Ints(7, 0, 0, 3)], ("axis", 1));
        Value padded = s.Node("Pad", [s.X, s.Ints(0, 1, 1, 0, 0, 0, 2, 1)]);
        Value reflected = s.Node("Pad", [s.X, s.Ints(0, 0, 1, 2, 0, 0, 1, 1)], ("mode", "reflect"));
        Value flat = s.Node("Flatten", [s.X], ("axis", 1));
        Value rows = s.Node("Transpose", [s.X], ("perm", new[] { 0, 2, 3, 1 }));
        Value squeezed = s.Node("Unsqueeze", [s.Node("Squeeze", [s.Node("GlobalAveragePool", [s.X]), s.Ints(2, 3)]), s.Ints(1)]);
        Value deep = s.Node("DepthToSpace", [s.X], ("blocksize", 2)), shallow = s.Node("SpaceToDepth", [s.X], ("blocksize", 2));
        Value copied = s.Node("Identity", [s.Node("Dropout", [s.X])]);
        GradientCheck.Run(s.With(shuffled, spelled, sliced, picked, padded, reflected, flat, rows, squeezed, deep, shallow, copied), step: 0.25);
    }

    [Fact]
    public void Part_of_a_split_that_nobody_reads_has_no_gradient()
    {
        var s = new Sketch(1, 8, 2, 2);
        Node split = s.Graph.Append("Split", [s.X, s.Ints(3, 5)], 2);
        split.Attributes.Set("axis", 1);
        GradientCheck.Run(s.With(s.Node("Sigmoid", [split.Outputs[1]])));
    }

    [Fact]
    public void Unsupported_operator_is_refused_with_its_node()
    {
        var s = new Sketch(1, 8, 2, 2);
        Value y = s.Node("Round", [s.X]);
        string name = y.Producer!.Name;
        var e = Assert.Throws<ModelException>(() => new TrainingNetwork(s.With(y)));
        Assert.Contains($"node '{name}' (Round)", e.Message, StringComparison.Ordinal);
    }
}
