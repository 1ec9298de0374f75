namespace EdgeKit.Onnx.Analysis;

/// <summary>Parameters and multiply-accumulates of a node.</summary>
internal static class LayerCost
{
    /// <summary>Learned numbers among the node's constants that are not in <paramref name="counted"/> yet; adds them to it.</summary>
    internal static long Parameters(Node node, HashSet<Value> counted)
    {
        long total = 0;
        for (int i = 0; i < node.Inputs.Count; i++)
        {
            if (node.Inputs[i] is { Constant: { } constant } value && IsLearned(node, i, constant) && counted.Add(value)) total += constant.Length;
        }
        return total;
    }

    /// <summary>Multiply-accumulates, from the shapes.</summary>
    internal static long Macs(Node node) => node.OpType switch
    {
        "Conv" => Count(node.Outputs[0]) * PerOutput(node.Input(1)),
        "QLinearConv" => Count(node.Outputs[0]) * PerOutput(node.Input(3)),
        // Every input element meets each weight of its channel: [Cin, Cout/group, ...] has that many behind the first axis.
        "ConvTranspose" => Count(node.Input(0)) * PerOutput(node.Input(1)),
        "Gemm" => Count(node.Outputs[0]) * node.Input(0).Dims[node.Attributes.Int("transA", 0) == 1 ? 0 : 1],
        "MatMul" or "QLinearMatMul" => Count(node.Outputs[0]) * node.Input(0).Dims[^1],
        _ => 0,
    };

    private static bool IsLearned(Node node, int input, Tensor constant) => node.OpType switch
    {
        "Conv" or "ConvTranspose" or "Gemm" or "BatchNormalization" or "LayerNormalization" or "InstanceNormalization" => input is 1 or 2,
        "QLinearConv" => input is 3 or 8,
        "QLinearMatMul" => input == 3,
        "DequantizeLinear" or "QuantizeLinear" => input == 0,
        "PRelu" => input == 1,
        "MatMul" => true,
        "Gather" => input == 0 && constant.Type == ElementType.Float,
        // Tokens that are learned join those of the input.
        "Add" or "Sub" or "Mul" or "Div" or "Concat" => constant.Type == ElementType.Float && constant.Length > 1,
        _ => false,
    };

    private static long Count(Value value) => value.Dims.Aggregate(1L, static (product, d) => product * d);

    private static long PerOutput(Value weights) => weights.Dims.Skip(1).Aggregate(1L, static (product, d) => product * d);
}
