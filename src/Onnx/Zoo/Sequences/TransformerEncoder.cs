namespace EdgeKit.Onnx.Networks;

/// <summary>
/// The encoder of Vaswani et al., Attention Is All You Need (2017), base model: six layers of 512, eight heads, normalisation after each sum. The input is rows
/// of embedded tokens with their positions added.
/// </summary>
internal static class TransformerEncoder
{
    /// <summary>Numbers of a token.</summary>
    internal const int Features = 512;

    private const int Depth = 6, HeadCount = 8;

    internal static void Build(NetBuilder net)
    {
        Value x = net.Input;
        int width = NetBuilder.FeaturesOf(x);
        for (int i = 1; i <= Depth; i++)
        {
            x = net.LayerNorm($"layer{i}.norm1", net.Add($"layer{i}.add1", x, net.SelfAttention($"layer{i}.attention", x, HeadCount)));
            x = net.LayerNorm($"layer{i}.norm2", net.Add($"layer{i}.add2", x, net.Mlp($"layer{i}.mlp", x, 4 * width, Activation.Relu)));
        }
        net.Output("tokens", x);
    }
}
