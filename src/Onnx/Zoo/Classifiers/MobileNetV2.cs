namespace EdgeKit.Onnx.Networks;

/// <summary>Sandler et al., MobileNetV2: Inverted Residuals and Linear Bottlenecks (2018), table 2.</summary>
internal static class MobileNetV2
{
    private static readonly (int Expansion, int Outputs, int Repeats, int Stride)[] Stages =
    [
        (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1),
    ];

    internal static Value Build(NetBuilder net)
    {
        Value x = net.ConvNorm("stem", net.Input, net.Scaled(32), kernel: 3, stride: 2, activation: Activation.Relu6);
        int block = 0;
        foreach ((int expansion, int outputs, int repeats, int stride) in Stages)
        {
            for (int i = 0; i < repeats; i++)
            {
                int expanded = expansion * NetBuilder.Channels(x);
                x = InvertedResidual.Add(net, $"block{++block}", x, expanded, net.Scaled(outputs), kernel: 3, i == 0 ? stride : 1, Activation.Relu6);
            }
        }
        // The authors do not make the last layer narrower than 1280.
        int head = NetBuilder.MakeDivisible(1280 * Math.Max(1, net.Width));
        x = net.ConvNorm("head", x, head, kernel: 1, activation: Activation.Relu6);
        return net.Classify(net.Features(x));
    }
}
