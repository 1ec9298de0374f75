namespace EdgeKit.Onnx.Networks;

/// <summary>
/// Inception-v2: Ioffe and Szegedy, Batch Normalization (2015), figure 5, with the channels of the authors' weights (in modules 4b to 4e some differ from the
/// figure). Two 3x3 convolutions stand for the 5x5 of Inception-v1; modules 3c and 4e halve the size and have no 1x1 branch.
/// </summary>
internal static class InceptionV2
{
    private const Activation Relu = Activation.Relu;

    private static readonly Module[] Modules =
    [
        new("3a", 64, 64, 64, 64, 96, 32), new("3b", 64, 64, 96, 64, 96, 64), new("3c", 0, 128, 160, 64, 96, 0),
        new("4a", 224, 64, 96, 96, 128, 128), new("4b", 192, 96, 128, 96, 128, 128), new("4c", 160, 128, 160, 128, 160, 128), new("4d", 96, 128, 192, 160, 192, 128), new("4e", 0, 128, 192, 192, 256, 0),
        new("5a", 352, 192, 320, 160, 224, 128), new("5b", 352, 192, 320, 192, 224, 128) { MaxPool = true },
    ];

    internal static Value Build(NetBuilder net)
    {
        Value x = net.MaxPool("pool1", net.Chain("conv1", net.Input, Relu, (64, new Kernel(7, 2))), kernel: 3, stride: 2, pad: 0, ceil: true);
        x = net.Chain("conv2", x, Relu, (64, new Kernel(1)), (192, new Kernel(3)));
        x = net.MaxPool("pool2", x, kernel: 3, stride: 2, pad: 0, ceil: true);
        foreach (Module m in Modules) x = Add(net, $"inception{m.Name}", x, m);
        return net.Classify(net.Features(x));
    }

    private static Value Add(NetBuilder net, string name, Value x, Module m)
    {
        int stride = m.One == 0 ? 2 : 1;
        Value three = net.Chain($"{name}.3x3", x, Relu, (m.Reduce3, new Kernel(1)), (m.Three, new Kernel(3, stride)));
        Value twice = net.Chain($"{name}.double", x, Relu, (m.Reduce5, new Kernel(1)), (m.Five, new Kernel(3)), (m.Five, new Kernel(3, stride)));
        if (stride == 2) return net.Concat($"{name}.concat", three, twice, net.MaxPool($"{name}.pool", x, kernel: 3, stride: 2, pad: 1));
        Value pool = m.MaxPool ? net.MaxPool($"{name}.pool", x, 3, 1, 1) : net.AveragePool($"{name}.pool", x, 3, 1, 1);
        return net.Concat($"{name}.concat", net.Chain($"{name}.1x1", x, Relu, (m.One, new Kernel(1))), three, twice, net.Chain($"{name}.project", pool, Relu, (m.Pool, new Kernel(1))));
    }

    private sealed record Module(string Name, int One, int Reduce3, int Three, int Reduce5, int Five, int Pool)
    {
        public bool MaxPool { get; init; }
    }
}
