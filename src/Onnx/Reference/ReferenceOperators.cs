using EdgeKit.Onnx.Pointwise;
using EdgeKit.Onnx.Reference;

namespace EdgeKit.Onnx;

/// <summary>
/// The operators of ONNX (in the normalised forms of a <see cref="Graph"/>), of com.microsoft and of EdgeKit's own domain,
/// computed in float32 as plainly as possible: the yardstick for every faster way, and what constant folding runs.
/// </summary>
public static class ReferenceOperators
{
    private static readonly Dictionary<string, Func<Call, Tensor[]>> Standard = new(StringComparer.Ordinal)
    {
        ["Conv"] = Convolution.Conv,
        ["ConvTranspose"] = ConvTranspose.Compute,
        ["Gemm"] = MatrixProducts.Gemm,
        ["MatMul"] = MatrixProducts.MatMul,
        ["MaxPool"] = Pooling.MaxPool,
        ["AveragePool"] = Pooling.AveragePool,
        ["GlobalAveragePool"] = Pooling.GlobalAveragePool,
        ["GlobalMaxPool"] = Pooling.GlobalMaxPool,
        ["BatchNormalization"] = Normalisation.BatchNormalization,
        ["LayerNormalization"] = Normalisation.LayerNormalization,
        ["LRN"] = Normalisation.Lrn,

        ["Clip"] = Activations.Clip,
        ["PRelu"] = Activations.PRelu,
        ["Softmax"] = static call => Activations.Softmax(call, logarithm: false),
        ["LogSoftmax"] = static call => Activations.Softmax(call, logarithm: true),

        ["Add"] = Arithmetic.Binary<Arithmetic.Add>,
        ["Sub"] = Arithmetic.Binary<Arithmetic.Sub>,
        ["Mul"] = Arithmetic.Binary<Arithmetic.Mul>,
        ["Div"] = Arithmetic.Binary<Arithmetic.Div>,
        ["Mod"] = Arithmetic.Mod,
        ["Pow"] = Arithmetic.Pow,
        ["Sum"] = Arithmetic.Variadic<Arithmetic.Add>,
        ["Mean"] = Arithmetic.Mean,
        ["Min"] = Arithmetic.Variadic<Arithmetic.Min>,
        ["Max"] = Arithmetic.Variadic<Arithmetic.Max>,
        ["Abs"] = Arithmetic.Unary<Arithmetic.Abs>,
        ["Neg"] = Arithmetic.Unary<Arithmetic.Neg>,
        ["Sign"] = Arithmetic.Unary<Arithmetic.Sign>,
        ["BitwiseAnd"] = static call => Bits.Binary(call, '&'),
        ["BitwiseOr"] = static call => Bits.Binary(call, '|'),
        ["BitwiseXor"] = static call => Bits.Binary(call, '^'),
        ["BitwiseNot"] = Bits.Not,
        ["BitShift"] = Bits.Shift,

        ["Equal"] = Comparisons.Compare<Comparisons.Equal>,
        ["Greater"] = Comparisons.Compare<Comparisons.Greater>,
        ["GreaterOrEqual"] = Comparisons.Compare<Comparisons.GreaterOrEqual>,
        ["Less"] = Comparisons.Compare<Comparisons.Less>,
        ["LessOrEqual"] = Comparisons.Compare<Comparisons.LessOrEqual>,
        ["And"] = static call => Comparisons.Logical(call, static (a, b) => a && b),
        ["Or"] = static call => Comparisons.Logical(call, static (a, b) => a || b),
        ["Xor"] = static call => Comparisons.Logical(call, static (a, b) => a != b),
        ["Not"] = Comparisons.Not,
        ["IsNaN"] = static call => Comparisons.Test(call, double.IsNaN),
        ["IsInf"] = Comparisons.IsInf,

        ["ReduceSum"] = static call => Reductions.Reduce(call, Reductions.Sum),
        ["ReduceMean"] = static call => Reductions.Reduce(call, Reductions.Mean),
        ["ReduceMax"] = static call => Reductions.Reduce(call, Reductions.Max),
        ["ReduceMin"] = static call => Reductions.Reduce(call, Reductions.Min),
        ["ReduceProd"] = static call => Reductions.Reduce(call, Reductions.Product),
        ["ReduceL1"] = static call => Reductions.Reduce(call, Reductions.L1),
        ["ReduceL2"] = static call => Reductions.Reduce(call, Reductions.L2),
        ["ReduceSumSquare"] = static call => Reductions.Reduce(call, Reductions.SumSquare),
        ["ReduceLogSum"] = static call => Reductions.Reduce(call, Reductions.LogSum),
        ["ReduceLogSumExp"] = static call => Reductions.Reduce(call, Reductions.LogSumExp),
        ["ArgMax"] = static call => Reductions.ArgMax(call, smallest: false),
        ["ArgMin"] = static call => Reductions.ArgMax(call, smallest: true),

        ["Identity"] = Shaping.Identity,
        ["Dropout"] = Shaping.Dropout,
        ["Constant"] = Shaping.Constant,
        ["Cast"] = Casting.Cast,
        ["Reshape"] = Shaping.Reshape,
        ["Flatten"] = Shaping.Flatten,
        ["Squeeze"] = Shaping.Squeeze,
        ["Unsqueeze"] = Shaping.Unsqueeze,
        ["Shape"] = Shaping.Shape,
        ["Size"] = Shaping.Size,
        ["ConstantOfShape"] = Shaping.ConstantOfShape,
        ["Range"] = Shaping.Range,
        ["Expand"] = Shaping.Expand,
        ["Transpose"] = Shaping.Transpose,
        ["Tile"] = Shaping.Tile,
        ["DepthToSpace"] = Shaping.DepthToSpace,
        ["SpaceToDepth"] = Shaping.SpaceToDepth,
        ["Concat"] = Selection.Concat,
        ["Split"] = Selection.Split,
        ["Slice"] = Selection.Slice,
        ["Gather"] = Selection.Gather,
        ["Where"] = Selection.Where,
        ["GatherElements"] = Indexing.GatherElements,
        ["GatherND"] = Indexing.GatherND,
        ["ScatterElements"] = Indexing.ScatterElements,
        ["Scatter"] = Indexing.ScatterElements,
        ["ScatterND"] = Indexing.ScatterND,
        ["TopK"] = Ranking.TopK,
        ["CumSum"] = Ranking.CumSum,
        ["Hardmax"] = Ranking.Hardmax,
        ["OneHot"] = Patterns.OneHot,
        ["Trilu"] = Patterns.Trilu,
        ["EyeLike"] = Patterns.EyeLike,
        ["ReverseSequence"] = Patterns.ReverseSequence,
        ["GridSample"] = Sampling.GridSample,
        ["Pad"] = Padding.Pad,
        ["Resize"] = Resizing.Resize,

        ["QuantizeLinear"] = Quantization.QuantizeLinear,
        ["DequantizeLinear"] = Quantization.DequantizeLinear,
        ["QLinearConv"] = QLinear.Conv,
        ["QLinearMatMul"] = QLinear.MatMul,
    };

