using EdgeKit.Onnx;

namespace EdgeKit.Tests.Quantization;

/// <summary>
/// A net in which one tensor spoils INT8: one of its channels is a thousand times larger than the others, and the two layers that read it take
/// a thousandth of that channel, so that float is none the worse.
/// </summary>
internal static class HostileNet
{
    /// <summary>Name of the layer that makes the tensor.</summary>
    public const string Layer = "hostile";

    /// <summary>Names of what makes and reads the tensor, and of what reads that.</summary>
    public static readonly string[] Around = [Layer, "first", "second", "relu", "add"];

    private const float Factor = 1000;

    public static Graph Create()
    {
        var net = new NetBuilder();
        Value stem = net.Op("Relu", net.Conv(net.Input(1, 3, 16, 16), 3, 8, kernel: 3, stride: 2, name: "stem"));
        Value calm = net.Op("Relu", net.Conv(stem, 8, 8, name: "calm"));
        Value spoilt = net.Op("Relu", net.Conv(calm, 8, 8, name: Layer));
        Value first = net.Conv(spoilt, 8, 8, name: "first"), second = net.Conv(spoilt, 8, 8, name: "second");
        Value late = net.Op("Relu", net.Conv(net.Op("Add", first, second), 8, 16, kernel: 3, name: "late"));
        Value logits = net.Gemm(net.Op("Flatten", net.Op("GlobalAveragePool", late)), 16, 5);
        Graph graph = net.Build(logits);
        foreach (Node conv in graph.Nodes.Where(static n => n.Name is Layer or "first" or "second"))
        {
            float[] weights = conv.ConstantInput(1)!.ToFloats();
            for (int i = 0; i < 8; i++)
                if (conv.Name == Layer) weights[i] *= Factor;
                else weights[8 * i] /= Factor;
            conv.SetInput(1, graph.NewConstant(conv.Name + "_w", Tensor.Of(weights, 8, 8, 1, 1)));
            if (conv.Name != Layer) continue;
            float[] bias = conv.ConstantInput(2)!.ToFloats();
            bias[0] *= Factor;
            conv.SetInput(2, graph.NewConstant("hostile_b", Tensor.Of(bias, 8)));
        }
        return graph;
    }
}
