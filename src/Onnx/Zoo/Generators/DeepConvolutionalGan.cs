namespace EdgeKit.Onnx.Networks;

/// <summary>DCGAN: Radford et al., Unsupervised Representation Learning with Deep Convolutional Generative Adversarial Networks (2016), figure 1, in 64 channels. Pictures are 64 pixels wide.</summary>
internal static class DeepConvolutionalGan
{
    /// <summary>Numbers that a picture is made from.</summary>
    internal const int Noise = 100;

    internal static void BuildGenerator(NetBuilder net)
    {
        Value x = Layer(net, "deconv1", net.Input, 512, stride: 1, pad: 0);
        foreach (int channels in (int[])[256, 128, 64]) x = Layer(net, $"deconv{channels}", x, channels, stride: 2, pad: 1);
        x = net.Deconv("pixels", x, 3, kernel: 4, stride: 2, pad: 1, bias: false);
        net.Output("picture", net.Activate("pixels", x, Activation.Tanh));
    }

    internal static void BuildDiscriminator(NetBuilder net)
    {
        Value x = net.Activate("conv1", net.Conv("conv1", net.Input, net.Scaled(64), Halving, bias: false), Activation.LeakyRelu);
        x = net.Chain("conv", x, Activation.LeakyRelu, (128, Halving), (256, Halving), (512, Halving));
        x = net.Conv("decide", x, 1, new Kernel(4).Valid, bias: false);
        net.Output("real", net.Activate("decide", x, Activation.Sigmoid));
    }

    private static Kernel Halving => new Kernel(4, 2).Padded(1);

    private static Value Layer(NetBuilder net, string name, Value x, int outputs, int stride, int pad) =>
        net.Norm(name, net.Deconv(name, x, net.Scaled(outputs), kernel: 4, stride, pad, bias: false), Activation.Relu);
}
