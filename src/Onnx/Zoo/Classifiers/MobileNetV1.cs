namespace EdgeKit.Onnx.Networks;

/// <summary>Howard et al., MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications (2017), table 1.</summary>
internal static class MobileNetV1
{
    private static readonly (int Outputs, int Stride)[] Layers =
    [
        (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1), (512, 1), (512, 1), (512, 1), (512, 1), (1024, 2), (1024, 1),
    ];

    internal static Value Build(NetBuilder net) => net.Classify(net.Features(Blocks(net)[^1]));

    /// <summary>The results of the thirteen blocks.</summary>
    internal static Value[] Blocks(NetBuilder net)
    {
        Value x = net.ConvNorm("stem", net.Input, net.Scaled(32), kernel: 3, stride: 2, activation: Activation.Relu);
        var blocks = new Value[Layers.Length];
        for (int i = 0; i < Layers.Length; i++)
        {
            (int outputs, int stride) = Layers[i];
            x = net.DepthwiseNorm($"block{i + 1}.depthwise", x, kernel: 3, stride, Activation.Relu);
            blocks[i] = x = net.ConvNorm($"block{i + 1}.pointwise", x, net.Scaled(outputs), kernel: 1, activation: Activation.Relu);
        }
        return blocks;
    }
}
