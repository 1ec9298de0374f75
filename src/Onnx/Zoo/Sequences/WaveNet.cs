namespace EdgeKit.Onnx.Networks;

/// <summary>
/// WaveNet: van den Oord et al., WaveNet: A Generative Model for Raw Audio (2016), figure 4: causal convolutions along time with dilations 1 to 512, the gate
/// tanh times sigmoid, and sums of what every layer says. The input is one channel of samples, as a map of one row.
/// </summary>
internal static class WaveNet
{
    private const int Layers = 10;

    internal static void Build(NetBuilder net)
    {
        int width = net.Scaled(32), skip = net.Scaled(64);
        Value x = net.Conv("causal", net.Input, width, Causal(1));
        Value? sum = null;
        for (int i = 0; i < Layers; i++)
        {
            string name = $"layer{i + 1}";
            Value filter = net.Activate($"{name}.filter", net.Conv($"{name}.filter", x, width, Causal(1 << i)), Activation.Tanh);
            Value gated = net.Multiply($"{name}.gated", filter, net.Activate($"{name}.gate", net.Conv($"{name}.gate", x, width, Causal(1 << i)), Activation.Sigmoid));
            Value said = net.Conv($"{name}.skip", gated, skip, new Kernel(1));
            sum = sum is null ? said : net.Add($"{name}.sum", sum, said);
            if (i + 1 < Layers) x = net.Add($"{name}.add", x, net.Conv($"{name}.out", gated, width, new Kernel(1)));
        }
        Value y = net.Activate("sum", sum!, Activation.Relu);
        y = net.Activate("hidden", net.Conv("hidden", y, skip, new Kernel(1)), Activation.Relu);
        net.Output("levels", net.Conv("levels", y, net.Classes, new Kernel(1)));
    }

    /// <summary>A sample and the one <paramref name="dilation"/> before it.</summary>
    private static Kernel Causal(int dilation) => Kernel.Rectangle(1, 2) with { Dilation = dilation, Pads = [0, dilation, 0, 0] };
}
