namespace EdgeKit.Onnx.Networks;

/// <summary>
/// SqueezeNet 1.1: Iandola et al., SqueezeNet (2016), with the cheaper stem and earlier pools of the authors' later release
/// (github.com/forresti/SqueezeNet, SqueezeNet_v1.1). No batch normalisation.
/// </summary>
internal static class SqueezeNet
{
    internal static Value Build(NetBuilder net)
    {
        Value x = Layer(net, "stem", net.Input, net.Scaled(64), kernel: 3, stride: 2, pad: 0);
        x = Pool(net, 1, x);
        x = Fire(net, 2, x, 16, 64);
        x = Fire(net, 3, x, 16, 64);
        x = Pool(net, 3, x);
        x = Fire(net, 4, x, 32, 128);
        x = Fire(net, 5, x, 32, 128);
        x = Pool(net, 5, x);
        x = Fire(net, 6, x, 48, 192);
        x = Fire(net, 7, x, 48, 192);
        x = Fire(net, 8, x, 64, 256);
        x = Fire(net, 9, x, 64, 256);
        return net.Features(Layer(net, "classifier", x, net.Classes, kernel: 1));
    }

    private static Value Fire(NetBuilder net, int index, Value x, int squeezed, int expanded)
    {
        Value s = Layer(net, $"fire{index}.squeeze", x, net.Scaled(squeezed), kernel: 1);
        Value one = Layer(net, $"fire{index}.expand1x1", s, net.Scaled(expanded), kernel: 1);
        Value three = Layer(net, $"fire{index}.expand3x3", s, net.Scaled(expanded), kernel: 3, pad: 1);
        return net.Concat($"fire{index}.concat", one, three);
    }

    private static Value Layer(NetBuilder net, string name, Value x, int outputs, int kernel, int stride = 1, int pad = 0) =>
        net.Activate(name, net.Conv(name, x, outputs, kernel, stride, pad, group: 1, bias: true), Activation.Relu);

    private static Value Pool(NetBuilder net, int index, Value x) => net.MaxPool($"pool{index}", x, kernel: 3, stride: 2, pad: 0, ceil: true);
}
