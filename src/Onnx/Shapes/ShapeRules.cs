using EdgeKit.Onnx.Pointwise;

namespace EdgeKit.Onnx.Shapes;

/// <summary>The rule of every operator that shape inference knows: it checks inputs and attributes, makes attributes explicit, and sets the outputs' types and shapes.</summary>
internal static class ShapeRules
{
    private static readonly Dictionary<string, Action<Node>> Standard = new(StringComparer.Ordinal)
    {
        ["Conv"] = ConvolutionShapes.Conv,
        ["ConvTranspose"] = ConvolutionShapes.ConvTranspose,
        ["QLinearConv"] = ConvolutionShapes.QLinearConv,
        ["Gemm"] = MatrixShapes.Gemm,
        ["MatMul"] = MatrixShapes.MatMul,
        ["QLinearMatMul"] = MatrixShapes.QLinearMatMul,

        ["MaxPool"] = PoolingShapes.MaxPool,
        ["AveragePool"] = PoolingShapes.AveragePool,
        ["GlobalAveragePool"] = PoolingShapes.Global,
        ["GlobalMaxPool"] = PoolingShapes.Global,

        ["BatchNormalization"] = NormalizationShapes.BatchNormalization,
        ["LayerNormalization"] = NormalizationShapes.LayerNormalization,
        ["LRN"] = NormalizationShapes.Lrn,
        ["Softmax"] = NormalizationShapes.Softmax,
        ["LogSoftmax"] = NormalizationShapes.Softmax,

        ["PRelu"] = ElementwiseShapes.PRelu,
        ["Clip"] = ElementwiseShapes.Clip,
        ["Identity"] = ElementwiseShapes.Unary,
        ["Dropout"] = ElementwiseShapes.Dropout,
        ["Cast"] = ElementwiseShapes.Cast,
        ["Not"] = ElementwiseShapes.Not,
        ["IsNaN"] = IndexShapes.Test,
        ["IsInf"] = IndexShapes.Test,
        ["BitwiseNot"] = ElementwiseShapes.Unary,

        ["Add"] = ElementwiseShapes.Binary,
        ["Sub"] = ElementwiseShapes.Binary,
        ["Mul"] = ElementwiseShapes.Binary,
        ["Div"] = ElementwiseShapes.Binary,
        ["Mod"] = ElementwiseShapes.Binary,
        ["Pow"] = ElementwiseShapes.Pow,
        ["Sum"] = ElementwiseShapes.Variadic,
        ["Mean"] = ElementwiseShapes.Variadic,
        ["Max"] = ElementwiseShapes.Variadic,
        ["Min"] = ElementwiseShapes.Variadic,
        ["Equal"] = ElementwiseShapes.Comparison,
        ["Greater"] = ElementwiseShapes.Comparison,
        ["GreaterOrEqual"] = ElementwiseShapes.Comparison,
        ["Less"] = ElementwiseShapes.Comparison,
        ["LessOrEqual"] = ElementwiseShapes.Comparison,
        ["And"] = ElementwiseShapes.Logical,
        ["Or"] = ElementwiseShapes.Logical,
        ["Xor"] = ElementwiseShapes.Logical,
        ["Where"] = ElementwiseShapes.Where,
        ["BitwiseAnd"] = ElementwiseShapes.Binary,
        ["BitwiseOr"] = ElementwiseShapes.Binary,
        ["BitwiseXor"] = ElementwiseShapes.Binary,
        ["BitShift"] = ElementwiseShapes.Binary,

        ["ReduceL1"] = ReductionShapes.Reduce,
        ["ReduceL2"] = ReductionShapes.Reduce,
        ["ReduceLogSum"] = ReductionShapes.Reduce,
        ["ReduceLogSumExp"] = ReductionShapes.Reduce,
        ["ReduceMax"] = ReductionShapes.Reduce,
        ["ReduceMean"] = ReductionShapes.Reduce,
        ["ReduceMin"] = ReductionShapes.Reduce,
        ["ReduceProd"] = ReductionShapes.Reduce,
        ["ReduceSum"] = ReductionShapes.Reduce,
        ["ReduceSumSquare"] = ReductionShapes.Reduce,
        ["ArgMax"] = ReductionShapes.Arg,
        ["ArgMin"] = ReductionShapes.Arg,

        ["Reshape"] = LayoutShapes.Reshape,
        ["Flatten"] = LayoutShapes.Flatten,
        ["Squeeze"] = LayoutShapes.Squeeze,
        ["Unsqueeze"] = LayoutShapes.Unsqueeze,
        ["Transpose"] = LayoutShapes.Transpose,
        ["DepthToSpace"] = LayoutShapes.DepthToSpace,
        ["SpaceToDepth"] = LayoutShapes.SpaceToDepth,
        ["Concat"] = JoinShapes.Concat,
        ["Split"] = JoinShapes.Split,
        ["Expand"] = JoinShapes.Expand,
        ["Tile"] = JoinShapes.Tile,
        ["Pad"] = JoinShapes.Pad,
        ["Slice"] = SelectionShapes.Slice,
        ["Gather"] = SelectionShapes.Gather,
        ["GatherElements"] = SelectionShapes.GatherElements,
        ["GatherND"] = IndexShapes.GatherND,
        ["ScatterElements"] = IndexShapes.Scatter,
        ["Scatter"] = IndexShapes.Scatter,
        ["ScatterND"] = IndexShapes.Scatter,
        ["TopK"] = IndexShapes.TopK,
        ["OneHot"] = IndexShapes.OneHot,
        ["Hardmax"] = IndexShapes.Hardmax,
        ["CumSum"] = ElementwiseShapes.Unary,
        ["Trilu"] = ElementwiseShapes.Unary,
        ["EyeLike"] = IndexShapes.EyeLike,
        ["ReverseSequence"] = ElementwiseShapes.Unary,
        ["GridSample"] = SamplingShapes.GridSample,
        ["Resize"] = ResizeShapes.Resize,
        ["Shape"] = ConstantShapes.Shape,
        ["Size"] = ConstantShapes.Size,
        ["ConstantOfShape"] = ConstantShapes.ConstantOfShape,
        ["Range"] = ConstantShapes.Range,

        ["QuantizeLinear"] = QuantizationShapes.QuantizeLinear,
        ["DequantizeLinear"] = QuantizationShapes.DequantizeLinear,
    };

