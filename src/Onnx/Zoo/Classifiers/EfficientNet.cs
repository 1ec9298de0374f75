namespace EdgeKit.Onnx.Networks;

/// <summary>
/// EfficientNet: Tan and Le (2019), table 1. B0 with squeeze-and-excite and Swish; the Lite ones without the one and with ReLU6 for the other
/// (github.com/tensorflow/tpu, models/official/efficientnet/lite), whose stem and head keep their width at every multiplier; Lite4 is wider and deeper than
/// Lite0, but for the number of blocks in the first and the last stage.
/// </summary>
internal static class EfficientNet
{
    private static readonly (int Expansion, int Outputs, int Repeats, int Kernel, int Stride)[] Stages =
    [
        (1, 16, 1, 3, 1), (6, 24, 2, 3, 2), (6, 40, 2, 5, 2), (6, 80, 3, 3, 2), (6, 112, 3, 5, 1), (6, 192, 4, 5, 2), (6, 320, 1, 3, 1),
    ];

    internal static Value BuildB0(NetBuilder net) => Build(net, net.Scaled(32), net.Scaled(1280), width: 1, depth: 1, Activation.Silu, squeeze: true);

    internal static Value BuildLite0(NetBuilder net) => BuildLite(net, width: 1, depth: 1);

    internal static Value BuildLite4(NetBuilder net) => BuildLite(net, width: 1.4, depth: 1.8);

    private static Value BuildLite(NetBuilder net, double width, double depth) => Build(net, 32, 1280, width, depth, Activation.Relu6, squeeze: false);

    private static Value Build(NetBuilder net, int stem, int head, double width, double depth, Activation activation, bool squeeze)
    {
        Value x = net.ConvNorm("stem", net.Input, stem, kernel: 3, stride: 2, activation: activation);
        int block = 0;
        for (int s = 0; s < Stages.Length; s++)
        {
            (int expansion, int outputs, int repeats, int kernel, int stride) = Stages[s];
            int blocks = s > 0 && s < Stages.Length - 1 ? (int)Math.Ceiling(repeats * depth) : repeats;
            for (int i = 0; i < blocks; i++)
            {
                int inputs = NetBuilder.Channels(x);
                x = InvertedResidual.Add(net, $"block{++block}", x, expansion * inputs, net.Scaled(width * outputs), kernel, i == 0 ? stride : 1, activation, squeeze ? inputs / 4 : 0);
            }
        }
        x = net.ConvNorm("head", x, head, kernel: 1, activation: activation);
        return net.Classify(net.Features(x));
    }
}
