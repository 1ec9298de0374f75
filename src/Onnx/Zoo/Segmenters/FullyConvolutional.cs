namespace EdgeKit.Onnx.Networks;

/// <summary>
/// FCN-8s on VGG-16: Shelhamer et al., Fully Convolutional Networks for Semantic Segmentation (2017), section 4, as the authors' voc-fcn8s: fully connected
/// layers as convolutions, transposed convolutions back to the picture's size, and crops of what 100 zeros around the picture added.
/// </summary>
internal static class FullyConvolutional
{
    internal static void Build8(NetBuilder net)
    {
        Value[] pools = Vgg.Pools(net, pad: 100);
        Value x = net.ConvAct("fc7", net.ConvAct("fc6", pools[4], 4096, new Kernel(7).Valid), 4096, new Kernel(1));
        x = Up(net, "up2", Score(net, "score", x), kernel: 4, stride: 2);
        x = net.Add("fuse4", x, net.Crop("crop4", Score(net, "score4", pools[3]), 5, x));
        x = Up(net, "up4", x, kernel: 4, stride: 2);
        x = net.Add("fuse3", x, net.Crop("crop3", Score(net, "score3", pools[2]), 9, x));
        net.Output("scores", net.Crop("crop", Up(net, "up8", x, kernel: 16, stride: 8), 31, net.Input));
    }

    private static Value Score(NetBuilder net, string name, Value x) => net.Conv(name, x, net.Classes, new Kernel(1));

    private static Value Up(NetBuilder net, string name, Value x, int kernel, int stride) => net.Deconv(name, x, net.Classes, kernel, stride, pad: 0, bias: false);
}
