namespace EdgeKit.Onnx.Networks;

/// <summary>C3D: Tran et al., Learning Spatiotemporal Features with 3D Convolutional Networks (2015), figure 3: sixteen frames of a film, cubes of 3.</summary>
internal static class VolumeConvolutional
{
    /// <summary>Frames that are looked at together.</summary>
    internal const int Frames = 16;

    private static readonly int[][] Blocks = [[64], [128], [256, 256], [512, 512], [512, 512]];

    internal static Value Build(NetBuilder net)
    {
        Value x = net.Input;
        for (int b = 0; b < Blocks.Length; b++)
        {
            for (int i = 0; i < Blocks[b].Length; i++)
                x = net.Activate($"conv{b + 1}{"ab"[i]}", net.VolumeConv($"conv{b + 1}{"ab"[i]}", x, net.Scaled(Blocks[b][i])), Activation.Relu);
            // The first pool keeps all frames; the last has a row and a column of padding, for 7 to become 4.
            int depth = b == 0 ? 1 : 2, pad = x.Dims[3] % 2;
            x = net.VolumePool($"pool{b + 1}", x, [depth, 2, 2], [0, 0, 0, 0, pad, pad]);
        }
        return AlexNet.Head(net, net.Flatten("flatten", x));
    }
}
