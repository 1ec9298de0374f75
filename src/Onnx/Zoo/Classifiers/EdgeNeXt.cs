namespace EdgeKit.Onnx.Networks;

/// <summary>
/// EdgeNeXt-XXS: Maaz et al., EdgeNeXt: Efficiently Amalgamated CNN-Transformer Architecture for Mobile Vision Applications (2022), table 1: ConvNeXt-like
/// blocks, and at the end of three stages split depthwise convolutions and attention between channels.
/// </summary>
internal static class EdgeNeXt
{
    private const int HeadCount = 4, PositionFeatures = 32;

    private static readonly (int Channels, int Blocks, int Kernel, int Parts)[] Stages = [(24, 2, 3, 0), (48, 2, 5, 2), (88, 6, 7, 3), (168, 2, 9, 4)];

    internal static Value BuildTiny(NetBuilder net)
    {
        Value x = net.ChannelNorm("stem.norm", net.Conv("stem", net.Input, net.Scaled(Stages[0].Channels), new Kernel(4, 4).Valid));
        for (int s = 0; s < Stages.Length; s++)
        {
            (int channels, int blocks, int kernel, int parts) = Stages[s];
            if (s > 0) x = net.Conv($"down{s}", net.ChannelNorm($"down{s}.norm", x), net.Scaled(channels), new Kernel(2, 2).Valid);
            for (int i = 1; i <= blocks; i++)
                x = i == blocks && parts > 0 ? Split(net, $"stage{s + 1}.{i}", x, parts, positions: s == 1) : ConvNeXt.Block(net, $"stage{s + 1}.{i}", x, kernel);
        }
        return net.Classify(net.LayerNorm("norm", net.Features(x)));
    }

    /// <summary>Each part of the channels but the last is convolved after the result of the part before was added to it; then attention, then a perceptron.</summary>
    private static Value Split(NetBuilder net, string name, Value x, int parts, bool positions)
    {
        int channels = NetBuilder.Channels(x), height = x.Dims[2], width = x.Dims[3], part = (channels + parts - 1) / parts;
        Value[] pieces = net.Split($"{name}.split", x, 1, [.. Enumerable.Repeat((long)part, parts - 1), channels - (long)part * (parts - 1)]);
        for (int i = 0; i < parts - 1; i++)
        {
            Value sum = i == 0 ? pieces[0] : net.Add($"{name}.sum{i}", pieces[i - 1], pieces[i]);
            pieces[i] = net.Conv($"{name}.depthwise{i + 1}", sum, part, new Kernel(3), part);
        }
        Value y = net.Transpose($"{name}.tokens", net.Reshape($"{name}.flat", net.Concat($"{name}.concat", pieces), 0, 0, -1), 0, 2, 1);
        if (positions) y = net.Add($"{name}.placed", y, Positions(net, $"{name}.positions", height, width, channels));
        Value attended = CrossCovariance(net, $"{name}.attention", net.LayerNorm($"{name}.norm1", y));
        y = net.Add($"{name}.add1", y, net.Multiply($"{name}.scale1", attended, net.Parameter($"{name}.gamma1", 0.5f, channels)));
        y = net.Mlp($"{name}.mlp", net.LayerNorm($"{name}.norm2", y), 4 * channels, Activation.Gelu);
        y = net.Multiply($"{name}.scale2", y, net.Parameter($"{name}.gamma2", 0.5f, channels));
        y = net.Reshape($"{name}.map", net.Transpose($"{name}.channels", y, 0, 2, 1), 0, 0, height, width);
        return net.Add($"{name}.add2", x, y);
    }

    /// <summary>Attention between the channels of a head, over all tokens: queries and keys of length 1, a learned temperature a head.</summary>
    private static Value CrossCovariance(NetBuilder net, string name, Value x)
    {
        int channels = x.Dims[2], depth = channels / HeadCount;
        Value[] qkv = net.Split($"{name}.split", net.Linear($"{name}.qkv", x, 3 * channels), 2, channels, channels, channels);
        Value[] heads = [.. qkv.Select((v, i) => net.Transpose($"{name}.order{i}", net.Reshape($"{name}.heads{i}", v, 0, 0, HeadCount, depth), 0, 2, 3, 1))];
        Value scores = net.MatMul($"{name}.scores", Unit(0), net.Transpose($"{name}.keys", Unit(1), 0, 1, 3, 2));
        scores = net.Softmax($"{name}.softmax", net.Multiply($"{name}.warm", scores, net.Parameter($"{name}.temperature", 1, HeadCount, 1, 1)));
        Value y = net.Transpose($"{name}.back", net.MatMul($"{name}.mixed", scores, heads[2]), 0, 3, 1, 2);
        return net.Linear($"{name}.project", net.Reshape($"{name}.joined", y, 0, 0, channels), channels);

        Value Unit(int i) => net.Divide($"{name}.unit{i}", heads[i], net.Reduce($"{name}.length{i}", "ReduceL2", heads[i], 3));
    }

    /// <summary>Sines and cosines of the row and the column, through a learned 1x1 convolution; for one size they are a constant.</summary>
    private static Value Positions(NetBuilder net, string name, int height, int width, int channels)
    {
        Value map = net.Conv($"{name}.projection", net.SinePositions($"{name}.waves", PositionFeatures, height, width), channels, new Kernel(1));
        return net.Transpose($"{name}.order", net.Reshape($"{name}.flat", map, 0, 0, -1), 0, 2, 1);
    }
}
