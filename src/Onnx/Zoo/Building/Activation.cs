namespace EdgeKit.Onnx.Networks;

/// <summary>Activation behind a layer.</summary>
internal enum Activation
{
    None,
    Relu,
    Relu6,
    HardSwish,
    Silu,
    Gelu,
    Tanh,
    Sigmoid,
    Elu,

    /// <summary>With a slope of 0.2 below zero.</summary>
    LeakyRelu,
}
