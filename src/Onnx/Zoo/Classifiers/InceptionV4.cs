using static EdgeKit.Onnx.Networks.InceptionV3;

namespace EdgeKit.Onnx.Networks;

/// <summary>Szegedy et al., Inception-v4, Inception-ResNet and the Impact of Residual Connections on Learning (2017), figures 3 to 9.</summary>
internal static class InceptionV4
{
    private static readonly Kernel Row = Kernel.Rectangle(1, 7), Column = Kernel.Rectangle(7, 1);

    internal static Value Build(NetBuilder net)
    {
        Value x = StemOf(net);
        for (int i = 1; i <= 4; i++) x = BlockA(net, $"a{i}", x);
        x = net.Concat("reduce1", Chain(net, "reduce1.3x3", x, (384, Halving)), Chain(net, "reduce1.double", x, (192, One), (224, Three), (256, Halving)), Pool(net, "reduce1.pool", x));
        for (int i = 1; i <= 7; i++) x = BlockB(net, $"b{i}", x);
        x = net.Concat("reduce2",
            Chain(net, "reduce2.3x3", x, (192, One), (192, Halving)),
            Chain(net, "reduce2.7x7", x, (256, One), (256, Row), (320, Column), (320, Halving)),
            Pool(net, "reduce2.pool", x));
        for (int i = 1; i <= 3; i++) x = BlockC(net, $"c{i}", x);
        return net.Classify(net.Features(x));
    }

    private static Value StemOf(NetBuilder net)
    {
        Value x = Chain(net, "stem", net.Input, (32, Halving), (32, Three.Valid), (64, Three));
        x = net.Concat("stem2", Pool(net, "stem2.pool", x), Chain(net, "stem2.conv", x, (96, Halving)));
        x = net.Concat("stem3", Chain(net, "stem3.3x3", x, (64, One), (96, Three.Valid)), Chain(net, "stem3.7x7", x, (64, One), (64, Row), (64, Column), (96, Three.Valid)));
        return net.Concat("stem4", Chain(net, "stem4.conv", x, (192, Halving)), Pool(net, "stem4.pool", x));
    }

    private static Value BlockA(NetBuilder net, string name, Value x) => net.Concat($"{name}.concat",
        Chain(net, $"{name}.1x1", x, (96, One)),
        Chain(net, $"{name}.3x3", x, (64, One), (96, Three)),
        Chain(net, $"{name}.double", x, (64, One), (96, Three), (96, Three)),
        Projected(net, $"{name}.project", x, 96));

    private static Value BlockB(NetBuilder net, string name, Value x) => net.Concat($"{name}.concat",
        Chain(net, $"{name}.1x1", x, (384, One)),
        Chain(net, $"{name}.7x7", x, (192, One), (224, Row), (256, Column)),
        Chain(net, $"{name}.double", x, (192, One), (192, Column), (224, Row), (224, Column), (256, Row)),
        Projected(net, $"{name}.project", x, 128));

    private static Value BlockC(NetBuilder net, string name, Value x)
    {
        Value three = Chain(net, $"{name}.3x3", x, (384, One));
        Value twice = Chain(net, $"{name}.double", x, (384, One), (448, Kernel.Rectangle(3, 1)), (512, Kernel.Rectangle(1, 3)));
        return net.Concat($"{name}.concat",
            Chain(net, $"{name}.1x1", x, (256, One)),
            Chain(net, $"{name}.3x3.row", three, (256, Kernel.Rectangle(1, 3))), Chain(net, $"{name}.3x3.column", three, (256, Kernel.Rectangle(3, 1))),
            Chain(net, $"{name}.double.row", twice, (256, Kernel.Rectangle(1, 3))), Chain(net, $"{name}.double.column", twice, (256, Kernel.Rectangle(3, 1))),
            Projected(net, $"{name}.project", x, 256));
    }
}
