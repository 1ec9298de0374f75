using EdgeKit.Onnx;
using EdgeKit.Onnx.Pointwise;

namespace EdgeKit.Quantization;

/// <summary>How an operator takes part in INT8.</summary>
internal enum OperatorKind
{
    /// <summary>A layer with constant weights: INT8 always, it is where the time goes. Its input is quantized even when float code made it.</summary>
    Weighted,

    /// <summary>Arithmetic on two tensors; every result is rounded to parameters of its own.</summary>
    Arithmetic,

    /// <summary>Averages: no result lies outside the range of the input, but each is rounded to parameters of its own.</summary>
    Average,

    /// <summary>A function of each element alone: a table of 256 entries.</summary>
    Function,

    /// <summary>Joins tensors; inputs and output share parameters where that is possible.</summary>
    Concat,

    /// <summary>Copies or selects elements: the output has the parameters of input 0.</summary>
    DataMovement,
}

/// <summary>The operators that run in INT8: those of this table, and activations. All else stays in float: Softmax, normalisations, exponentials, decode arithmetic.</summary>
internal static class QuantizableOperators
{
    private static readonly Dictionary<string, OperatorKind> Table = new(StringComparer.Ordinal)
    {
        ["Conv"] = OperatorKind.Weighted,
        ["ConvTranspose"] = OperatorKind.Weighted,
        ["Gemm"] = OperatorKind.Weighted,
        ["MatMul"] = OperatorKind.Weighted,

        ["Add"] = OperatorKind.Arithmetic,
        ["Mul"] = OperatorKind.Arithmetic,
        ["AveragePool"] = OperatorKind.Average,
        ["GlobalAveragePool"] = OperatorKind.Average,

        ["Clip"] = OperatorKind.Function,
        ["PRelu"] = OperatorKind.Function,

        ["Concat"] = OperatorKind.Concat,

        ["MaxPool"] = OperatorKind.DataMovement,
        ["GlobalMaxPool"] = OperatorKind.DataMovement,
        ["Reshape"] = OperatorKind.DataMovement,
        ["Flatten"] = OperatorKind.DataMovement,
        ["Squeeze"] = OperatorKind.DataMovement,
        ["Unsqueeze"] = OperatorKind.DataMovement,
        ["Transpose"] = OperatorKind.DataMovement,
        ["Slice"] = OperatorKind.DataMovement,
        ["Split"] = OperatorKind.DataMovement,
        ["Gather"] = OperatorKind.DataMovement,
        ["Pad"] = OperatorKind.DataMovement,
        // Linear interpolation stays inside the range of its input, so it shares parameters as nearest does.
        ["Resize"] = OperatorKind.DataMovement,
        ["DepthToSpace"] = OperatorKind.DataMovement,
        ["ChannelShuffle"] = OperatorKind.DataMovement,
    };

    /// <summary>The operator's kind, or null when it has no INT8 form.</summary>
    public static OperatorKind? KindOf(Node node) =>
        Table.TryGetValue(node.OpType, out OperatorKind kind) && node.Is(node.OpType) ? kind
        : PointwiseFunctions.Find(node) is { IsActivation: true } ? OperatorKind.Function : null;

    /// <summary>What keeps this node from INT8 although its operator has an INT8 form, or null.</summary>
    public static string? Obstacle(Node node) => node.OpType switch
    {
        "Conv" or "ConvTranspose" => WeightObstacle(node, 2),
        "MatMul" => node.ConstantInput(1) is { Rank: 2 } ? null : "both operands are computed, or the weight is not a matrix",
        "Gemm" => GemmObstacle(node),
        "Clip" => IsConstantOrAbsent(node, 1) && IsConstantOrAbsent(node, 2) ? null : "its bounds are computed",
        "PRelu" => node.ConstantInput(1) is null ? "its slope is computed" : null,
        "MaxPool" => node.Outputs.Count > 1 ? "its indices are read" : null,
        "Resize" => node.Attributes.String("mode", "nearest") is "nearest" or "linear" ? null : "cubic interpolation leaves the range of its input",
        "Pad" => PadObstacle(node),
        "Concat" => node.Inputs.Any(static v => v is { IsConstant: true }) ? "it joins a constant" : null,
        "Reshape" or "Squeeze" or "Unsqueeze" or "Slice" or "Split" or "Gather" =>
            Enumerable.Range(1, Math.Max(0, node.Inputs.Count - 1)).All(i => IsConstantOrAbsent(node, i)) ? null : "its shape operands are computed",
        _ => null,
    };