    private static readonly Dictionary<string, Action<Node>> Microsoft = new(StringComparer.Ordinal)
    {
        ["QLinearAdd"] = ElementwiseShapes.QLinearAdd,
        ["QLinearConcat"] = JoinShapes.QLinearConcat,
        ["QLinearGlobalAveragePool"] = PoolingShapes.QLinearGlobalAveragePool,
    };

    private static readonly Dictionary<string, Action<Node>> EdgeKit = new(StringComparer.Ordinal)
    {
        ["ChannelShuffle"] = LayoutShapes.ChannelShuffle,
        ["GridSample"] = SamplingShapes.GridSample,
        ["FakeQuantize"] = ElementwiseShapes.FloatUnary,
    };

    /// <summary>Sets the types and shapes of the node's outputs.</summary>
    /// <exception cref="ModelException">The operator is not known, or its inputs or attributes do not fit; the message names the node.</exception>
    public static void Apply(Node node)
    {
        if (Find(node) is not { } rule)
        {
            string domain = node.Domain.Length == 0 ? "" : $" of domain '{node.Domain}'";
            throw ModelException.At(node, $"operator {node.OpType}{domain} is not supported; re-export the model without it, or cut the graph before it");
        }
        NodeErrors.Named(node, rule);
    }

    private static Action<Node>? Find(Node node) => node.Domain switch
    {
        "" => Standard.GetValueOrDefault(node.OpType),
        "com.microsoft" => Microsoft.GetValueOrDefault(node.OpType),
        Graph.EdgeKitDomain => EdgeKit.GetValueOrDefault(node.OpType),
        _ => null,
    } ?? (PointwiseFunctions.Find(node) is { } function ? function.TakesIntegers ? ElementwiseShapes.Unary : ElementwiseShapes.FloatUnary : null);
}
