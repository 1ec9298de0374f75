namespace EdgeKit.Onnx.Networks;

/// <summary>The perceptron with two hidden layers of LeCun et al., Gradient-Based Learning Applied to Document Recognition (1998), section III.C.4: 784-300-100-10.</summary>
internal static class Perceptron
{
    internal static Value Build(NetBuilder net)
    {
        Value x = net.Flatten("flatten", net.Input);
        x = net.Activate("hidden1", net.Dense("hidden1", x, net.Scaled(300, 1)), Activation.Relu);
        x = net.Activate("hidden2", net.Dense("hidden2", x, net.Scaled(100, 1)), Activation.Relu);
        return net.Classify(x);
    }
}
