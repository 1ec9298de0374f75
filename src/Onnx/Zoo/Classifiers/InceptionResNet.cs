using static EdgeKit.Onnx.Networks.InceptionV3;

namespace EdgeKit.Onnx.Networks;

/// <summary>
/// Inception-ResNet-v2: Szegedy et al., Inception-v4, Inception-ResNet and the Impact of Residual Connections on Learning (2017), with the stem and the
/// channels of the authors' released code (tensorflow/models, slim/nets/inception_resnet_v2.py), from which the figures are counted everywhere.
/// </summary>
internal static class InceptionResNet
{
    internal static Value Build(NetBuilder net)
    {
        Value x = Stem(net);
        x = net.Concat("mixed",
            Chain(net, "mixed.1x1", x, (96, One)),
            Chain(net, "mixed.5x5", x, (48, One), (64, new Kernel(5))),
            Chain(net, "mixed.double", x, (64, One), (96, Three), (96, Three)),
            Projected(net, "mixed.project", x, 64));
        for (int i = 1; i <= 10; i++)
        {
            x = Residual(net, $"a{i}", x, 0.17f, true,
                Chain(net, $"a{i}.1x1", x, (32, One)), Chain(net, $"a{i}.3x3", x, (32, One), (32, Three)), Chain(net, $"a{i}.double", x, (32, One), (48, Three), (64, Three)));
        }
        x = net.Concat("reduce1", Chain(net, "reduce1.3x3", x, (384, Halving)), Chain(net, "reduce1.double", x, (256, One), (256, Three), (384, Halving)), Pool(net, "reduce1.pool", x));
        for (int i = 1; i <= 20; i++)
        {
            x = Residual(net, $"b{i}", x, 0.1f, true,
                Chain(net, $"b{i}.1x1", x, (192, One)), Chain(net, $"b{i}.7x7", x, (128, One), (160, Kernel.Rectangle(1, 7)), (192, Kernel.Rectangle(7, 1))));
        }
        x = net.Concat("reduce2",
            Chain(net, "reduce2.a", x, (256, One), (384, Halving)), Chain(net, "reduce2.b", x, (256, One), (288, Halving)),
            Chain(net, "reduce2.double", x, (256, One), (288, Three), (320, Halving)), Pool(net, "reduce2.pool", x));
        for (int i = 1; i <= 10; i++)
        {
            x = Residual(net, $"c{i}", x, i < 10 ? 0.2f : 1, i < 10,
                Chain(net, $"c{i}.1x1", x, (192, One)), Chain(net, $"c{i}.3x3", x, (192, One), (224, Kernel.Rectangle(1, 3)), (256, Kernel.Rectangle(3, 1))));
        }
        return net.Classify(net.Features(Chain(net, "head", x, (1536, One))));
    }

    /// <summary>The branches, back to the channels of the input by a layer without normalisation, scaled down, and the input.</summary>
    private static Value Residual(NetBuilder net, string name, Value x, float scale, bool rectify, params Value[] branches)
    {
        Value y = net.Conv($"{name}.up", net.Concat($"{name}.concat", branches), NetBuilder.Channels(x), One);
        y = net.Add($"{name}.add", scale == 1 ? y : net.Scale($"{name}.scale", y, scale), x);
        return rectify ? net.Activate(name, y, Relu) : y;
    }
}
