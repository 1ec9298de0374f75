namespace EdgeKit.Onnx.Networks;

/// <summary>
/// LeCun et al., Gradient-Based Learning Applied to Document Recognition (1998), section II.B, with what everybody builds today: every map of C3 sees all of
/// S2, pools have no weights, and the output is a layer in place of distances to drawn digits.
/// </summary>
internal static class LeNet
{
    internal static Value Build(NetBuilder net)
    {
        Value x = Pool(net, "s2", Conv(net, "c1", net.Input, 6));
        x = Pool(net, "s4", Conv(net, "c3", x, 16));
        x = net.Flatten("flatten", Conv(net, "c5", x, 120));
        x = net.Activate("f6", net.Dense("f6", x, net.Scaled(84, 1)), Activation.Tanh);
        return net.Classify(x);
    }

    private static Value Conv(NetBuilder net, string name, Value x, int outputs) =>
        net.Activate(name, net.Conv(name, x, net.Scaled(outputs, 1), new Kernel(5).Valid), Activation.Tanh);

    private static Value Pool(NetBuilder net, string name, Value x) => net.AveragePool(name, x, kernel: 2, stride: 2, pad: 0);
}
