namespace EdgeKit.Onnx.Networks;

/// <summary>Ma et al., ShuffleNet V2: Practical Guidelines for Efficient CNN Architecture Design (2018), table 5.</summary>
internal static class ShuffleNetV2
{
    private static readonly int[] Units = [4, 8, 4];

    internal static Value Build(NetBuilder net)
    {
        int[] stages = Stages(net);
        Value x = net.ConvNorm("stem", net.Input, 24, kernel: 3, stride: 2, activation: Activation.Relu);
        x = net.MaxPool("stem.pool", x, kernel: 3, stride: 2, pad: 1);
        for (int s = 0; s < Units.Length; s++)
        {
            for (int u = 0; u < Units[s]; u++)
            {
                string name = $"stage{s + 2}.{u + 1}";
                x = u == 0 ? Down(net, name, x, stages[s]) : Unit(net, name, x);
            }
        }
        x = net.ConvNorm("head", x, stages[3], kernel: 1, activation: Activation.Relu);
        return net.Classify(net.Features(x));
    }

    /// <summary>The four published widths are a table, not a product; others are rounded.</summary>
    private static int[] Stages(NetBuilder net) => net.Width switch
    {
        0.5 => [48, 96, 192, 1024],
        1.0 => [116, 232, 464, 1024],
        1.5 => [176, 352, 704, 1024],
        2.0 => [244, 488, 976, 2048],
        _ => [net.Scaled(116), net.Scaled(232), net.Scaled(464), NetBuilder.MakeDivisible(1024 * Math.Max(1, net.Width))],
    };

    private static Value Unit(NetBuilder net, string name, Value x)
    {
        (Value kept, Value y) = net.Halve($"{name}.split", x);
        y = Branch(net, name, y, NetBuilder.Channels(y), stride: 1);
        return net.Shuffle($"{name}.shuffle", net.Concat($"{name}.concat", kept, y), 2);
    }

    private static Value Down(NetBuilder net, string name, Value x, int outputs)
    {
        Value side = net.DepthwiseNorm($"{name}.side.depthwise", x, kernel: 3, stride: 2, Activation.None);
        side = net.ConvNorm($"{name}.side.pointwise", side, outputs / 2, kernel: 1, activation: Activation.Relu);
        Value y = Branch(net, name, x, outputs / 2, stride: 2);
        return net.Shuffle($"{name}.shuffle", net.Concat($"{name}.concat", side, y), 2);
    }

    private static Value Branch(NetBuilder net, string name, Value x, int outputs, int stride)
    {
        Value y = net.ConvNorm($"{name}.pointwise1", x, outputs, kernel: 1, activation: Activation.Relu);
        y = net.DepthwiseNorm($"{name}.depthwise", y, kernel: 3, stride, Activation.None);
        return net.ConvNorm($"{name}.pointwise2", y, outputs, kernel: 1, activation: Activation.Relu);
    }
}
