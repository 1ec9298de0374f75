namespace EdgeKit.Onnx.Networks;

/// <summary>
/// He et al., Deep Residual Learning for Image Recognition (2016), table 1, with projection shortcuts (option B). The stride of a bottleneck is on its 3x3
/// convolution, as every framework has it today ("v1.5"); the paper has it on the first 1x1.
/// </summary>
internal static class ResNet
{
    internal static Value Build18(NetBuilder net) => Build(net, [2, 2, 2, 2], Basic, expansion: 1);

    internal static Value Build50(NetBuilder net) => Build(net, [3, 4, 6, 3], Bottleneck, expansion: 4);

    private static Value Build(NetBuilder net, int[] repeats, Func<NetBuilder, string, Value, int, int, Value> branch, int expansion)
    {
        Value x = net.ConvNorm("stem", net.Input, net.Scaled(64), kernel: 7, stride: 2, activation: Activation.Relu);
        x = net.MaxPool("stem.pool", x, kernel: 3, stride: 2, pad: 1);
        for (int stage = 0; stage < repeats.Length; stage++)
        {
            int width = net.Scaled(64 << stage);
            for (int i = 0; i < repeats[stage]; i++)
            {
                string name = $"layer{stage + 1}.{i + 1}";
                int stride = i == 0 && stage > 0 ? 2 : 1;
                bool project = stride != 1 || NetBuilder.Channels(x) != width * expansion;
                Value shortcut = project ? net.ConvNorm($"{name}.shortcut", x, width * expansion, kernel: 1, stride) : x;
                Value y = branch(net, name, x, width, stride);
                x = net.Activate(name, net.Add($"{name}.add", y, shortcut), Activation.Relu);
            }
        }
        return net.Classify(net.Features(x));
    }

    private static Value Basic(NetBuilder net, string name, Value x, int width, int stride)
    {
        Value y = net.ConvNorm($"{name}.conv1", x, width, kernel: 3, stride, activation: Activation.Relu);
        return net.ConvNorm($"{name}.conv2", y, width, kernel: 3);
    }

    private static Value Bottleneck(NetBuilder net, string name, Value x, int width, int stride)
    {
        Value y = net.ConvNorm($"{name}.conv1", x, width, kernel: 1, activation: Activation.Relu);
        y = net.ConvNorm($"{name}.conv2", y, width, kernel: 3, stride, activation: Activation.Relu);
        return net.ConvNorm($"{name}.conv3", y, 4 * width, kernel: 1);
    }
}
