namespace EdgeKit.Onnx.Networks;

/// <summary>
/// ESRGAN's generator: Wang et al., ESRGAN: Enhanced Super-Resolution Generative Adversarial Networks (2018), figure 4, with 23 blocks of 64 channels (RRDBNet):
/// four times the size, no batch normalisation.
/// </summary>
internal static class ResidualDense
{
    private const int Blocks = 23, Factor = 4;
    private const float Residual = 0.2f;
    private const Activation Leaky = Activation.LeakyRelu;

    internal static void Build(NetBuilder net)
    {
        Value first = Conv(net, "first", net.Input, 64), x = first;
        for (int i = 1; i <= Blocks; i++)
        {
            Value y = x;
            for (int d = 1; d <= 3; d++) y = Dense(net, $"block{i}.{d}", y);
            x = Added(net, $"block{i}", x, y);
        }
        x = net.Add("trunk.add", first, Conv(net, "trunk", x, 64));
        for (int up = 2; up <= Factor; up *= 2) x = net.Activate($"up{up}", Conv(net, $"up{up}", net.Double($"double{up}", x), 64), Leaky);
        x = net.Activate("fine", Conv(net, "fine", x, 64), Leaky);
        net.Output("picture", net.Conv("last", x, 3, new Kernel(3)));
    }

    /// <summary>Five convolutions, each of which sees all results before it.</summary>
    private static Value Dense(NetBuilder net, string name, Value x)
    {
        var seen = new List<Value> { x };
        for (int i = 1; i <= 4; i++) seen.Add(net.Activate($"{name}.{i}", Conv(net, $"{name}.{i}", net.Concat($"{name}.seen{i}", [.. seen]), 32), Leaky));
        return Added(net, name, x, Conv(net, $"{name}.5", net.Concat($"{name}.seen5", [.. seen]), 64));
    }

    private static Value Added(NetBuilder net, string name, Value x, Value y) => net.Add($"{name}.add", x, net.Scale($"{name}.scale", y, Residual));

    private static Value Conv(NetBuilder net, string name, Value x, int outputs) => net.Conv(name, x, net.Scaled(outputs), new Kernel(3));
}
