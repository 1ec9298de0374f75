using EdgeKit.Compiler;
using EdgeKit.Onnx;
using EdgeKit.Quantization;
using EdgeKit.Tests.Onnx.Passes;

namespace EdgeKit.Tests.Runtime;

/// <summary>Small <c>.ekm</c> files that between them hold every kind of operator.</summary>
internal static class TestPlans
{
    /// <summary>Convolutions, pooling and elementwise operators in INT8, with one operator in float between them.</summary>
    public static byte[] Int8 { get; } = Compile(Quantized());

    /// <summary>Feature maps in float.</summary>
    public static byte[] Maps { get; } = Compile(FloatMaps());

    /// <summary>Matrices in float.</summary>
    public static byte[] Matrices { get; } = Compile(FloatMatrices());

    public static byte[][] All { get; } = [Int8, Maps, Matrices];

    private static byte[] Compile(Graph graph) => PlanCompiler.Compile(graph, new CompileOptions { Labels = ["cat", "dog"] });

    private static Graph Quantized()
    {
        var net = new TestNet(2);
        Value x = net.Input(1, 3, 12, 12);
        Value stem = net.Op("Relu", net.Conv(x, 8, 3, 3));
        Value gate = net.Op("Sigmoid", net.Conv(stem, 8, 8, 3, group: 8));
        Value product = net.Op("Mul", stem, gate);
        Value norm = net.Op("LRN", [product], ("size", 3), ("alpha", 0.1f), ("beta", 0.75f), ("bias", 1f));
        Value grouped = net.Conv(norm, 8, 8, 3, group: 2);
        Value swish = net.Op("HardSwish", net.Op("Mul", net.Op("Add", grouped, stem), net.Graph.NewConstant("factors", Tensor.Of([1f, 2, 1, 1, 2, 1, 1, 2], 1, 8, 1, 1))));
        Value joined = net.Op("Concat", [swish, product], ("axis", 1));
        Value pooled = net.Op("AveragePool", [net.Op("MaxPool", [joined], Window)], Window);
        Value large = net.Op("Resize", [pooled, null, net.Floats([1, 1, 2, 2], 4)], ("mode", "linear"));
        Value y = net.Op("Flatten", net.Op("GlobalAveragePool", net.Conv(large, 4, 16)));
        return Quantizer.Quantize(Finish(net, y), Enumerable.Range(0, 4).Select(static i => TestNet.Picture([1, 3, 12, 12], new Random(i)))).Qdq;
    }

    private static Graph FloatMaps()
    {
        var net = new TestNet(3);
        Value x = net.Input(1, 4, 6, 6);
        Value deconvolved = net.Op("ConvTranspose", [net.Conv(x, 6, 4, 3), net.Random(-1, 1, 6, 2, 2, 2)], ("strides", new[] { 2, 2 }), ("group", 2));
        Value sum = net.Op("Add", net.Op("MaxPool", [deconvolved], Window), x);
        Value norm = net.Op("LRN", [net.Op("HardSwish", sum)], ("size", 3), ("alpha", 0.1f), ("beta", 0.75f), ("bias", 1f));
        Value padded = net.Op("Pad", norm, net.Ints(0, 0, 1, 1, 0, 0, 1, 1), net.Scalar(0.5f));
        Value depthwise = net.Conv(padded, 4, 4, 3, group: 4);
        Value large = net.Op("Resize", [depthwise, null, net.Floats([1, 1, 1.5f, 2], 4)], ("mode", "nearest"));
        Value cubic = net.Op("Resize", [norm, null, net.Floats([1, 1, 0.5f, 1.5f], 4)], ("mode", "cubic"));
        Value sampled = net.Op("GridSample", [depthwise, net.Random(-1.5f, 1.5f, 1, 3, 5, 2)], ("mode", "linear"));
        return Finish(net, large, net.Op("GlobalMaxPool", norm), cubic, sampled);
    }

    private static Graph FloatMatrices()
    {
        var net = new TestNet(4);
        Value x = net.Input(4, 9);
        Value norm = net.Op("LayerNormalization", [x, net.Random(0.5f, 2, 9), net.Random(-1, 1, 9)], ("axis", -1));
        Value product = net.Op("MatMul", norm, net.Transpose(x, 1, 0));
        Value soft = net.Op("Softmax", [product], ("axis", 1));
        Value chosen = net.Op("Gather", [soft, net.Ints(2, 0, 3)], ("axis", 1));
        Value mean = net.Op("ReduceMean", [chosen], ("axes", new[] { 0 }), ("keepdims", 0));
        Value queries = net.Op("Mul", x, net.Scalar(0.5f));
        Value scores = net.Op("Add", net.Op("MatMul", queries, net.Transpose(x, 1, 0)), net.Random(-1, 1, 4, 4));
        Value attended = net.Op("MatMul", net.Op("Softmax", [scores], ("axis", -1)), x);
        return Finish(net, mean, attended, net.Op("ArgMax", [product], ("axis", 0), ("keepdims", 1)), net.Op("Exp", chosen));
    }

    private static (string Name, object Value)[] Window => [("kernel_shape", new[] { 2, 2 }), ("strides", new[] { 2, 2 })];

    private static Graph Finish(TestNet net, params Value[] outputs)
    {
        foreach (Value output in outputs) net.Graph.AddOutput(output);
        ShapeInference.Run(net.Graph);
        return net.Graph;
    }
}
