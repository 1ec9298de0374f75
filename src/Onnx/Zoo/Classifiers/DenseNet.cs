namespace EdgeKit.Onnx.Networks;

/// <summary>DenseNet-121: Huang et al., Densely Connected Convolutional Networks (2017), table 1, growth 32.</summary>
internal static class DenseNet
{
    private static readonly int[] Layers = [6, 12, 24, 16];

    internal static Value Build121(NetBuilder net)
    {
        int growth = net.Scaled(32);
        Value x = net.ConvNorm("stem", net.Input, net.Scaled(64), kernel: 7, stride: 2, activation: Activation.Relu);
        x = net.MaxPool("stem.pool", x, kernel: 3, stride: 2, pad: 1);
        for (int b = 0; b < Layers.Length; b++)
        {
            for (int i = 1; i <= Layers[b]; i++)
            {
                string name = $"block{b + 1}.{i}";
                Value y = net.Conv($"{name}.bottleneck", net.Norm($"{name}.norm1", x, Activation.Relu), 4 * growth, new Kernel(1), bias: false);
                y = net.Conv($"{name}.grow", net.Norm($"{name}.norm2", y, Activation.Relu), growth, new Kernel(3), bias: false);
                x = net.Concat($"{name}.concat", x, y);
            }
            x = net.Norm($"transition{b + 1}", x, Activation.Relu);
            if (b + 1 == Layers.Length) break;
            x = net.Conv($"transition{b + 1}.conv", x, NetBuilder.Channels(x) / 2, new Kernel(1), bias: false);
            x = net.AveragePool($"transition{b + 1}.pool", x, kernel: 2, stride: 2, pad: 0);
        }
        return net.Classify(net.Features(x));
    }
}
