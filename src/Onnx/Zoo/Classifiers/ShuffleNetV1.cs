namespace EdgeKit.Onnx.Networks;

/// <summary>
/// Zhang et al., ShuffleNet: An Extremely Efficient Convolutional Neural Network for Mobile Devices (2018), table 1, column g = 3. The width multiplier
/// keeps channels divisible by what three groups and the narrow middle of a unit (a quarter) need.
/// </summary>
internal static class ShuffleNetV1
{
    private const int Groups = 3;

    private static readonly (int Outputs, int Units)[] Stages = [(240, 4), (480, 8), (960, 4)];

    internal static Value Build(NetBuilder net)
    {
        Value x = net.ConvNorm("stem", net.Input, Rounded(24 * net.Width, 4 * Groups), kernel: 3, stride: 2, activation: Activation.Relu);
        x = net.MaxPool("stem.pool", x, kernel: 3, stride: 2, pad: 1);
        for (int s = 0; s < Stages.Length; s++)
        {
            int outputs = Rounded(Stages[s].Outputs * net.Width, 8 * Groups);
            for (int u = 0; u < Stages[s].Units; u++) x = Unit(net, $"stage{s + 2}.{u + 1}", x, outputs, down: u == 0, first: s == 0 && u == 0);
        }
        return net.Classify(net.Features(x));
    }

    /// <summary>Pointwise group convolution, shuffle, depthwise, pointwise group convolution; the first of all is not grouped, its input being narrow.</summary>
    private static Value Unit(NetBuilder net, string name, Value x, int outputs, bool down, bool first)
    {
        int grown = down ? outputs - NetBuilder.Channels(x) : outputs;
        Value y = net.ConvNorm($"{name}.reduce", x, outputs / 4, kernel: 1, group: first ? 1 : Groups, activation: Activation.Relu);
        y = net.Shuffle($"{name}.shuffle", y, Groups);
        y = net.DepthwiseNorm($"{name}.depthwise", y, kernel: 3, down ? 2 : 1, Activation.None);
        y = net.ConvNorm($"{name}.expand", y, grown, kernel: 1, group: Groups);
        // The authors join the halved input first, then the branch.
        y = down ? net.Concat($"{name}.concat", net.AveragePool($"{name}.pool", x, kernel: 3, stride: 2, pad: 1), y) : net.Add($"{name}.add", x, y);
        return net.Activate(name, y, Activation.Relu);
    }

    private static int Rounded(double channels, int multiple) => Math.Max(1, (int)Math.Round(channels / multiple)) * multiple;
}
