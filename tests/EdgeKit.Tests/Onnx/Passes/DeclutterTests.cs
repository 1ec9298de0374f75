using EdgeKit.Onnx;
using EdgeKit.Testing;
using Xunit;

namespace EdgeKit.Tests.Onnx.Passes;

/// <summary>What holds for every graph: the same outputs from no more nodes, and nothing left to do.</summary>
public sealed class DeclutterTests
{
    [Theory]
    [MemberData(nameof(Seeds))]
    public void Random_graphs_compute_the_same(int seed)
    {
        var net = new TestNet(seed);
        var random = new Random(seed);
        Value x = net.Input(1, 8, 6, 6);
        for (int i = 0; i < 12; i++) x = Layer(net, x, random.Next(20));
        Graph after = net.Declutter(x);
        Assert.True(after.Nodes.Count <= net.Graph.Nodes.Count);
        AssertSettled(after);
    }

    [DataTheory]
    [MemberData(nameof(Models))]
    public void Real_models_compute_the_same(string model, int nodes, int height, int width)
    {
        var shapes = new Dictionary<string, int[]> { [""] = [1, 3, height, width] };
        Graph before = ModelLoader.Load(TestData.Model(model), shapes, declutter: false);
        Graph after = ModelLoader.Load(TestData.Model(model), shapes);
        TestNet.AssertSame(before, after, new Random(1));
        Assert.Equal(nodes, after.Nodes.Count);
        AssertSettled(after);
    }

    [DataFact]
    public void Exporters_shuffles_and_shortcuts_are_understood()
    {
        Assert.Equal(16, Count("shufflenet_v2_1.0_224.onnx", "ChannelShuffle"));
        Assert.Equal(16, Count("nanodet_m_416.onnx", "ChannelShuffle"));
        Assert.Equal(13, Count("fastestdet_352.onnx", "ChannelShuffle"));
        Assert.Equal(2, Count("resnet20_cifar10.onnx", "Pad"));
        Assert.Equal(2, Count("resnet20_cifar10.onnx", "Slice"));
        var shapes = new Dictionary<string, int[]> { [""] = [1, 3, 96, 160] };
        Assert.Equal(8, SqueezeExcite.Find(ModelLoader.Load(TestData.Model("ppocr_v3_det.onnx"), shapes)).Count);

        static int Count(string model, string op) => ModelLoader.Load(TestData.Model(model)).Nodes.Count(n => n.OpType == op);
    }

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(1, 60)];

    public static TheoryData<string, int, int, int> Models() => new()
    {
        { "fastestdet_352.onnx", 169, 352, 352 },
        { "mobilenet_v1_0.25_128.onnx", 57, 128, 128 },
        { "mobilenet_v2_1.0_224.onnx", 100, 224, 224 },
        { "nanodet_m_416.onnx", 193, 416, 416 },
        { "ppocr_v2_cls.onnx", 125, 48, 192 },
        { "ppocr_v3_det.onnx", 169, 96, 160 },
        { "resnet20_cifar10.onnx", 54, 32, 32 },
        { "resnet8_cifar10.onnx", 22, 32, 32 },
        { "retinaface_mobilenet0.25_240x320.onnx", 126, 240, 320 },
        { "shufflenet_v2_1.0_224.onnx", 142, 224, 224 },
        { "squeezenet1.1_224.onnx", 65, 224, 224 },
        { "twinlitenet_360x640.onnx", 146, 360, 640 },
        { "ultraface_rfb_320.onnx", 110, 240, 320 },
        { "vww_96_mobilenet_v1_0.25.onnx", 57, 96, 96 },
    };

    private static void AssertSettled(Graph graph)
    {
        Assert.Equal(0, Declutter.Run(graph));
        Assert.DoesNotContain(graph.Nodes, static n => n.OpType == "BatchNormalization" && n.Input(0).Producer is { OpType: "Conv" or "ConvTranspose" or "Gemm" } p
            && p.Output.Consumers.Count == 1 && !n.Graph.IsOutput(p.Output));
        Assert.DoesNotContain(graph.Nodes, static n => n.OpType is "Identity" or "Dropout" && n.Input(0).Producer is not null && !n.Graph.IsOutput(n.Output));
        Assert.DoesNotContain(graph.Nodes, static n => n.OpType is "Shape" or "Constant");
    }

    /// <summary>A layer that keeps [1,8,6,6].</summary>
    private static Value Layer(TestNet net, Value x, int kind) => kind switch
    {
        0 => net.Norm(net.Conv(x, 8, 8, kernel: 3), 8),
        1 => net.Op("Relu", net.Norm(net.Conv(x, 8, 8, kernel: 3, group: 8), 8)),
        2 => net.Norm(x, 8),
        3 => net.Op("Mul", net.Conv(x, 8, 8, bias: false), net.Random(0.5f, 2, 1, 8, 1, 1)),
        4 => net.Op("Sub", net.Random(-1, 1, 8, 1, 1), net.Conv(x, 8, 8)),
        5 => net.Op("Div", net.Op("Mul", x, net.Relu6Plus3(x)), net.Scalar(6)),
        6 => net.Op("Mul", net.Scalar(1 / 6f), net.Relu6Plus3(net.Conv(x, 8, 8))),
        7 => net.Op("Mul", net.Op("Sigmoid", x), x),
        8 => net.Reshape(net.Transpose(net.Reshape(x, 1, 2, 4, 6, 6), 0, 2, 1, 3, 4), 1, 8, 6, 6),
        9 => net.Transpose(net.Op("Tanh", net.Transpose(x, 0, 2, 3, 1)), 0, 3, 1, 2),
        10 => net.Transpose(net.Transpose(x, 0, 2, 3, 1), 0, 3, 1, 2),
        11 => net.Op("Conv", net.Op("Pad", x, net.Ints(0, 0, 2, 0, 0, 0, 0, 2)), net.Random(-1, 1, 8, 8, 3, 3)),
        12 => net.Op("AveragePool", [net.Op("Pad", x, net.Ints(0, 0, 1, 1, 0, 0, 1, 1))], ("kernel_shape", new[] { 3, 3 })),
        13 => net.Op("Relu", net.Op("Clip", x, net.Scalar(-1), net.Scalar(2))),
        14 => net.Op("Add", x, net.Conv(net.Op("Relu", net.Norm(net.Conv(x, 4, 8), 4)), 8, 4)),
        15 => net.Op("Mul", x, net.Op("Sigmoid", net.Conv(net.Op("Relu", net.Conv(net.Op("GlobalAveragePool", x), 4, 8)), 8, 4))),
        16 => net.Op("Identity", net.Op("Dropout", x)),
        17 => net.Reshape(net.Op("Flatten", x), 1, 8, 6, 6),
        18 => net.Op("Add", net.Op("ReduceMean", [x], ("axes", new[] { 2, 3 }), ("keepdims", 1)), x),
        _ => net.Op("Add", net.Op("Mul", x, net.Scalar(0.5f)), net.Op("Clip", x, net.Scalar(0), null)),
    };
}
