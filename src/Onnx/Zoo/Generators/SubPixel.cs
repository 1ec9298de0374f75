namespace EdgeKit.Onnx.Networks;

/// <summary>
/// ESPCN: Shi et al., Real-Time Single Image and Video Super-Resolution Using an Efficient Sub-Pixel Convolutional Neural Network (2016), section 3: brightness
/// at three times the size.
/// </summary>
internal static class SubPixel
{
    private const int Factor = 3;

    internal static void Build(NetBuilder net)
    {
        Value x = net.ConvAct("conv2", net.ConvAct("conv1", net.Input, 64, new Kernel(5), Activation.Tanh), 32, new Kernel(3), Activation.Tanh);
        net.Output("picture", net.DepthToSpace("shuffle", net.Conv("conv3", x, Factor * Factor, new Kernel(3)), Factor, mode: "CRD"));
    }
}
