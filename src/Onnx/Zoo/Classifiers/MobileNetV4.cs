namespace EdgeKit.Onnx.Networks;

/// <summary>
/// MobileNetV4-Conv-S: Qin et al., MobileNetV4: Universal Models for the Mobile Ecosystem (2024), table 11. Its universal inverted bottleneck is a
/// MobileNetV2 block, a ConvNeXt-like one, both (ExtraDW) or a plain perceptron, by which of its two depthwise convolutions are there.
/// </summary>
internal static class MobileNetV4
{
    private const Activation Relu = Activation.Relu;

    // Outputs, first and second depthwise kernel (0: none), stride, expansion.
    private static readonly (int Outputs, int First, int Second, int Stride, int Expansion)[] Blocks =
    [
        (96, 5, 5, 2, 3), (96, 0, 3, 1, 2), (96, 0, 3, 1, 2), (96, 0, 3, 1, 2), (96, 0, 3, 1, 2), (96, 3, 0, 1, 4),
        (128, 3, 3, 2, 6), (128, 5, 5, 1, 4), (128, 0, 5, 1, 4), (128, 0, 5, 1, 3), (128, 0, 3, 1, 4), (128, 0, 3, 1, 4),
    ];

    internal static Value BuildSmall(NetBuilder net)
    {
        Value x = net.Chain("stem", net.Input, Relu, (32, new Kernel(3, 2)));
        x = net.Chain("fused1", x, Relu, (32, new Kernel(3, 2)), (32, new Kernel(1)));
        x = net.Chain("fused2", x, Relu, (96, new Kernel(3, 2)), (64, new Kernel(1)));
        for (int i = 0; i < Blocks.Length; i++) x = Bottleneck(net, $"block{i + 1}", x, Blocks[i]);
        return Head(net, x);
    }

    internal static Value Head(NetBuilder net, Value x)
    {
        x = net.GlobalPool("pool", net.Chain("head", x, Relu, (960, new Kernel(1))));
        return net.Classify(net.Flatten("flatten", net.Chain("hidden", x, Relu, (1280, new Kernel(1)))));
    }

    /// <summary>A universal inverted bottleneck; <paramref name="scale"/> says whether its result is scaled by a learned number a channel (LayerScale).</summary>
    internal static Value Bottleneck(NetBuilder net, string name, Value x, (int Outputs, int First, int Second, int Stride, int Expansion) b, bool scale = false)
    {
        int inputs = NetBuilder.Channels(x), outputs = net.Scaled(b.Outputs);
        Value y = b.First > 0 ? net.DepthwiseNorm($"{name}.first", x, b.First, b.Second > 0 ? 1 : b.Stride, Activation.None) : x;
        y = net.ConvNorm($"{name}.expand", y, NetBuilder.MakeDivisible(inputs * b.Expansion), kernel: 1, activation: Relu);
        if (b.Second > 0) y = net.DepthwiseNorm($"{name}.second", y, b.Second, b.Stride, Relu);
        y = net.ConvNorm($"{name}.project", y, outputs, kernel: 1);
        if (scale) y = net.LayerScale($"{name}.scale", y);
        return b.Stride == 1 && inputs == outputs ? net.Add($"{name}.add", x, y) : y;
    }
}
