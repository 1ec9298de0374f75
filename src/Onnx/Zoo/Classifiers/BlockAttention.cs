namespace EdgeKit.Onnx.Networks;

/// <summary>Woo et al., CBAM: Convolutional Block Attention Module (2018), section 3: which channels matter, then which positions.</summary>
internal static class BlockAttention
{
    internal static Value Add(NetBuilder net, string name, Value x) => Positions(net, $"{name}.positions", Weighted(net, $"{name}.channels", x));

    /// <summary>One perceptron sees the averages and the maxima of the channels.</summary>
    private static Value Weighted(NetBuilder net, string name, Value x)
    {
        int channels = NetBuilder.Channels(x), squeezed = Math.Max(4, channels / 16);
        Value reduce = net.Conv($"{name}.reduce", net.GlobalPool($"{name}.average", x), squeezed, new Kernel(1));
        Value expand = net.Conv($"{name}.expand", net.Activate($"{name}.reduce", reduce, Activation.Relu), channels, new Kernel(1));
        Value peak = net.Activate($"{name}.reduce.max", net.Again($"{name}.reduce.max", net.GlobalMaxPool($"{name}.max", x), reduce), Activation.Relu);
        Value sum = net.Add($"{name}.sum", expand, net.Again($"{name}.expand.max", peak, expand));
        return net.Multiply($"{name}.scale", x, net.Activate(name, sum, Activation.Sigmoid));
    }

    /// <summary>A convolution sees the maximum and the average over the channels of each position.</summary>
    private static Value Positions(NetBuilder net, string name, Value x)
    {
        Value pair = net.Concat($"{name}.pair", net.Reduce($"{name}.max", "ReduceMax", x, 1), net.Reduce($"{name}.mean", "ReduceMean", x, 1));
        return net.Multiply($"{name}.scale", x, net.ConvNorm($"{name}.gate", pair, 1, new Kernel(7), activation: Activation.Sigmoid));
    }
}