    private static readonly Dictionary<string, Func<Call, Tensor[]>> Microsoft = new(StringComparer.Ordinal)
    {
        ["QLinearAdd"] = QLinear.Add,
        ["QLinearGlobalAveragePool"] = QLinear.GlobalAveragePool,
        ["QLinearConcat"] = QLinear.Concat,
    };

    private static readonly Dictionary<string, Func<Call, Tensor[]>> EdgeKit = new(StringComparer.Ordinal)
    {
        ["ChannelShuffle"] = Shaping.ChannelShuffle,
        ["GridSample"] = Sampling.GridSample,
    };

    /// <summary>Whether <see cref="Evaluate"/> knows the operator of a node; it may still refuse some of its attributes.</summary>
    public static bool Supports(Node node) => Find(node) is not null;

    /// <summary>Computes the outputs of a node.</summary>
    /// <param name="node">The node; only its operator, attributes and number of outputs matter.</param>
    /// <param name="inputs">Its inputs in order, null where one is left out.</param>
    /// <returns>One tensor for each output. A result may share memory with an input.</returns>
    /// <exception cref="ModelException">The operator is not supported, or the node and its inputs do not fit together.</exception>
    public static Tensor[] Evaluate(Node node, IReadOnlyList<Tensor?> inputs)
    {
        Func<Call, Tensor[]> compute = Find(node)
            ?? throw ModelException.At(node, $"operator {(node.Domain.Length == 0 ? "" : node.Domain + '.')}{node.OpType} is not supported");
        Tensor[] results;
        try
        {
            results = compute(new Call(node, inputs));
        }
        // Arithmetic: integer division by zero. Invalid operation: an element type that the operator does not expect. Model: an attribute of another type.
        catch (Exception e) when (e is ArithmeticException or ArgumentException or InvalidOperationException
            || (e is ModelException && !e.Message.StartsWith("node '", StringComparison.Ordinal)))
        {
            throw ModelException.At(node, e.Message);
        }
        if (results.Length < node.Outputs.Count)
            throw ModelException.At(node, $"output {results.Length} is not supported; only the first {results.Length} are computed");
        return results.Length == node.Outputs.Count ? results : results[..node.Outputs.Count];
    }

    private static Func<Call, Tensor[]>? Find(Node node) => node.Domain switch
    {
        "" or "ai.onnx" => Standard.GetValueOrDefault(node.OpType),
        "com.microsoft" => Microsoft.GetValueOrDefault(node.OpType),
        Graph.EdgeKitDomain => EdgeKit.GetValueOrDefault(node.OpType),
        _ => null,
    } ?? (PointwiseFunctions.Find(node) is { } function ? call => Activations.Map(call, function.Of(call.Node)) : null);
}
