namespace EdgeKit.Onnx.Networks;

/// <summary>
/// ViT-Ti/16: Dosovitskiy et al., An Image is Worth 16x16 Words (2021), in the size of Touvron et al., Training Data-Efficient Image Transformers (2021), table 1.
/// </summary>
internal static class VisionTransformer
{
    private const int Patch = 16, Depth = 12, HeadCount = 3;

    internal static Value BuildTiny(NetBuilder net)
    {
        int width = net.Scaled(192, 8 * HeadCount);
        Value x = net.Conv("patches", net.Input, width, new Kernel(Patch, Patch).Valid);
        x = net.Transpose("tokens", net.Reshape("flat", x, 0, 0, -1), 0, 2, 1);
        x = net.Join("joined", 1, net.Noise("class.token", 0.5, 1, 1, width), x);
        x = net.Add("placed", x, net.Noise("positions", 0.5, 1, x.Dims[1], width));
        for (int i = 1; i <= Depth; i++) x = net.EncoderBlock($"block{i}", x, HeadCount, 4 * width, Activation.Gelu);
        return net.Classify(net.Pick("class", net.LayerNorm("norm", x), axis: 1, index: 0));
    }
}
