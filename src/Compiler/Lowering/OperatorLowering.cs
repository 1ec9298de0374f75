using EdgeKit.Onnx;
using EdgeKit.Onnx.Pointwise;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Compiler.Lowering;

/// <summary>From ONNX operators to their lowering: the list of what the runtime takes, and pointwise functions that it has one of the same name for.</summary>
internal static class OperatorLowering
{
    private static readonly Dictionary<string, (Action<LoweringContext, Node> Lower, bool Int8)> s_table = new(StringComparer.Ordinal)
    {
        ["Conv"] = (ConvolutionLowering.Conv, true),
        ["ConvTranspose"] = (ConvolutionLowering.Conv, true),
        ["Gemm"] = (ConvolutionLowering.Gemm, true),
        ["MatMul"] = (ConvolutionLowering.MatMul, true),
        ["MaxPool"] = (PoolingLowering.Max, true),
        ["AveragePool"] = (PoolingLowering.Average, true),
        ["GlobalAveragePool"] = (PoolingLowering.GlobalAverage, true),
        ["GlobalMaxPool"] = (PoolingLowering.GlobalMax, true),
        ["Add"] = Binary(BinaryFunction.Add, true),
        ["Sub"] = Binary(BinaryFunction.Sub, true),
        ["Mul"] = Binary(BinaryFunction.Mul, true),
        ["Div"] = Binary(BinaryFunction.Div, false),
        ["Pow"] = Binary(BinaryFunction.Pow, false),
        ["PRelu"] = Binary(BinaryFunction.PRelu, true),
        ["Min"] = (static (c, n) => ElementwiseLowering.Variadic(c, n, BinaryFunction.Min), false),
        ["Max"] = (static (c, n) => ElementwiseLowering.Variadic(c, n, BinaryFunction.Max), false),
        ["Sum"] = (static (c, n) => ElementwiseLowering.Variadic(c, n, BinaryFunction.Add), false),
        ["Clip"] = (ElementwiseLowering.Clip, true),
        ["Relu"] = (static (c, n) => ElementwiseLowering.Unary(c, n, UnaryFunction.Clip, 0, float.PositiveInfinity), true),
        ["Reshape"] = (ShapeLowering.Reshape, true),
        ["Flatten"] = (ShapeLowering.Reshape, true),
        ["Squeeze"] = (ShapeLowering.Reshape, true),
        ["Unsqueeze"] = (ShapeLowering.Reshape, true),
        ["Identity"] = (ShapeLowering.Identity, true),
        ["Dropout"] = (ShapeLowering.Identity, true),
        ["Transpose"] = (MovementLowering.Transpose, true),
        ["Concat"] = (MovementLowering.Concat, true),
        ["Split"] = (MovementLowering.Split, true),
        ["Slice"] = (MovementLowering.Slice, true),
        ["Expand"] = (MovementLowering.Expand, true),
        ["Gather"] = (MovementLowering.Gather, true),
        ["ChannelShuffle"] = (MovementLowering.ChannelShuffle, true),
        ["DepthToSpace"] = (MovementLowering.DepthToSpace, true),
        ["SpaceToDepth"] = (MovementLowering.SpaceToDepth, true),
        ["Pad"] = (PadLowering.Pad, true),
        ["Resize"] = (ResizeLowering.Resize, true),
        ["GridSample"] = (SamplingLowering.GridSample, false),
        ["ReduceMean"] = Reduce(ReduceFunction.Mean),
        ["ReduceSum"] = Reduce(ReduceFunction.Sum),
        ["ReduceMax"] = Reduce(ReduceFunction.Max),
        ["ReduceMin"] = Reduce(ReduceFunction.Min),
        ["ReduceProd"] = Reduce(ReduceFunction.Prod),
        ["ReduceL1"] = Reduce(ReduceFunction.L1),
        ["ReduceL2"] = Reduce(ReduceFunction.L2),
        ["Softmax"] = (static (c, n) => ReductionLowering.Softmax(c, n, logarithm: false), false),
        ["LogSoftmax"] = (static (c, n) => ReductionLowering.Softmax(c, n, logarithm: true), false),
        ["ArgMax"] = (ReductionLowering.ArgMax, false),
        ["LayerNormalization"] = (ReductionLowering.LayerNorm, false),
        ["LRN"] = (ReductionLowering.Lrn, false),
        ["BatchNormalization"] = (ReductionLowering.BatchNorm, false),
        ["QuantizeLinear"] = (QuantizationLowering.Quantize, true),
        ["DequantizeLinear"] = (QuantizationLowering.Dequantize, true),
    };

    /// <summary>Names of all operators that can be lowered, with whether an INT8 form exists.</summary>
    public static IEnumerable<(string OpType, bool Int8)> Supported => s_table.Select(static p => (p.Key, p.Value.Int8))
        .Concat(PointwiseFunctions.All.Where(static f => !s_table.ContainsKey(f.OpType) && FunctionOf(f) is not null).Select(static f => (f.OpType, true)))
        .OrderBy(static p => p.Item1, StringComparer.Ordinal);

    public static bool IsSupported(Node node) => Find(node) is not null;

    public static bool HasInt8(Node node) => Find(node) is { Int8: true };

    public static void Lower(LoweringContext context, Node node)
    {
        if (Find(node) is not { } rule) throw ModelException.At(node, $"operator {(node.Domain.Length == 0 ? "" : node.Domain + ".")}{node.OpType} is not supported by the runtime; 'edgekit inspect' lists what is");
        rule.Lower(context, node);
    }

    private static (Action<LoweringContext, Node> Lower, bool Int8)? Find(Node node) =>
        node.Is(node.OpType) && s_table.TryGetValue(node.OpType, out (Action<LoweringContext, Node>, bool) rule) ? rule
        : PointwiseFunctions.Find(node) is { } f && FunctionOf(f) is { } function ? ((c, n) => ElementwiseLowering.Pointwise(c, n, f, function), true)
        : null;

    private static UnaryFunction? FunctionOf(PointwiseFunction f) => Enum.TryParse(f.OpType, out UnaryFunction function) ? function : null;

    private static (Action<LoweringContext, Node>, bool) Binary(BinaryFunction function, bool int8) => ((c, n) => ElementwiseLowering.Binary(c, n, function), int8);

    private static (Action<LoweringContext, Node>, bool) Reduce(ReduceFunction function) => ((c, n) => ReductionLowering.Reduce(c, n, function), false);
}
