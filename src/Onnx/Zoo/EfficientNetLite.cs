namespace EdgeKit.Onnx.Networks;

/// <summary>
/// EfficientNet-Lite0: EfficientNet-B0 (Tan and Le, 2019, table 1) without squeeze-and-excite and with ReLU6 for Swish
/// (github.com/tensorflow/tpu, models/official/efficientnet/lite). Stem and head keep their width at every multiplier.
/// </summary>
internal static class EfficientNetLite
{
    private static readonly (int Expansion, int Outputs, int Repeats, int Kernel, int Stride)[] Stages =
    [
        (1, 16, 1, 3, 1), (6, 24, 2, 3, 2), (6, 40, 2, 5, 2), (6, 80, 3, 3, 2), (6, 112, 3, 5, 1), (6, 192, 4, 5, 2), (6, 320, 1, 3, 1),
    ];

    internal static Value Build(NetBuilder net)
    {
        Value x = net.ConvNorm("stem", net.Input, 32, kernel: 3, stride: 2, activation: Activation.Relu6);
        int block = 0;
        foreach ((int expansion, int outputs, int repeats, int kernel, int stride) in Stages)
        {
            for (int i = 0; i < repeats; i++)
            {
                int expanded = expansion * NetBuilder.Channels(x);
                x = InvertedResidual.Add(net, $"block{++block}", x, expanded, net.Scaled(outputs), kernel, i == 0 ? stride : 1, Activation.Relu6);
            }
        }
        x = net.ConvNorm("head", x, 1280, kernel: 1, activation: Activation.Relu6);
        return net.Classify(net.Features(x));
    }
}
