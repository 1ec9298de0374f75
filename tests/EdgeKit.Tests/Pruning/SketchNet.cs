using EdgeKit.Onnx;

namespace EdgeKit.Tests.Pruning;

/// <summary>Builds small float graphs with seeded random weights, shapes inferred as it goes.</summary>
internal sealed class SketchNet
{
    private readonly Random _random;

    public SketchNet(int seed = 1, params int[] inputShape)
    {
        _random = new Random(seed);
        Input = Graph.AddInput("x", ElementType.Float, inputShape.Length > 0 ? inputShape : [1, 3, 4, 4]);
    }

    public Graph Graph { get; } = new() { Name = "sketch" };

    public Value Input { get; }

    /// <summary>Adds the output and infers all shapes.</summary>
    public Graph Done(params Value[] outputs)
    {
        foreach (Value v in outputs) Graph.AddOutput(v);
        ShapeInference.Run(Graph);
        return Graph;
    }

    public Value Constant(params int[] shape)
    {
        float[] data = new float[Tensor.ElementCount(shape)];
        for (int k = 0; k < data.Length; k++) data[k] = (float)(_random.NextDouble() * 2 - 1);
        return Graph.NewConstant("w", Tensor.Of(data, shape));
    }

    public Value Longs(params long[] values) => Graph.NewConstant("n", Tensor.Vector(values));

    public Value Op(string op, params Value?[] inputs) => Node(op, inputs).Outputs[0];

    public Node Node(string op, Value?[] inputs, int outputs = 1, params (string Name, object Value)[] attributes)
    {
        Node node = Graph.Append(op, inputs, outputs, domain: op is "ChannelShuffle" or "Silu" ? Graph.EdgeKitDomain : "");
        foreach ((string name, object value) in attributes) node.Attributes.Set(name, value);
        ShapeInference.Run(Graph);
        return node;
    }

    public Value With(string op, Value?[] inputs, params (string Name, object Value)[] attributes) => Node(op, inputs, 1, attributes).Outputs[0];

    /// <summary>A convolution that keeps the size; kernel 1 or 3.</summary>
    public Value Conv(Value x, int channels, int kernel = 1, int groups = 1) =>
        With("Conv", [x, Constant(channels, Channels(x) / groups, kernel, kernel), Constant(channels)],
            ("group", groups), ("pads", new[] { kernel / 2, kernel / 2, kernel / 2, kernel / 2 }));

    public Value Depthwise(Value x, int multiplier = 1) => Conv(x, Channels(x) * multiplier, 3, Channels(x));

    public Value ConvTranspose(Value x, int channels, int groups = 1) =>
        With("ConvTranspose", [x, Constant(Channels(x), channels / groups, 1, 1), Constant(channels)], ("group", groups));

    public Value BatchNorm(Value x)
    {
        int c = Channels(x);
        Value variance = Graph.NewConstant("var", Tensor.Of([.. Enumerable.Range(0, c).Select(_ => (float)_random.NextDouble() + 0.5f)], c));
        return With("BatchNormalization", [x, Constant(c), Constant(c), Constant(c), variance], ("epsilon", 1e-5f));
    }

    public Value Reshape(Value x, params long[] shape) => Op("Reshape", x, Longs(shape));

    public Value Transpose(Value x, params int[] permutation) => With("Transpose", [x], ("perm", permutation));

    /// <summary>The shuffle as exporters write it.</summary>
    public Value RawShuffle(Value x, int groups)
    {
        int[] d = x.Dims;
        Value split = Reshape(x, d[0], groups, d[1] / groups, d[2], d[3]);
        return Reshape(Transpose(split, 0, 2, 1, 3, 4), d[0], -1, d[2], d[3]);
    }

    public Value Shuffle(Value x, int groups) => With("ChannelShuffle", [x], ("groups", groups));

    public Value Concat(int axis, params Value[] parts) => With("Concat", parts, ("axis", axis));

    public Value[] Split(Value x, int axis, params long[] sizes) => [.. Node("Split", [x, Longs(sizes)], sizes.Length, ("axis", axis)).Outputs];

    public Value Slice(Value x, int axis, long start, long end, long step = 1) => Op("Slice", x, Longs(start), Longs(end), Longs(axis), Longs(step));

    public Value Gather(Value x, int axis, params long[] indices) => With("Gather", [x, Longs(indices)], ("axis", axis));

    public Value Pad(Value x, params long[] pads) => Op("Pad", x, Longs(pads));

    public Value Pool(Value x) => Op("GlobalAveragePool", x);

    public Value Gemm(Value x, int outputs) =>
        With("Gemm", [x, Constant(outputs, x.Dims[1]), Constant(outputs)], ("transB", 1));

    public Value SqueezeExcite(Value x, int hidden)
    {
        Value gate = Op("Sigmoid", Conv(Op("Relu", Conv(Pool(x), hidden)), Channels(x)));
        return Op("Mul", x, gate);
    }

    public static int Channels(Value x) => x.Dims[1];
}
