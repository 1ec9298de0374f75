namespace EdgeKit.Onnx.Networks;

/// <summary>
/// Lin et al., Network In Network (2014), in the form for ImageNet that its authors gave to the Caffe model zoo: 1x1 convolutions after each wide one, and a
/// global average in place of fully connected layers.
/// </summary>
internal static class NetworkInNetwork
{
    internal static Value Build(NetBuilder net)
    {
        Value x = Pool(net, 1, Block(net, 1, net.Input, 96, new Kernel(11, 4).Valid));
        x = Pool(net, 2, Block(net, 2, x, 256, new Kernel(5)));
        x = Pool(net, 3, Block(net, 3, x, 384, new Kernel(3)));
        x = net.ConvAct("cccp7", net.ConvAct("conv4", x, 1024, new Kernel(3)), 1024, new Kernel(1));
        return net.Features(net.Activate("cccp8", net.Conv("cccp8", x, net.Classes, new Kernel(1)), Activation.Relu));
    }

    private static Value Block(NetBuilder net, int index, Value x, int outputs, Kernel kernel)
    {
        x = net.ConvAct($"conv{index}", x, outputs, kernel);
        x = net.ConvAct($"cccp{2 * index - 1}", x, outputs, new Kernel(1));
        return net.ConvAct($"cccp{2 * index}", x, outputs, new Kernel(1));
    }

    private static Value Pool(NetBuilder net, int index, Value x) => net.MaxPool($"pool{index}", x, kernel: 3, stride: 2, pad: 0);
}
