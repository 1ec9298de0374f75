namespace EdgeKit.Onnx.Networks;

/// <summary>
/// The image classifier of MLPerf Tiny (Banbury et al., MLPerf Tiny Benchmark, 2021; mlcommons/tiny), made for 32x32 pictures: three residual blocks of 16, 32
/// and 64 channels, with projection shortcuts that are not normalised.
/// </summary>
internal static class ResNet8
{
    internal static Value Build(NetBuilder net)
    {
        Value x = net.ConvNorm("stem", net.Input, net.Scaled(16), kernel: 3, activation: Activation.Relu);
        for (int stage = 0; stage < 3; stage++)
        {
            string name = $"block{stage + 1}";
            int width = net.Scaled(16 << stage), stride = stage == 0 ? 1 : 2;
            Value y = net.ConvNorm($"{name}.conv1", x, width, kernel: 3, stride, activation: Activation.Relu);
            y = net.ConvNorm($"{name}.conv2", y, width, kernel: 3);
            Value shortcut = stage == 0 ? x : net.Conv($"{name}.shortcut", x, width, kernel: 1, stride, pad: 0, group: 1, bias: true);
            x = net.Activate(name, net.Add($"{name}.add", y, shortcut), Activation.Relu);
        }
        return net.Classify(net.Features(x));
    }
}
