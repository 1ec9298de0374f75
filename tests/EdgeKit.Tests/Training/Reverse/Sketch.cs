using EdgeKit.Onnx;

namespace EdgeKit.Tests.Training;

/// <summary>Builds small graphs with random weights.</summary>
internal sealed class Sketch
{
    private readonly Random _random = new(3);

    public Sketch(params int[] input) => X = Graph.AddInput("x", ElementType.Float, input);

    public Graph Graph { get; } = new();

    /// <summary>The input.</summary>
    public Value X { get; }

    /// <summary>A float constant of uniform numbers.</summary>
    public Value Weights(string name, double low, double high, params int[] shape) =>
        Graph.NewConstant(name, GradientCheck.Fill(_random, shape, r => (float)(low + (high - low) * r.NextDouble())));

    /// <summary>An integer constant.</summary>
    public Value Ints(params long[] values) => Graph.NewConstant("ints", Tensor.Vector(values));

    /// <summary>A node with one output.</summary>
    public Value Node(string opType, Value?[] inputs, params (string Name, object Value)[] attributes)
    {
        Node node = Graph.Append(opType, inputs, domain: opType is "Silu" or "ChannelShuffle" ? Graph.EdgeKitDomain : "");
        foreach ((string name, object value) in attributes) node.Attributes.Set(name, value);
        return node.Output;
    }

    /// <summary>A convolution with bias.</summary>
    public Value Conv(Value x, int[] weights, params (string Name, object Value)[] attributes) =>
        Node("Conv", [x, Weights("w", -1, 1, weights), Weights("b", -1, 1, weights[0])], attributes);

    /// <summary>Batch normalisation of so many channels.</summary>
    public Value Norm(Value x, int channels) => Node(
        "BatchNormalization", [x, Weights("gamma", 0.5, 1.5, channels), Weights("beta", -1, 1, channels), Weights("mean", -1, 1, channels), Weights("variance", 0.5, 2, channels)]);

    /// <summary>The graph with these outputs.</summary>
    public Graph With(params Value[] outputs)
    {
        foreach (Value output in outputs) Graph.AddOutput(output);
        return Graph;
    }
}
