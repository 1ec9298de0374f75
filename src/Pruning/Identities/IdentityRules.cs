using System.Collections.Frozen;
using EdgeKit.Onnx;
using EdgeKit.Onnx.Pointwise;

namespace EdgeKit.Pruning.Identities;

/// <summary>How an operator carries identities from its inputs to its outputs.</summary>
internal delegate void IdentityRule(Node node, IdentityBuilder builder);

/// <summary>The rule of every operator that is not pointwise. One that is neither freezes what it reads.</summary>
internal static class IdentityRules
{
    private static readonly FrozenDictionary<string, IdentityRule> Table = Build();

    /// <summary>Applies the rule of a node.</summary>
    /// <exception cref="ModelException">The model is quantized.</exception>
    public static void Apply(Node node, IdentityBuilder builder)
    {
        bool known = node.Domain.Length == 0 || node.Domain == Graph.EdgeKitDomain;
        if (IsQuantized(node))
            throw ModelException.At(node, "the model is quantized; prune the float model first and quantize the result");
        if (known && Table.TryGetValue(node.OpType, out IdentityRule? rule)) rule(node, builder);
        else if (PointwiseFunctions.Find(node) is not null) ElementwiseRules.Unary(node, builder);
        else builder.FreezeInputs(node, $"{node.OpType} is not followed");
    }

    private static bool IsQuantized(Node node) =>
        node.OpType.Contains("QuantizeLinear", StringComparison.Ordinal) || node.OpType.StartsWith("QLinear", StringComparison.Ordinal) ||
        node.OpType is "ConvInteger" or "MatMulInteger";

    private static FrozenDictionary<string, IdentityRule> Build()
    {
        var table = new Dictionary<string, IdentityRule>(StringComparer.Ordinal)
        {
            ["Conv"] = LayerRules.Convolution,
            ["ConvTranspose"] = LayerRules.TransposedConvolution,
            ["Gemm"] = LayerRules.Gemm,
            ["MatMul"] = LayerRules.MatMul,
            ["BatchNormalization"] = LayerRules.BatchNormalization,
            ["Concat"] = MovementRules.Concat,
            ["Pad"] = MovementRules.Pad,
            ["Expand"] = MovementRules.Expand,
            ["Resize"] = MovementRules.Resize,
            ["GridSample"] = MovementRules.Sample,
            ["Softmax"] = ReductionRules.Along(-1),
            ["LogSoftmax"] = ReductionRules.Along(-1),
            ["LayerNormalization"] = ReductionRules.From(-1),
            ["LRN"] = ReductionRules.OverChannels,
            ["ArgMax"] = ReductionRules.Reduce,
            ["ArgMin"] = ReductionRules.Reduce,
        };
        Add(table, MovementRules.Move, "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Identity", "Transpose", "Split", "Slice", "Gather",
            "Tile", "ChannelShuffle");
        Add(table, MovementRules.MoveBlocks, "DepthToSpace", "SpaceToDepth");
        Add(table, ElementwiseRules.Unary, "Clip", "Not", "Cast", "CastLike", "Dropout");
        Add(table, ElementwiseRules.Joined, "Add", "Sub", "Mul", "Div", "Pow", "Min", "Max", "Sum", "Mean", "PRelu", "Where", "Equal", "Greater",
            "GreaterOrEqual", "Less", "LessOrEqual", "And", "Or", "Xor", "Mod");
        Add(table, MovementRules.Spatial, "MaxPool", "AveragePool", "GlobalAveragePool", "GlobalMaxPool");
        Add(table, ReductionRules.Reduce, "ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2",
            "ReduceSumSquare", "ReduceLogSum", "ReduceLogSumExp");
        return table.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static void Add(Dictionary<string, IdentityRule> table, IdentityRule rule, params string[] operators)
    {
        foreach (string name in operators) table.Add(name, rule);
    }
}
