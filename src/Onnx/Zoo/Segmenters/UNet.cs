namespace EdgeKit.Onnx.Networks;

/// <summary>
/// U-Net: Ronneberger et al., U-Net: Convolutional Networks for Biomedical Image Segmentation (2015), figure 1, with zeros around the maps, so that they need
/// no crops and the output has the size of the input.
/// </summary>
internal static class UNet
{
    private const int Levels = 4;

    internal static void Build(NetBuilder net)
    {
        Value x = net.Input;
        var skips = new Value[Levels];
        for (int i = 0; i < Levels; i++)
        {
            skips[i] = Double(net, $"down{i + 1}", x, 64 << i);
            x = net.MaxPool($"pool{i + 1}", skips[i], kernel: 2, stride: 2, pad: 0);
        }
        x = Double(net, "bottom", x, 64 << Levels);
        for (int i = Levels - 1; i >= 0; i--)
        {
            Value up = net.Deconv($"up{i + 1}.deconv", x, net.Scaled(64 << i), kernel: 2, stride: 2, pad: 0, bias: true);
            x = Double(net, $"up{i + 1}", net.Concat($"up{i + 1}.concat", skips[i], up), 64 << i);
        }
        net.Output("scores", net.Conv("classify", x, net.Classes, new Kernel(1)));
    }

    private static Value Double(NetBuilder net, string name, Value x, int outputs) =>
        net.ConvAct($"{name}.2", net.ConvAct($"{name}.1", x, outputs, new Kernel(3)), outputs, new Kernel(3));
}
