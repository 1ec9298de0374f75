namespace EdgeKit.Onnx.Networks;

/// <summary>The block of MobileNetV2 and its successors: widen, depthwise, narrow without an activation, and a shortcut between the narrow ends.</summary>
internal static class InvertedResidual
{
    /// <summary>Adds one block. Without widening (<paramref name="expanded"/> equal to the channels of x) there is no first convolution.</summary>
    /// <param name="net">The network.</param>
    /// <param name="name">Prefix of the layers' names.</param>
    /// <param name="x">Input of the block.</param>
    /// <param name="expanded">Channels of the depthwise convolution.</param>
    /// <param name="outputs">Channels of the result.</param>
    /// <param name="kernel">Kernel of the depthwise convolution.</param>
    /// <param name="stride">Stride of the depthwise convolution.</param>
    /// <param name="activation">Activation of all but the last convolution.</param>
    /// <param name="squeezed">Channels between the layers of a squeeze-and-excite block; 0 for none.</param>
    internal static Value Add(
        NetBuilder net, string name, Value x, int expanded, int outputs, int kernel, int stride, Activation activation, int squeezed = 0)
    {
        int inputs = NetBuilder.Channels(x);
        Value y = x;
        if (expanded != inputs) y = net.ConvNorm($"{name}.expand", y, expanded, kernel: 1, activation: activation);
        y = net.DepthwiseNorm($"{name}.depthwise", y, kernel, stride, activation);
        // EfficientNet's authors take Swish and a true Sigmoid, MobileNetV3's the cheaper forms.
        bool soft = activation == Activation.Silu;
        if (squeezed > 0) y = net.SqueezeExcite($"{name}.se", y, squeezed, soft ? Activation.Silu : Activation.Relu, soft);
        y = net.ConvNorm($"{name}.project", y, outputs, kernel: 1);
        return stride == 1 && inputs == outputs ? net.Add($"{name}.add", x, y) : y;
    }
}
