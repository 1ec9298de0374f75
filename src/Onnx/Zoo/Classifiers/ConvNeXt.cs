namespace EdgeKit.Onnx.Networks;

/// <summary>
/// ConvNeXt-T: Liu et al., A ConvNet for the 2020s (2022), table 9 and figure 4; ConvNeXt V2-A: Woo et al., ConvNeXt V2: Co-designing and Scaling ConvNets with
/// Masked Autoencoders (2023; sizes in github.com/facebookresearch/ConvNeXt-V2), whose perceptrons normalise responses and whose blocks have no LayerScale.
/// </summary>
internal static class ConvNeXt
{
    private static readonly (int Channels, int Blocks)[] Tiny = [(96, 3), (192, 3), (384, 9), (768, 3)], Atto = [(40, 2), (80, 2), (160, 6), (320, 2)];

    internal static Value BuildTiny(NetBuilder net) => Build(net, Tiny, (name, x) => Block(net, name, x, kernel: 7));

    internal static Value BuildV2Atto(NetBuilder net) => Build(net, Atto, (name, x) => ResponseBlock(net, name, x));

    private static Value Build(NetBuilder net, (int Channels, int Blocks)[] stages, Func<string, Value, Value> block)
    {
        Value x = net.ChannelNorm("stem.norm", net.Conv("stem", net.Input, net.Scaled(stages[0].Channels), new Kernel(4, 4).Valid));
        for (int s = 0; s < stages.Length; s++)
        {
            if (s > 0) x = net.Conv($"down{s}", net.ChannelNorm($"down{s}.norm", x), net.Scaled(stages[s].Channels), new Kernel(2, 2).Valid);
            for (int i = 1; i <= stages[s].Blocks; i++) x = block($"stage{s + 1}.{i}", x);
        }
        return net.Classify(net.LayerNorm("norm", net.Features(x)));
    }

    /// <summary>Depthwise, then a perceptron for each position, its result scaled by a learned number a channel (LayerScale).</summary>
    internal static Value Block(NetBuilder net, string name, Value x, int kernel)
    {
        int channels = NetBuilder.Channels(x);
        Value y = net.Mlp($"{name}.mlp", Depthwise(net, name, x, kernel), 4 * channels, Activation.Gelu);
        // Training starts from 1e-6, which would hide the branch from every comparison of untrained networks.
        y = net.Multiply($"{name}.scale", y, net.Parameter($"{name}.gamma", 0.5f, channels));
        return Join(net, name, x, y);
    }

    private static Value ResponseBlock(NetBuilder net, string name, Value x)
    {
        int channels = NetBuilder.Channels(x);
        Value y = net.Linear($"{name}.mlp.1", Depthwise(net, name, x, kernel: 7), 4 * channels);
        y = net.ResponseNorm($"{name}.response", net.Activate($"{name}.mlp", y, Activation.Gelu));
        return Join(net, name, x, net.Linear($"{name}.mlp.2", y, channels));
    }

    private static Value Depthwise(NetBuilder net, string name, Value x, int kernel)
    {
        Value y = net.Conv($"{name}.depthwise", x, NetBuilder.Channels(x), new Kernel(kernel), NetBuilder.Channels(x));
        return net.LayerNorm($"{name}.norm", net.Transpose($"{name}.last", y, 0, 2, 3, 1));
    }

    private static Value Join(NetBuilder net, string name, Value x, Value y) => net.Add($"{name}.add", x, net.Transpose($"{name}.first", y, 0, 3, 1, 2));
}
