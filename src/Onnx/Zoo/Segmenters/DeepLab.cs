namespace EdgeKit.Onnx.Networks;

/// <summary>
/// DeepLabV3 on ResNet-50 at an eighth of the size: Chen et al., Rethinking Atrous Convolution for Semantic Image Segmentation (2017), with the rates 12, 24, 36
/// and the last layers of torchvision's deeplabv3_resnet50. Without the auxiliary classifier.
/// </summary>
internal static class DeepLab
{
    private static readonly int[] Rates = [12, 24, 36];

    internal static void Build50(NetBuilder net)
    {
        Value x = Pyramid(net, ResNet.DilatedFifty.Stages(net)[^1], net.Scaled(256));
        x = net.Chain("head", x, Activation.Relu, (256, new Kernel(3)));
        net.Output("scores", net.Enlarge("up", net.Conv("classify", x, net.Classes, new Kernel(1)), 8));
    }

    /// <summary>Atrous spatial pyramid pooling: one position, three rings around it, and the whole picture.</summary>
    private static Value Pyramid(NetBuilder net, Value x, int width)
    {
        var parts = new List<Value> { Branch("aspp.1", x, new Kernel(1)) };
        foreach (int rate in Rates) parts.Add(Branch($"aspp.{rate}", x, new Kernel(3) { Dilation = rate }));
        parts.Add(net.EnlargeTo("aspp.spread", Branch("aspp.whole", net.GlobalPool("aspp.pool", x), new Kernel(1)), x));
        return Branch("aspp.project", net.Concat("aspp", [.. parts]), new Kernel(1));

        Value Branch(string name, Value input, Kernel kernel) => net.ConvNorm(name, input, width, kernel, activation: Activation.Relu);
    }
}
