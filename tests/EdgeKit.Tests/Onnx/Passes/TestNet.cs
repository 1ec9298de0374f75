using EdgeKit.Onnx;
using Xunit;

namespace EdgeKit.Tests.Onnx.Passes;

/// <summary>Builds small graphs with seeded constants and compares them before and after decluttering.</summary>
internal sealed class TestNet(int seed = 1)
{
    private readonly Random _random = new(seed);

    public Graph Graph { get; } = new();

    public Dictionary<string, BatchNormStatistics> Statistics { get; } = [];

    public Value Input(params int[] shape) => Graph.AddInput("x", ElementType.Float, shape);

    public Value Op(string opType, Value?[] inputs, params (string Name, object Value)[] attributes)
    {
        Node node = Graph.Append(opType, inputs);
        foreach ((string name, object value) in attributes) node.Attributes.Set(name, value);
        return node.Output;
    }

    public Value Op(string opType, params Value?[] inputs) => Op(opType, inputs, []);

    public Value Floats(float[] values, params int[] shape) => Graph.NewConstant("c", Tensor.Of(values, shape));

    public Value Scalar(float value) => Graph.NewConstant("s", Tensor.Scalar(value));

    public Value Ints(params long[] values) => Graph.NewConstant("i", Tensor.Vector(values));

    /// <summary>A constant with elements from [low, high).</summary>
    public Value Random(float low, float high, params int[] shape) => Floats(Numbers(low, high, Tensor.ElementCount(shape)), shape);

    public Value Conv(Value x, int outputs, int inputs, int kernel = 1, int group = 1, bool bias = true) => Op(
        "Conv",
        [x, Random(-1, 1, outputs, inputs / group, kernel, kernel), bias ? Random(-1, 1, outputs) : null],
        ("group", group), ("pads", new[] { kernel / 2, kernel / 2, kernel / 2, kernel / 2 }));

    public Value Norm(Value x, int channels) => Op(
        "BatchNormalization", x, Random(0.5f, 2, channels), Random(-1, 1, channels), Random(-1, 1, channels), Random(0.1f, 3, channels));

    public Value Relu6Plus3(Value x) => Op("Clip", Op("Add", x, Scalar(3)), Scalar(0), Scalar(6));

    public Value Reshape(Value x, params long[] shape) => Op("Reshape", x, Ints(shape));

    public Value Transpose(Value x, params int[] perm) => Op("Transpose", [x], ("perm", perm));

    /// <summary>Makes the value an output, declutters a copy, asserts equal results, and returns the copy.</summary>
    public Graph Declutter(params Value[] outputs)
    {
        foreach (Value output in outputs) Graph.AddOutput(output);
        ShapeInference.Run(Graph);
        Graph after = Graph.Clone();
        EdgeKit.Onnx.Declutter.Run(after, Statistics);
        ShapeInference.Run(after);
        AssertSame(Graph, after, _random);
        return after;
    }

    /// <summary>Asserts that both graphs give the same outputs, to a part of each output's range, for a random input.</summary>
    public static void AssertSame(Graph before, Graph after, Random random, double tolerance = 1e-5)
    {
        Assert.Equal(before.Outputs.Select(static v => v.Name), after.Outputs.Select(static v => v.Name));
        Assert.Equal(before.Inputs.Select(static v => v.Name), after.Inputs.Select(static v => v.Name));
        Dictionary<string, Tensor> feeds = before.Inputs.ToDictionary(static v => v.Name, v => Picture(v.Dims, random));
        Dictionary<string, Tensor> expected = ReferenceExecutor.Run(before, feeds);
        Dictionary<string, Tensor> actual = ReferenceExecutor.Run(after, feeds);
        foreach ((string name, Tensor e) in expected)
        {
            Assert.Equal(e.Shape, actual[name].Shape);
            Assert.Equal(after.Find(name)!.Dims, e.Shape);
            float[] want = e.ToFloats();
            float[] have = actual[name].ToFloats();
            double range = Math.Max(want.Max() - want.Min(), 1e-6);
            double worst = want.Zip(have, static (a, b) => Math.Abs((double)a - b)).Max();
            Assert.True(worst <= tolerance * range, $"{name} differs by {worst / range:E1} of its range");
        }
    }

    public static string[] Ops(Graph graph) => [.. graph.Nodes.Select(static n => n.OpType)];

    /// <summary>Smooth in each plane, with noise, about [-2, 2].</summary>
    public static Tensor Picture(int[] shape, Random random)
    {
        float[] data = new float[Tensor.ElementCount(shape)];
        int row = shape.Length > 1 ? shape[^1] : data.Length;
        double phase = random.NextDouble() * 6;
        for (int i = 0; i < data.Length; i++)
        {
            double wave = Math.Sin(phase + (i % row * 0.13)) + Math.Cos(phase + (i / row * 0.07));
            data[i] = (float)(wave + (0.6 * (random.NextDouble() - 0.5)));
        }
        return Tensor.Of(data, shape);
    }

    private float[] Numbers(float low, float high, int count)
    {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) values[i] = low + ((high - low) * _random.NextSingle());
        return values;
    }
}
