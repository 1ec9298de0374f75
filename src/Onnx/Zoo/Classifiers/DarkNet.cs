namespace EdgeKit.Onnx.Networks;

/// <summary>DarkNet-53: Redmon and Farhadi, YOLOv3: An Incremental Improvement (2018), table 1.</summary>
internal static class DarkNet
{
    private static readonly int[] Repeats = [1, 2, 8, 8, 4];

    internal static Value Build53(NetBuilder net)
    {
        Value x = net.Chain("stem", net.Input, Activation.LeakyRelu, (32, new Kernel(3)));
        for (int s = 0; s < Repeats.Length; s++)
        {
            int channels = 64 << s;
            x = net.Chain($"down{s + 1}", x, Activation.LeakyRelu, (channels, new Kernel(3, 2)));
            for (int i = 1; i <= Repeats[s]; i++)
            {
                Value y = net.Chain($"stage{s + 1}.{i}", x, Activation.LeakyRelu, (channels / 2, new Kernel(1)), (channels, new Kernel(3)));
                x = net.Add($"stage{s + 1}.{i}.add", x, y);
            }
        }
        return net.Classify(net.Features(x));
    }
}
