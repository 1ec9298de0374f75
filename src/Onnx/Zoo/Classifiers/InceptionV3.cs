namespace EdgeKit.Onnx.Networks;

/// <summary>
/// Szegedy et al., Rethinking the Inception Architecture for Computer Vision (2016), table 1 and figures 5 to 7: 5x5 as two 3x3, 7x7 as 1x7 and 7x1, and
/// reductions that pool and convolve side by side. Without the auxiliary classifier.
/// </summary>
internal static class InceptionV3
{
    internal const Activation Relu = Activation.Relu;

    private static readonly int[] Pooled = [32, 64, 64], Inner = [128, 160, 160, 192];

    internal static Kernel One { get; } = new(1);

    internal static Kernel Three { get; } = new(3);

    internal static Kernel Halving { get; } = new Kernel(3, 2).Valid;

    internal static Value Build(NetBuilder net)
    {
        Value x = Stem(net);
        foreach ((int i, int pool) in Pooled.Index()) x = BlockA(net, $"a{i + 1}", x, pool);
        x = net.Concat("reduce1", Chain(net, "reduce1.3x3", x, (384, Halving)), Chain(net, "reduce1.double", x, (64, One), (96, Three), (96, Halving)), Pool(net, "reduce1.pool", x));
        foreach ((int i, int inner) in Inner.Index()) x = BlockB(net, $"b{i + 1}", x, inner);
        x = net.Concat("reduce2",
            Chain(net, "reduce2.3x3", x, (192, One), (320, Halving)),
            Chain(net, "reduce2.7x7", x, (192, One), (192, Kernel.Rectangle(1, 7)), (192, Kernel.Rectangle(7, 1)), (192, Halving)),
            Pool(net, "reduce2.pool", x));
        for (int i = 1; i <= 2; i++) x = BlockC(net, $"c{i}", x);
        return net.Classify(net.Features(x));
    }

    /// <summary>The layers before the first module, which Inception-ResNet-v2 shares.</summary>
    internal static Value Stem(NetBuilder net)
    {
        Value x = Chain(net, "stem", net.Input, (32, Halving), (32, Three.Valid), (64, Three));
        x = Chain(net, "stem2", Pool(net, "stem.pool", x), (80, One), (192, Three.Valid));
        return Pool(net, "stem2.pool", x);
    }

    internal static Value Chain(NetBuilder net, string name, Value x, params (int Outputs, Kernel Kernel)[] layers) => net.Chain(name, x, Relu, layers);

    internal static Value Pool(NetBuilder net, string name, Value x) => net.MaxPool(name, x, kernel: 3, stride: 2, pad: 0);

    internal static Value Projected(NetBuilder net, string name, Value x, int outputs) => Chain(net, name, net.AveragePool($"{name}.pool", x, kernel: 3, stride: 1, pad: 1), (outputs, One));

    private static Value BlockA(NetBuilder net, string name, Value x, int pool) => net.Concat($"{name}.concat",
        Chain(net, $"{name}.1x1", x, (64, One)),
        Chain(net, $"{name}.5x5", x, (48, One), (64, new Kernel(5))),
        Chain(net, $"{name}.double", x, (64, One), (96, Three), (96, Three)),
        Projected(net, $"{name}.project", x, pool));

    private static Value BlockB(NetBuilder net, string name, Value x, int inner) => net.Concat($"{name}.concat",
        Chain(net, $"{name}.1x1", x, (192, One)),
        Chain(net, $"{name}.7x7", x, (inner, One), (inner, Kernel.Rectangle(1, 7)), (192, Kernel.Rectangle(7, 1))),
        Chain(net, $"{name}.double", x, (inner, One), (inner, Kernel.Rectangle(7, 1)), (inner, Kernel.Rectangle(1, 7)), (inner, Kernel.Rectangle(7, 1)), (192, Kernel.Rectangle(1, 7))),
        Projected(net, $"{name}.project", x, 192));

    private static Value BlockC(NetBuilder net, string name, Value x)
    {
        Value three = Chain(net, $"{name}.3x3", x, (384, One));
        Value twice = Chain(net, $"{name}.double", x, (448, One), (384, Three));
        return net.Concat($"{name}.concat",
            Chain(net, $"{name}.1x1", x, (320, One)),
            Chain(net, $"{name}.3x3.row", three, (384, Kernel.Rectangle(1, 3))), Chain(net, $"{name}.3x3.column", three, (384, Kernel.Rectangle(3, 1))),
            Chain(net, $"{name}.double.row", twice, (384, Kernel.Rectangle(1, 3))), Chain(net, $"{name}.double.column", twice, (384, Kernel.Rectangle(3, 1))),
            Projected(net, $"{name}.project", x, 192));
    }
}
