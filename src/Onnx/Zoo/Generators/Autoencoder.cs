namespace EdgeKit.Onnx.Networks;

/// <summary>Hinton and Salakhutdinov, Reducing the Dimensionality of Data with Neural Networks (2006), figure 1 for digits: 784-1000-500-250-30 and back.</summary>
internal static class Autoencoder
{
    private static readonly int[] Widths = [1000, 500, 250];

    internal static void Build(NetBuilder net)
    {
        Value x = net.Flatten("flatten", net.Input);
        int pixels = NetBuilder.Channels(x);
        for (int i = 0; i < Widths.Length; i++) x = Layer(net, $"encode{i + 1}", x, net.Scaled(Widths[i], 1), Activation.Sigmoid);
        x = net.Dense("code", x, net.Scaled(30, 1));
        for (int i = Widths.Length - 1; i >= 0; i--) x = Layer(net, $"decode{i + 1}", x, net.Scaled(Widths[i], 1), Activation.Sigmoid);
        net.Output("picture", Layer(net, "pixels", x, pixels, Activation.Sigmoid));
    }

    private static Value Layer(NetBuilder net, string name, Value x, int outputs, Activation activation) => net.Activate(name, net.Dense(name, x, outputs), activation);
}
