namespace EdgeKit.Onnx.Networks;

/// <summary>
/// EfficientNet: Tan and Le (2019), table 1. B0 with squeeze-and-excite and Swish; Lite0 without the one and with ReLU6 for the other
/// (github.com/tensorflow/tpu, models/official/efficientnet/lite), whose stem and head keep their width at every multiplier.
/// </summary>
internal static class EfficientNet
{
    private static readonly (int Expansion, int Outputs, int Repeats, int Kernel, int Stride)[] Stages =
    [
        (1, 16, 1, 3, 1), (6, 24, 2, 3, 2), (6, 40, 2, 5, 2), (6, 80, 3, 3, 2), (6, 112, 3, 5, 1), (6, 192, 4, 5, 2), (6, 320, 1, 3, 1),
    ];

    internal static Value BuildB0(NetBuilder net) => Build(net, net.Scaled(32), net.Scaled(1280), Activation.Silu, squeeze: true);

    internal static Value BuildLite0(NetBuilder net) => Build(net, 32, 1280, Activation.Relu6, squeeze: false);

    private static Value Build(NetBuilder net, int stem, int head, Activation activation, bool squeeze)
    {
        Value x = net.ConvNorm("stem", net.Input, stem, kernel: 3, stride: 2, activation: activation);
        int block = 0;
        foreach ((int expansion, int outputs, int repeats, int kernel, int stride) in Stages)
        {
            for (int i = 0; i < repeats; i++)
            {
                int inputs = NetBuilder.Channels(x);
                x = InvertedResidual.Add(net, $"block{++block}", x, expansion * inputs, net.Scaled(outputs), kernel, i == 0 ? stride : 1, activation, squeeze ? inputs / 4 : 0);
            }
        }
        x = net.ConvNorm("head", x, head, kernel: 1, activation: activation);
        return net.Classify(net.Features(x));
    }
}
