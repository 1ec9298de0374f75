namespace EdgeKit.Onnx.Networks;

/// <summary>
/// Inception-v1: Szegedy et al., Going Deeper with Convolutions (2015), table 1. Without the two auxiliary classifiers, which only training reads.
/// </summary>
internal static class GoogLeNet
{
    private static readonly (string Name, int One, int Reduce3, int Three, int Reduce5, int Five, int Pool)[] Modules =
    [
        ("3a", 64, 96, 128, 16, 32, 32), ("3b", 128, 128, 192, 32, 96, 64),
        ("4a", 192, 96, 208, 16, 48, 64), ("4b", 160, 112, 224, 24, 64, 64), ("4c", 128, 128, 256, 24, 64, 64), ("4d", 112, 144, 288, 32, 64, 64), ("4e", 256, 160, 320, 32, 128, 128),
        ("5a", 256, 160, 320, 32, 128, 128), ("5b", 384, 192, 384, 48, 128, 128),
    ];

    internal static Value Build(NetBuilder net)
    {
        Value x = net.LocalResponseNorm("norm1", Pool(net, "pool1", net.ConvAct("conv1", net.Input, 64, new Kernel(7, 2))));
        x = net.ConvAct("conv2", net.ConvAct("conv2.reduce", x, 64, new Kernel(1)), 192, new Kernel(3));
        x = Pool(net, "pool2", net.LocalResponseNorm("norm2", x));
        foreach (var m in Modules)
        {
            if (m.Name is "4a" or "5a") x = Pool(net, $"pool{m.Name}", x);
            string name = $"inception{m.Name}";
            x = net.Concat($"{name}.concat",
                net.ConvAct($"{name}.1x1", x, m.One, new Kernel(1)),
                net.ConvAct($"{name}.3x3", net.ConvAct($"{name}.3x3.reduce", x, m.Reduce3, new Kernel(1)), m.Three, new Kernel(3)),
                net.ConvAct($"{name}.5x5", net.ConvAct($"{name}.5x5.reduce", x, m.Reduce5, new Kernel(1)), m.Five, new Kernel(5)),
                net.ConvAct($"{name}.project", net.MaxPool($"{name}.pool", x, kernel: 3, stride: 1, pad: 1), m.Pool, new Kernel(1)));
        }
        return net.Classify(net.Features(x));
    }

    private static Value Pool(NetBuilder net, string name, Value x) => net.MaxPool(name, x, kernel: 3, stride: 2, pad: 0, ceil: true);
}
