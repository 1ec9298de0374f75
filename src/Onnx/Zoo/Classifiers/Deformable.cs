namespace EdgeKit.Onnx.Networks;

/// <summary>A small network of deformable convolutions: Dai et al., Deformable Convolutional Networks (2017), section 2.1.</summary>
internal static class Deformable
{
    private static readonly int[] Widths = [64, 128, 256];

    internal static Value Build(NetBuilder net)
    {
        Value x = net.Chain("stem", net.Input, Activation.Relu, (32, new Kernel(3, 2)));
        foreach ((int i, int outputs) in Widths.Index())
            x = net.Norm($"layer{i + 1}", net.DeformableConv($"layer{i + 1}", x, net.Scaled(outputs), new Kernel(3, 2)), Activation.Relu);
        return net.Classify(net.Features(x));
    }
}
