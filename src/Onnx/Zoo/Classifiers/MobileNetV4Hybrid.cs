namespace EdgeKit.Onnx.Networks;

/// <summary>
/// MobileNetV4-Hybrid-M: Qin et al., MobileNetV4: Universal Models for the Mobile Ecosystem (2024): universal inverted bottlenecks, and among the last of two stages
/// attention whose heads share keys and values (Mobile MQA); layers as timm has them (mobilenetv4_hybrid_medium).
/// </summary>
internal static class MobileNetV4Hybrid
{
    private const Activation Relu = Activation.Relu;
    private const int HeadCount = 4, Depth = 64;

    // Outputs, first and second depthwise kernel (0: none), stride, expansion; whether attention follows.
    private static readonly (int Outputs, int First, int Second, int Stride, int Expansion, bool Attends)[] Blocks =
    [
        (80, 3, 5, 2, 4, false), (80, 3, 3, 1, 2, false),
        (160, 3, 5, 2, 6, false), (160, 0, 0, 1, 2, false), (160, 3, 3, 1, 4, false), (160, 3, 5, 1, 4, true),
        (160, 3, 3, 1, 4, true), (160, 3, 0, 1, 4, true), (160, 3, 3, 1, 4, true), (160, 3, 0, 1, 4, false),
        (256, 5, 5, 2, 6, false), (256, 5, 5, 1, 4, false), (256, 3, 5, 1, 4, false), (256, 3, 5, 1, 4, false), (256, 0, 0, 1, 2, false), (256, 3, 5, 1, 2, false),
        (256, 0, 0, 1, 2, false), (256, 0, 0, 1, 4, true), (256, 3, 0, 1, 4, true), (256, 5, 5, 1, 4, true), (256, 5, 0, 1, 4, true), (256, 5, 0, 1, 4, false),
    ];

    internal static Value BuildMedium(NetBuilder net)
    {
        Value x = net.Chain("stem", net.Input, Relu, (32, new Kernel(3, 2)), (128, new Kernel(3, 2)));
        x = net.ConvNorm("fused", x, net.Scaled(48), kernel: 1);
        int reduced = Blocks[^1].Outputs;
        for (int i = 0; i < Blocks.Length; i++)
        {
            (int outputs, int first, int second, int stride, int expansion, bool attends) = Blocks[i];
            x = MobileNetV4.Bottleneck(net, $"block{i + 1}", x, (outputs, first, second, stride, expansion), scale: true);
            if (attends) x = Attention(net, $"attention{i + 1}", x, outputs < reduced ? 2 : 1);
        }
        return MobileNetV4.Head(net, x);
    }

    /// <summary>
    /// Attention of every position to keys and values that are a convolution of stride <paramref name="stride"/> of the map. As all heads share them, the queries
    /// of all heads are the rows of one product.
    /// </summary>
    private static Value Attention(NetBuilder net, string name, Value x, int stride)
    {
        int channels = NetBuilder.Channels(x), height = x.Dims[2], width = x.Dims[3], depth = net.Scaled(Depth);
        Value normal = net.Norm($"{name}.norm", x);
        Value q = net.Reshape($"{name}.heads", net.Conv($"{name}.query", normal, HeadCount * depth, new Kernel(1), bias: false), 0, HeadCount, depth, -1);
        q = net.Reshape($"{name}.rows", net.Transpose($"{name}.order", q, 0, 1, 3, 2), 0, -1, depth);
        Value scores = net.MatMul($"{name}.scores", net.Scale($"{name}.scaled", q, 1 / MathF.Sqrt(depth)), Shared("key"));
        Value y = net.MatMul($"{name}.mixed", net.Softmax($"{name}.softmax", scores), net.Transpose($"{name}.value.order", Shared("value"), 0, 2, 1));
        y = net.Transpose($"{name}.back", net.Reshape($"{name}.unrows", y, 0, HeadCount, -1, depth), 0, 1, 3, 2);
        y = net.Conv($"{name}.project", net.Reshape($"{name}.map", y, 0, HeadCount * depth, height, width), channels, new Kernel(1), bias: false);
        return net.Add($"{name}.add", x, net.LayerScale($"{name}.scale", y));

        // [1, depth, positions]
        Value Shared(string what)
        {
            Value reduced = stride > 1 ? net.DepthwiseNorm($"{name}.{what}.reduce", normal, 3, stride, Activation.None) : normal;
            return net.Reshape($"{name}.{what}.flat", net.Conv($"{name}.{what}", reduced, depth, new Kernel(1), bias: false), 0, 0, -1);
        }
    }
}
