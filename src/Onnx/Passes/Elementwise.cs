namespace EdgeKit.Onnx.Passes;

/// <summary>Knowledge of elementwise operators.</summary>
internal static class Elementwise
{
    /// <summary>Whether the node computes every element of its output from the same element of its first input and constants of one element.</summary>
    internal static bool IsUnary(Node node) => node.OpType switch
    {
        "Relu" or "LeakyRelu" or "Elu" or "Sigmoid" or "HardSigmoid" or "HardSwish" or "Silu" or "Tanh" or "Gelu" or "Erf" or "Softplus" or "Softsign" or "Mish" or "Selu"
            or "Abs" or "Neg" or "Exp" or "Log" or "Sqrt" or "Floor" or "Ceil" or "Round" or "Reciprocal" => node.Is(node.OpType),
        "Clip" => node.Is("Clip"),
        _ => false,
    };
}
