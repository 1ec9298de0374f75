namespace EdgeKit.Onnx.Networks;

/// <summary>
/// MobileViT-S: Mehta and Rastegari, MobileViT: Light-weight, General-purpose, and Mobile-friendly Vision Transformer (2022), table 4: inverted residuals,
/// and blocks that let the pixels at the same place of all 2x2 patches attend to each other.
/// </summary>
internal static class MobileVit
{
    private const int Patch = 2, Expansion = 4, HeadCount = 4;
    private const Activation Silu = Activation.Silu;

    internal static Value BuildSmall(NetBuilder net)
    {
        Value x = net.Chain("stem", net.Input, Silu, (16, new Kernel(3, 2)));
        x = Residual(net, "block1", x, 32, stride: 1);
        for (int i = 1; i <= 3; i++) x = Residual(net, $"block2.{i}", x, 64, i == 1 ? 2 : 1);
        x = Mixed(net, "block3", Residual(net, "block3.down", x, 96, stride: 2), width: 144, depth: 2);
        x = Mixed(net, "block4", Residual(net, "block4.down", x, 128, stride: 2), width: 192, depth: 4);
        x = Mixed(net, "block5", Residual(net, "block5.down", x, 160, stride: 2), width: 240, depth: 3);
        return net.Classify(net.Features(net.Chain("head", x, Silu, (640, new Kernel(1)))));
    }

    private static Value Residual(NetBuilder net, string name, Value x, int outputs, int stride) =>
        InvertedResidual.Add(net, name, x, Expansion * NetBuilder.Channels(x), net.Scaled(outputs), kernel: 3, stride, Silu);

    private static Value Mixed(NetBuilder net, string name, Value x, int width, int depth)
    {
        int channels = NetBuilder.Channels(x), height = x.Dims[2], columns = x.Dims[3], inner = net.Scaled(width, 4 * HeadCount);
        Value y = net.ConvNorm($"{name}.local", x, channels, kernel: 3, activation: Silu);
        y = net.Conv($"{name}.in", y, inner, new Kernel(1), bias: false);
        // [1,C,H,W] to [4, patches, C]: the pixels at one place of the patches are a sequence of their own.
        y = net.Transpose($"{name}.rows", net.Reshape($"{name}.cut", y, inner * height / Patch, Patch, columns / Patch, Patch), 0, 2, 1, 3);
        y = net.Transpose($"{name}.pixels", net.Reshape($"{name}.patches", y, 1, inner, -1, Patch * Patch), 0, 3, 2, 1);
        y = net.Reshape($"{name}.tokens", y, Patch * Patch, -1, inner);
        for (int i = 1; i <= depth; i++) y = net.EncoderBlock($"{name}.{i}", y, HeadCount, 2 * inner, Silu);
        y = net.LayerNorm($"{name}.norm", y);
        y = net.Transpose($"{name}.unpixels", net.Reshape($"{name}.untokens", y, 1, Patch * Patch, -1, inner), 0, 3, 2, 1);
        y = net.Transpose($"{name}.unrows", net.Reshape($"{name}.unpatches", y, inner * height / Patch, columns / Patch, Patch, Patch), 0, 2, 1, 3);
        y = net.Reshape($"{name}.map", y, 1, inner, height, columns);
        y = net.ConvNorm($"{name}.out", y, channels, kernel: 1, activation: Silu);
        return net.ConvNorm($"{name}.fuse", net.Concat($"{name}.concat", x, y), channels, kernel: 3, activation: Silu);
    }
}
