namespace EdgeKit.Onnx.Expansions;

/// <summary>The nodes that an operator stands for: values for its outputs in order, or null where the node stays as it is.</summary>
internal delegate IReadOnlyList<Value?>? ExpansionRule(Expansion expansion);

/// <summary>
/// Operators that are written as others when shapes are inferred: pruning, quantization and the compiler see only what they are made of.
/// </summary>
internal static class Expander
{
    private static readonly Dictionary<string, ExpansionRule> Standard = new(StringComparer.Ordinal)
    {
        ["Conv"] = VolumeConvolution.Expand,
        ["ConvTranspose"] = TransposedVolumeConvolution.Expand,
        ["MaxPool"] = VolumePooling.Window,
        ["AveragePool"] = VolumePooling.Window,
        ["GlobalAveragePool"] = VolumePooling.Global,
        ["GlobalMaxPool"] = VolumePooling.Global,
        ["LpPool"] = LpPooling.Window,
        ["GlobalLpPool"] = LpPooling.Global,
        ["DeformConv"] = DeformableConvolution.Expand,

        ["InstanceNormalization"] = ChannelNormalization.Instance,
        ["GroupNormalization"] = ChannelNormalization.Group,
        ["LayerNormalization"] = ChannelNormalization.LayerWithStatistics,
        ["LpNormalization"] = VectorNormalization.Lp,
        ["RMSNormalization"] = VectorNormalization.RootMeanSquare,
        ["SimplifiedLayerNormalization"] = VectorNormalization.RootMeanSquare,
        ["MeanVarianceNormalization"] = VectorNormalization.MeanVariance,

        ["LSTM"] = Lstm.Expand,
        ["GRU"] = Gru.Expand,
        ["RNN"] = Rnn.Expand,

        ["CastLike"] = SimpleForms.CastLike,
        ["CenterCropPad"] = CenterCropPad.Expand,
        ["Celu"] = SimpleForms.Celu,
        ["AffineGrid"] = AffineGrid.Expand,
        ["Einsum"] = Einsum.Expand,
    };

    private static readonly Dictionary<string, ExpansionRule> Microsoft = new(StringComparer.Ordinal)
    {
        ["MultiHeadAttention"] = MultiHeadAttention.Expand,
    };

    /// <summary>Operators that are written as others, in some or in all of their forms; for documentation.</summary>
    public static IEnumerable<string> Operators => Standard.Keys.Concat(Microsoft.Keys).Order(StringComparer.Ordinal);

    /// <summary>Expands a node where there is a rule that does; false leaves it as it is.</summary>
    /// <param name="node">A node whose inputs have shapes.</param>
    /// <param name="visit">Infers and folds each new node.</param>
    public static bool TryExpand(Node node, Action<Node> visit)
    {
        ExpansionRule? rule = node.Domain switch
        {
            "" => Standard.GetValueOrDefault(node.OpType),
            "com.microsoft" => Microsoft.GetValueOrDefault(node.OpType),
            _ => null,
        };
        if (rule is null) return false;
        bool expanded = false;
        NodeErrors.Named(node, n =>
        {
            var expansion = new Expansion(n, visit);
            if (rule(expansion) is not { } results) return;
            expansion.Finish(results);
            expanded = true;
        });
        return expanded;
    }
}
