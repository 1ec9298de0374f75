namespace EdgeKit.Onnx.Networks;

/// <summary>
/// A small network of conditionally parametrised convolutions: Yang et al., CondConv (2019), figure 1b. Kernels that are a weighted sum of experts, the weights
/// coming from the input, give the same as the experts' results summed by those weights; so weights stay constant and can be quantized.
/// </summary>
internal static class ConditionalConv
{
    private const int Experts = 4;

    private static readonly int[] Widths = [64, 128, 256];

    internal static Value Build(NetBuilder net)
    {
        Value x = net.Chain("stem", net.Input, Activation.Relu, (32, new Kernel(3, 2)));
        foreach ((int i, int outputs) in Widths.Index()) x = Layer(net, $"layer{i + 1}", x, net.Scaled(outputs));
        return net.Classify(net.Features(x));
    }

    private static Value Layer(NetBuilder net, string name, Value x, int outputs)
    {
        Value routes = net.Conv($"{name}.route", net.GlobalPool($"{name}.pool", x), Experts, new Kernel(1));
        Value[] weights = net.Split($"{name}.routes", net.Activate($"{name}.route", routes, Activation.Sigmoid), 1, 1, 1, 1, 1);
        Value sum = Expert(0);
        for (int e = 1; e < Experts; e++) sum = net.Add($"{name}.sum{e}", sum, Expert(e));
        return net.Norm(name, sum, Activation.Relu);

        Value Expert(int e) => net.Multiply($"{name}.weighted{e + 1}", net.Conv($"{name}.expert{e + 1}", x, outputs, new Kernel(3, 2), bias: false), weights[e]);
    }
}
