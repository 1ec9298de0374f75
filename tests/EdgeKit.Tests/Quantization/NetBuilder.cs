using EdgeKit.Onnx;

namespace EdgeKit.Tests.Quantization;

/// <summary>Writes small float nets with seeded weights.</summary>
internal sealed class NetBuilder
{
    private readonly Random _random = new(11);

    public Graph Graph { get; } = new();

    public Value Input(params int[] shape) => Graph.AddInput("image", ElementType.Float, shape);

    public Value Conv(Value x, int inputs, int outputs, int kernel = 1, int group = 1, int stride = 1, string? name = null)
    {
        Node node = Graph.Append("Conv", [x, Weights(outputs, inputs / group, kernel, kernel), Weights(outputs)], 1, name);
        int pad = kernel / 2;
        node.Attributes.Set("kernel_shape", new[] { kernel, kernel }).Set("pads", new[] { pad, pad, pad, pad }).Set("group", group)
            .Set("strides", new[] { stride, stride }).Set("dilations", new[] { 1, 1 });
        return node.Output;
    }

    public Value Clip(Value x, float low, float high) =>
        Op("Clip", x, Graph.NewConstant("low", Tensor.Scalar(low)), Graph.NewConstant("high", Tensor.Scalar(high)));

    public Value Op(string opType, params Value[] inputs) => Graph.Append(opType, inputs).Output;

    public Value Concat(params Value[] inputs)
    {
        Node node = Graph.Append("Concat", inputs);
        node.Attributes.Set("axis", 1);
        return node.Output;
    }

    public Value MaxPool(Value x)
    {
        Node node = Graph.Append("MaxPool", [x]);
        node.Attributes.Set("kernel_shape", new[] { 2, 2 }).Set("strides", new[] { 2, 2 }).Set("pads", new int[4]);
        return node.Output;
    }

    public Value Gemm(Value x, int inputs, int outputs)
    {
        Node node = Graph.Append("Gemm", [x, Weights(outputs, inputs), Weights(outputs)], 1, "classifier");
        node.Attributes.Set("transB", 1);
        return node.Output;
    }

    /// <summary>Makes a value an output and infers types and shapes.</summary>
    public Graph Build(params Value[] outputs)
    {
        foreach (Value v in outputs) Graph.AddOutput(v);
        ShapeInference.Run(Graph);
        return Graph;
    }

    public Tensor Weights(int[] shape, float scale = 1)
    {
        int fanIn = Math.Max(1, Tensor.ElementCount(shape.AsSpan(1)));
        return Tensor.Of([.. Enumerable.Range(0, Tensor.ElementCount(shape)).Select(_ => scale * Normal() / MathF.Sqrt(fanIn))], shape);
    }

    /// <summary>Inputs of the given shape with elements in [-1, 1].</summary>
    public static IEnumerable<Tensor> Images(int count, params int[] shape)
    {
        for (int i = 0; i < count; i++)
        {
            var random = new Random(100 + i);
            yield return Tensor.Of([.. Enumerable.Range(0, Tensor.ElementCount(shape)).Select(_ => (float)(2 * random.NextDouble() - 1))], shape);
        }
    }

    /// <summary>A residual net with the usual parts: rectified, depthwise and linear convolutions, an addition, pooling and a classifier.</summary>
    public static Graph Residual()
    {
        var net = new NetBuilder();
        Value stem = net.Op("Relu", net.Conv(net.Input(1, 3, 16, 16), 3, 8, kernel: 3, name: "stem"));
        Value deep = net.Clip(net.Conv(stem, 8, 8, kernel: 3, group: 8, name: "depthwise"), 0, 6);
        Value sum = net.Op("Add", stem, net.Conv(deep, 8, 8, name: "project"));
        Value pooled = net.Op("Flatten", net.Op("GlobalAveragePool", net.MaxPool(sum)));
        Value logits = net.Gemm(pooled, 8, 5);
        return net.Build(logits);
    }

    private Value Weights(params int[] shape) => Graph.NewConstant("w", Weights(shape, 1));

    private float Normal() => (float)(Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble()));
}
