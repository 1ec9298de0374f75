namespace EdgeKit.Onnx.Networks;

/// <summary>Howard et al., Searching for MobileNetV3 (2019), tables 1 and 2.</summary>
internal static class MobileNetV3
{
    private const Activation RE = Activation.Relu;
    private const Activation HS = Activation.HardSwish;

    private static readonly Block[] Large =
    [
        new(3, 16, 16, false, RE, 1), new(3, 64, 24, false, RE, 2), new(3, 72, 24, false, RE, 1),
        new(5, 72, 40, true, RE, 2), new(5, 120, 40, true, RE, 1), new(5, 120, 40, true, RE, 1),
        new(3, 240, 80, false, HS, 2), new(3, 200, 80, false, HS, 1), new(3, 184, 80, false, HS, 1), new(3, 184, 80, false, HS, 1),
        new(3, 480, 112, true, HS, 1), new(3, 672, 112, true, HS, 1),
        new(5, 672, 160, true, HS, 2), new(5, 960, 160, true, HS, 1), new(5, 960, 160, true, HS, 1),
    ];

    private static readonly Block[] Small =
    [
        new(3, 16, 16, true, RE, 2), new(3, 72, 24, false, RE, 2), new(3, 88, 24, false, RE, 1),
        new(5, 96, 40, true, HS, 2), new(5, 240, 40, true, HS, 1), new(5, 240, 40, true, HS, 1),
        new(5, 120, 48, true, HS, 1), new(5, 144, 48, true, HS, 1),
        new(5, 288, 96, true, HS, 2), new(5, 576, 96, true, HS, 1), new(5, 576, 96, true, HS, 1),
    ];

    internal static Value BuildLarge(NetBuilder net) => Build(net, Large, 1280);

    internal static Value BuildSmall(NetBuilder net) => Build(net, Small, 1024);

    private static Value Build(NetBuilder net, Block[] blocks, int hidden)
    {
        Value x = net.ConvNorm("stem", net.Input, net.Scaled(16), kernel: 3, stride: 2, activation: HS);
        for (int i = 0; i < blocks.Length; i++)
        {
            Block b = blocks[i];
            int expanded = net.Scaled(b.Expanded);
            int squeezed = b.Squeeze ? NetBuilder.MakeDivisible(expanded / 4.0) : 0;
            x = InvertedResidual.Add(net, $"block{i + 1}", x, expanded, net.Scaled(b.Outputs), b.Kernel, b.Stride, b.Activation, squeezed);
        }
        x = net.ConvNorm("head", x, 6 * NetBuilder.Channels(x), kernel: 1, activation: HS);
        Value features = net.Dense("hidden", net.Features(x), net.Scaled(hidden));
        return net.Classify(net.Activate("hidden", features, HS));
    }

    private readonly record struct Block(int Kernel, int Expanded, int Outputs, bool Squeeze, Activation Activation, int Stride);
}
