namespace EdgeKit.Onnx.Networks;

/// <summary>ConvNeXt-T: Liu et al., A ConvNet for the 2020s (2022), table 9 and figure 4.</summary>
internal static class ConvNeXt
{
    private static readonly (int Channels, int Blocks)[] Stages = [(96, 3), (192, 3), (384, 9), (768, 3)];

    internal static Value BuildTiny(NetBuilder net)
    {
        Value x = net.ChannelNorm("stem.norm", net.Conv("stem", net.Input, net.Scaled(Stages[0].Channels), new Kernel(4, 4).Valid));
        for (int s = 0; s < Stages.Length; s++)
        {
            if (s > 0) x = net.Conv($"down{s}", net.ChannelNorm($"down{s}.norm", x), net.Scaled(Stages[s].Channels), new Kernel(2, 2).Valid);
            for (int i = 1; i <= Stages[s].Blocks; i++) x = Block(net, $"stage{s + 1}.{i}", x, kernel: 7);
        }
        return net.Classify(net.LayerNorm("norm", net.Features(x)));
    }

    /// <summary>Depthwise, then a perceptron for each position, its result scaled by a learned number a channel (LayerScale).</summary>
    internal static Value Block(NetBuilder net, string name, Value x, int kernel)
    {
        int channels = NetBuilder.Channels(x);
        Value y = net.Conv($"{name}.depthwise", x, channels, new Kernel(kernel), channels);
        y = net.LayerNorm($"{name}.norm", net.Transpose($"{name}.last", y, 0, 2, 3, 1));
        y = net.Mlp($"{name}.mlp", y, 4 * channels, Activation.Gelu);
        // Training starts from 1e-6, which would hide the branch from every comparison of untrained networks.
        y = net.Multiply($"{name}.scale", y, net.Parameter($"{name}.gamma", 0.5f, channels));
        return net.Add($"{name}.add", x, net.Transpose($"{name}.first", y, 0, 3, 1, 2));
    }
}
