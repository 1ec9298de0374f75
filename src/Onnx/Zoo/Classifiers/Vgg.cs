namespace EdgeKit.Onnx.Networks;

/// <summary>Simonyan and Zisserman, Very Deep Convolutional Networks for Large-Scale Image Recognition (2015), table 1, column D.</summary>
internal static class Vgg
{
    private static readonly int[][] Blocks = [[64, 64], [128, 128], [256, 256, 256], [512, 512, 512], [512, 512, 512]];

    internal static Value Build16(NetBuilder net) => AlexNet.Head(net, net.Flatten("flatten", Pools(net, pad: 1)[^1]));

    /// <summary>The results of the five pools, the first convolution with <paramref name="pad"/> zeros on all sides.</summary>
    internal static Value[] Pools(NetBuilder net, int pad)
    {
        Value x = net.Input;
        var pools = new Value[Blocks.Length];
        for (int b = 0; b < Blocks.Length; b++)
        {
            for (int i = 0; i < Blocks[b].Length; i++)
                x = net.ConvAct($"conv{b + 1}_{i + 1}", x, Blocks[b][i], new Kernel(3).Padded(b == 0 && i == 0 ? pad : 1));
            pools[b] = x = net.MaxPool($"pool{b + 1}", x, kernel: 2, stride: 2, pad: 0, ceil: pad > 1);
        }
        return pools;
    }
}
