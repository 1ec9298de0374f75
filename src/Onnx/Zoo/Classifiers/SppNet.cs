namespace EdgeKit.Onnx.Networks;

/// <summary>
/// SPP-net on ZF-5: He et al., Spatial Pyramid Pooling in Deep Convolutional Networks (2014), table 1 and section 2.3: max pools into 6x6, 3x3, 2x2 and 1x1
/// bins, whose windows follow the size of the map, before the fully connected layers.
/// </summary>
internal static class SppNet
{
    private static readonly int[] Bins = [6, 3, 2, 1];

    internal static Value Build(NetBuilder net)
    {
        Value x = Pool(net, "pool1", net.LocalResponseNorm("norm1", net.ConvAct("conv1", net.Input, 96, new Kernel(7, 2))));
        x = Pool(net, "pool2", net.LocalResponseNorm("norm2", net.ConvAct("conv2", x, 256, new Kernel(5, 2))));
        x = net.ConvAct("conv4", net.ConvAct("conv3", x, 384, new Kernel(3)), 384, new Kernel(3));
        x = net.ConvAct("conv5", x, 256, new Kernel(3));
        int side = x.Dims[2];
        Value[] levels = [.. Bins.Select(n => net.Flatten($"spp{n}.flat", net.MaxPool($"spp{n}", x, (side + n - 1) / n, side / n, pad: 0)))];
        return AlexNet.Head(net, net.Concat("spp", levels));
    }

    private static Value Pool(NetBuilder net, string name, Value x) => net.MaxPool(name, x, kernel: 3, stride: 2, pad: 0);
}
