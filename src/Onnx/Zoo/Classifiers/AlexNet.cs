namespace EdgeKit.Onnx.Networks;

/// <summary>
/// Krizhevsky et al., ImageNet Classification with Deep Convolutional Neural Networks (2012), section 3: two groups where two graphics cards met, local
/// response normalisation, overlapping pools. Pictures are 227 pixels wide, which is what the paper's maps of 55 need.
/// </summary>
internal static class AlexNet
{
    internal static Value Build(NetBuilder net)
    {
        Value x = Pool(net, "pool1", net.LocalResponseNorm("norm1", net.ConvAct("conv1", net.Input, 96, new Kernel(11, 4).Valid)));
        x = Pool(net, "pool2", net.LocalResponseNorm("norm2", net.ConvAct("conv2", x, 256, new Kernel(5), group: 2)));
        x = net.ConvAct("conv3", x, 384, new Kernel(3));
        x = net.ConvAct("conv4", x, 384, new Kernel(3), group: 2);
        x = Pool(net, "pool5", net.ConvAct("conv5", x, 256, new Kernel(3), group: 2));
        return Head(net, net.Flatten("flatten", x));
    }

    /// <summary>The two wide layers before the last, as AlexNet, VGG and SPP-net have them.</summary>
    internal static Value Head(NetBuilder net, Value row)
    {
        row = net.Activate("fc6", net.Dense("fc6", row, net.Scaled(4096)), Activation.Relu);
        return net.Classify(net.Activate("fc7", net.Dense("fc7", row, net.Scaled(4096)), Activation.Relu));
    }

    private static Value Pool(NetBuilder net, string name, Value x) => net.MaxPool(name, x, kernel: 3, stride: 2, pad: 0);
}
