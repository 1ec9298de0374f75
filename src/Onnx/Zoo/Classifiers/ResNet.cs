namespace EdgeKit.Onnx.Networks;

/// <summary>
/// He et al., Deep Residual Learning for Image Recognition (2016), table 1, with projection shortcuts (option B), and its descendants. The stride of a
/// bottleneck is on its 3x3 convolution, as every framework has it today ("v1.5"); the paper has it on the first 1x1.
/// </summary>
internal sealed record ResNet(int[] Repeats, int Expansion)
{
    private static readonly ResNet Fifty = new([3, 4, 6, 3], 4);

    /// <summary>Groups of the 3x3 convolution.</summary>
    internal int Groups { get; init; } = 1;

    /// <summary>Channels of the 3x3 convolution of the first stage.</summary>
    internal int Inner { get; init; } = 64;

    /// <summary>Dilation of each stage's 3x3 convolutions, in place of its stride where it is more than the stage's before.</summary>
    internal int[] Dilations { get; init; } = [1, 1, 1, 1];

    /// <summary>What a block does to its result before the shortcut is added.</summary>
    internal Func<NetBuilder, string, Value, Value> Attention { get; init; } = static (_, _, y) => y;

    internal static Value Build18(NetBuilder net) => Eighteen.Classify(net);

    internal static Value Build50(NetBuilder net) => Fifty.Classify(net);

    internal static Value Build101(NetBuilder net) => new ResNet([3, 4, 23, 3], 4).Classify(net);

    internal static Value Build152(NetBuilder net) => new ResNet([3, 8, 36, 3], 4).Classify(net);

    /// <summary>ResNeXt-50, 32x4d: Xie et al., Aggregated Residual Transformations for Deep Neural Networks (2017), table 1.</summary>
    internal static Value BuildNext50(NetBuilder net) => (Fifty with { Groups = 32, Inner = 128 }).Classify(net);

    /// <summary>SE-ResNet-50: Hu et al., Squeeze-and-Excitation Networks (2018), table 1, reduction 16.</summary>
    internal static Value BuildSqueezeExcite50(NetBuilder net) =>
        (Fifty with { Attention = static (net, name, y) => net.SqueezeExcite($"{name}.se", y, NetBuilder.MakeDivisible(NetBuilder.Channels(y) / 16), soft: true) }).Classify(net);

    /// <summary>CBAM-ResNet-50: Woo et al., CBAM: Convolutional Block Attention Module (2018), reduction 16, kernel 7.</summary>
    internal static Value BuildCbam50(NetBuilder net) => (Fifty with { Attention = BlockAttention.Add }).Classify(net);

    /// <summary>ResNet-18.</summary>
    internal static ResNet Eighteen { get; } = new([2, 2, 2, 2], 1);

    /// <summary>ResNet-50 that keeps an eighth of the picture's size.</summary>
    internal static ResNet DilatedFifty { get; } = Fifty with { Dilations = [1, 1, 2, 4] };

    /// <summary>ResNet-50.</summary>
    internal static Value[] FiftyStages(NetBuilder net) => Fifty.Stages(net);

    private Value Classify(NetBuilder net) => net.Classify(net.Features(Stages(net)[^1]));

    /// <summary>The results of the four stages.</summary>
    internal Value[] Stages(NetBuilder net)
    {
        Value x = net.ConvNorm("stem", net.Input, net.Scaled(64), kernel: 7, stride: 2, activation: Activation.Relu);
        x = net.MaxPool("stem.pool", x, kernel: 3, stride: 2, pad: 1);
        var stages = new Value[Repeats.Length];
        int dilation = 1;
        for (int stage = 0; stage < Repeats.Length; stage++)
        {
            int stride = stage > 0 && Dilations[stage] == dilation ? 2 : 1;
            for (int i = 0; i < Repeats[stage]; i++)
            {
                x = Block(net, $"layer{stage + 1}.{i + 1}", x, stage, new Kernel(3, i == 0 ? stride : 1) { Dilation = dilation });
                dilation = Dilations[stage];
            }
            stages[stage] = x;
        }
        return stages;
    }

    private Value Block(NetBuilder net, string name, Value x, int stage, Kernel kernel)
    {
        int outputs = net.Scaled(64 << stage) * Expansion;
        bool project = kernel.Stride != 1 || NetBuilder.Channels(x) != outputs;
        Value shortcut = project ? net.ConvNorm($"{name}.shortcut", x, outputs, kernel: 1, kernel.Stride) : x;
        Value y = Expansion == 1 ? Basic(net, name, x, outputs, kernel) : Bottleneck(net, name, x, net.Scaled(Inner << stage, Math.Max(8, Groups)), outputs, kernel);
        return net.Activate(name, net.Add($"{name}.add", Attention(net, name, y), shortcut), Activation.Relu);
    }

    private static Value Basic(NetBuilder net, string name, Value x, int width, Kernel kernel)
    {
        Value y = net.ConvNorm($"{name}.conv1", x, width, kernel, activation: Activation.Relu);
        return net.ConvNorm($"{name}.conv2", y, width, kernel: 3);
    }

    private Value Bottleneck(NetBuilder net, string name, Value x, int width, int outputs, Kernel kernel)
    {
        Value y = net.ConvNorm($"{name}.conv1", x, width, kernel: 1, activation: Activation.Relu);
        y = net.ConvNorm($"{name}.conv2", y, width, kernel, Groups, Activation.Relu);
        return net.ConvNorm($"{name}.conv3", y, outputs, kernel: 1);
    }
}
