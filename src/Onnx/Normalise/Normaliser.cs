namespace EdgeKit.Onnx.Normalise;

/// <summary>
/// Brings the operator forms of older and newer operator sets into the one form that the passes know (that of opset 17, with the axes of reductions as
/// attributes). What needs shapes for it is completed by <see cref="ShapeInference"/>: the sizes of a Split without them, the axes of Pad and Resize,
/// missing zero points, and Softmax over several dimensions.
/// </summary>
internal static class Normaliser
{
    private static readonly Dictionary<string, Action<Node>> Rules = new(StringComparer.Ordinal)
    {
        ["BatchNormalization"] = InferenceForms.BatchNormalization,
        ["Cast"] = InferenceForms.Cast,
        ["Clip"] = AttributesToInputs.Clip,
        ["Dropout"] = InferenceForms.Dropout,
        ["GridSample"] = SamplingForms.GridSample,
        ["LogSoftmax"] = SoftmaxForms.MarkCoerced,
        ["Pad"] = AttributesToInputs.Pad,
        ["ReduceL1"] = ReductionForms.Normalise,
        ["ReduceL2"] = ReductionForms.Normalise,
        ["ReduceLogSum"] = ReductionForms.Normalise,
        ["ReduceLogSumExp"] = ReductionForms.Normalise,
        ["ReduceMax"] = ReductionForms.Normalise,
        ["ReduceMean"] = ReductionForms.Normalise,
        ["ReduceMin"] = ReductionForms.Normalise,
        ["ReduceProd"] = ReductionForms.Normalise,
        ["ReduceSum"] = ReductionForms.Normalise,
        ["ReduceSumSquare"] = ReductionForms.Normalise,
        ["Resize"] = ResizeForms.Resize,
        ["Slice"] = AttributesToInputs.Slice,
        ["Softmax"] = SoftmaxForms.MarkCoerced,
        ["Split"] = AttributesToInputs.Split,
        ["Squeeze"] = AttributesToInputs.Axes,
        ["Unsqueeze"] = AttributesToInputs.Axes,
        ["Upsample"] = ResizeForms.Upsample,
    };

    private static readonly Dictionary<string, Action<Node>> Microsoft = new(StringComparer.Ordinal)
    {
        ["FusedConv"] = FusedForms.Conv,
    };

    /// <summary>Normalises every node of a graph as it was read; <see cref="Graph.Opset"/> tells the forms it has.</summary>
    /// <exception cref="ModelException">An operator has a form that cannot be expressed, such as batch normalisation in training mode.</exception>
    public static void Run(Graph graph)
    {
        foreach (Node node in graph.Nodes.ToArray())
        {
            Dictionary<string, Action<Node>>? rules = node.Domain switch { "" => Rules, "com.microsoft" => Microsoft, _ => null };
            if (rules is null || !rules.TryGetValue(node.OpType, out Action<Node>? rule)) continue;
            NodeErrors.Named(node, rule);
        }
    }
}