    /// <summary>The inputs that carry activations.</summary>
    public static IEnumerable<int> ActivationInputs(Node node) =>
        KindOf(node) is OperatorKind.Concat or OperatorKind.Arithmetic ? Enumerable.Range(0, node.Inputs.Count) : [0];

    /// <summary>True for Relu and Clip(0, …), which cost nothing when the operator before them rounds to a range that starts at 0.</summary>
    public static bool IsRectifier(Node node) =>
        node.Is("Relu") || (node.Is("Clip") && Obstacle(node) is null && ClipBounds(node) is { Low: 0, High: > 0 });

    /// <summary>True for operators that round their accumulator once, after a rectifier that follows.</summary>
    public static bool TakesRectifier(Node node) => KindOf(node) is OperatorKind.Weighted or OperatorKind.Arithmetic;

    /// <summary>Interval that the operator's results cannot leave.</summary>
    public static ValueRange Bounds(Node node) => node.OpType switch
    {
        "Relu" => new(0, float.PositiveInfinity),
        "Clip" when Obstacle(node) is null => ClipBounds(node),
        _ => FixedRange(node) ?? ValueRange.Unbounded,
    };

    /// <summary>
    /// The range of functions that have the same on every image, or null. Sigmoid and Tanh take power-of-two scales (1/256, 1/128) as TFLite does;
    /// HardSigmoid reaches 1 exactly, and often, so 1 must be representable.
    /// </summary>
    public static ValueRange? FixedRange(Node node) => node.OpType switch
    {
        "Sigmoid" => new(0, 255f / 256),
        "HardSigmoid" => new(0, 1),
        "Tanh" => new(-1, 127f / 128),
        _ => null,
    };

    private static ValueRange ClipBounds(Node node) =>
        new(node.ConstantInput(1)?.ToFloats()[0] ?? float.NegativeInfinity, node.ConstantInput(2)?.ToFloats()[0] ?? float.PositiveInfinity);

    private static string? WeightObstacle(Node node, int biasInput) =>
        node.ConstantInput(1) is null ? "its weights are computed"
        : IsConstantOrAbsent(node, biasInput) ? null
        : "its bias is computed";

    private static string? GemmObstacle(Node node)
    {
        if (WeightObstacle(node, 2) is { } obstacle) return obstacle;
        if (node.Attributes.Int("transA", 0) != 0) return "its input is transposed";
        if (node.Attributes.Float("alpha", 1) != 1 || node.Attributes.Float("beta", 1) != 1) return "alpha and beta must be 1";
        int columns = node.ConstantInput(1)!.Shape[node.Attributes.Int("transB", 0) != 0 ? 0 : 1];
        return node.ConstantInput(2) is { } c && (c.Length != columns || c.Shape[^1] != columns) ? "its bias is not one number a column" : null;
    }

    private static string? PadObstacle(Node node)
    {
        if (!IsConstantOrAbsent(node, 1) || !IsConstantOrAbsent(node, 2) || !IsConstantOrAbsent(node, 3)) return "its operands are computed";
        return node.ConstantInput(2) is { Length: > 0 } value && value.ToFloats()[0] != 0 ? "it pads with a number other than 0" : null;
    }

    private static bool IsConstantOrAbsent(Node node, int input) => node.Optional(input) is not { IsConstant: false };
}
