namespace EdgeKit.Onnx.Networks;

/// <summary>Howard et al., MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications (2017), table 1.</summary>
internal static class MobileNetV1
{
    private static readonly (int Outputs, int Stride)[] Blocks =
    [
        (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1), (512, 1), (512, 1), (512, 1), (512, 1), (1024, 2), (1024, 1),
    ];

    internal static Value Build(NetBuilder net)
    {
        Value x = net.ConvNorm("stem", net.Input, net.Scaled(32), kernel: 3, stride: 2, activation: Activation.Relu);
        for (int i = 0; i < Blocks.Length; i++)
        {
            (int outputs, int stride) = Blocks[i];
            x = net.DepthwiseNorm($"block{i + 1}.depthwise", x, kernel: 3, stride, Activation.Relu);
            x = net.ConvNorm($"block{i + 1}.pointwise", x, net.Scaled(outputs), kernel: 1, activation: Activation.Relu);
        }
        return net.Classify(net.Features(x));
    }
}
