using EdgeKit.Onnx;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Compiler.Lowering;

/// <summary>From ONNX operators to their lowering: the list of what the runtime takes.</summary>
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
        ["LeakyRelu"] = (static (c, n) => ElementwiseLowering.Unary(c, n, UnaryFunction.LeakyRelu, n.Attributes.Float("alpha", 0.01f)), true),
        ["Elu"] = (static (c, n) => ElementwiseLowering.Unary(c, n, UnaryFunction.Elu, n.Attributes.Float("alpha", 1)), true),
        ["HardSigmoid"] = (static (c, n) => ElementwiseLowering.Unary(c, n, UnaryFunction.HardSigmoid, n.Attributes.Float("alpha", 0.2f), n.Attributes.Float("beta", 0.5f)), true),
        ["Gelu"] = (static (c, n) => ElementwiseLowering.Unary(c, n, UnaryFunction.Gelu, n.Attributes.String("approximate", "none") == "tanh" ? 1 : 0), true),
        ["Selu"] = (static (c, n) => ElementwiseLowering.Unary(c, n, UnaryFunction.Selu, n.Attributes.Float("alpha", 1), n.Attributes.Float("gamma", 1)), true),
        ["Softplus"] = Unary(UnaryFunction.Softplus),
        ["Softsign"] = Unary(UnaryFunction.Softsign),
        ["Mish"] = Unary(UnaryFunction.Mish),
        ["Sigmoid"] = Unary(UnaryFunction.Sigmoid),
        ["HardSwish"] = Unary(UnaryFunction.HardSwish),
        ["Silu"] = Unary(UnaryFunction.Silu),
        ["Tanh"] = Unary(UnaryFunction.Tanh),
        ["Erf"] = Unary(UnaryFunction.Erf),
        ["Exp"] = Unary(UnaryFunction.Exp),
        ["Log"] = Unary(UnaryFunction.Log),
        ["Sqrt"] = Unary(UnaryFunction.Sqrt),
        ["Reciprocal"] = Unary(UnaryFunction.Reciprocal),
        ["Abs"] = Unary(UnaryFunction.Abs),
        ["Neg"] = Unary(UnaryFunction.Neg),
        ["Floor"] = Unary(UnaryFunction.Floor),
        ["Ceil"] = Unary(UnaryFunction.Ceil),
        ["Round"] = Unary(UnaryFunction.Round),
        ["Sign"] = Unary(UnaryFunction.Sign),
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
    public static IEnumerable<(string OpType, bool Int8)> Supported => s_table.Select(static p => (p.Key, p.Value.Int8)).OrderBy(static p => p.Key, StringComparer.Ordinal);

    public static bool IsSupported(Node node) => (node.Domain.Length == 0 || node.Domain == Graph.EdgeKitDomain) && s_table.ContainsKey(node.OpType);

    public static bool HasInt8(Node node) => IsSupported(node) && s_table[node.OpType].Int8;

    public static void Lower(LoweringContext context, Node node)
    {
        if (!IsSupported(node)) throw ModelException.At(node, $"operator {(node.Domain.Length == 0 ? "" : node.Domain + ".")}{node.OpType} is not supported by the runtime; 'edgekit inspect' lists what is");
        s_table[node.OpType].Lower(context, node);
    }

    private static (Action<LoweringContext, Node>, bool) Binary(BinaryFunction function, bool int8) => ((c, n) => ElementwiseLowering.Binary(c, n, function), int8);

    private static (Action<LoweringContext, Node>, bool) Unary(UnaryFunction function) => ((c, n) => ElementwiseLowering.Unary(c, n, function), true);

    private static (Action<LoweringContext, Node>, bool) Reduce(ReduceFunction function) => ((c, n) => ReductionLowering.Reduce(c, n, function), false);
}
