using EdgeKit.Onnx;
using EdgeKit.Training.Operators.Convolution;
using EdgeKit.Training.Operators.Elementwise;
using EdgeKit.Training.Operators.Matrices;
using EdgeKit.Training.Operators.Moving;
using EdgeKit.Training.Operators.Normalising;
using EdgeKit.Training.Operators.Pooling;
using EdgeKit.Training.Operators.Reducing;
using EdgeKit.Training.Quantizing;

namespace EdgeKit.Training.Reverse;

/// <summary>The operators that can be trained through, besides pointwise functions, of which only the most usual have code of their own here.</summary>
internal static class OperatorRegistry
{
    private static readonly Dictionary<string, Func<StepBuilder, Step>> Operators = new(StringComparer.Ordinal)
    {
        ["Conv"] = ConvolutionOperators.Conv,
        ["ConvTranspose"] = ConvolutionOperators.ConvTranspose,
        ["Gemm"] = MatrixOperators.Gemm,
        ["MatMul"] = MatrixOperators.MatMul,
        ["BatchNormalization"] = NormalisingOperators.BatchNormalization,

        ["MaxPool"] = PoolingOperators.MaxPool,
        ["AveragePool"] = PoolingOperators.AveragePool,
        ["GlobalAveragePool"] = PoolingOperators.GlobalAveragePool,

        ["Relu"] = ElementwiseOperators.Relu,
        ["Clip"] = ElementwiseOperators.Clip,
        ["LeakyRelu"] = ElementwiseOperators.LeakyRelu,
        ["PRelu"] = ElementwiseOperators.PRelu,
        ["Sigmoid"] = static b => ElementwiseOperators.Unary(b, default(Sigmoid)),
        ["HardSigmoid"] = ElementwiseOperators.HardSigmoid,
        ["HardSwish"] = static b => ElementwiseOperators.Unary(b, default(HardSwish)),
        ["Silu"] = static b => ElementwiseOperators.Unary(b, default(Silu)),
        ["Tanh"] = static b => ElementwiseOperators.Unary(b, default(HyperbolicTangent)),
        ["Add"] = ElementwiseOperators.Binary<Sum>,
        ["Sub"] = ElementwiseOperators.Binary<Difference>,
        ["Mul"] = ElementwiseOperators.Binary<Multiple>,
        ["Div"] = ElementwiseOperators.Binary<Quotient>,

        ["Softmax"] = static b => new SoftmaxStep(b.Node, [b.Slot(0)], b.Outputs(), logarithm: false),
        ["LogSoftmax"] = static b => new SoftmaxStep(b.Node, [b.Slot(0)], b.Outputs(), logarithm: true),
        ["ReduceMean"] = static b => new ReduceStep(b.Node, [b.Slot(0)], b.Outputs(), mean: true),
        ["ReduceSum"] = static b => new ReduceStep(b.Node, [b.Slot(0)], b.Outputs(), mean: false),

        ["Identity"] = MovingOperators.First,
        ["Dropout"] = MovingOperators.First,
        ["Reshape"] = MovingOperators.First,
        ["Flatten"] = MovingOperators.First,
        ["Squeeze"] = MovingOperators.First,
        ["Unsqueeze"] = MovingOperators.First,
        ["Transpose"] = MovingOperators.First,
        ["Expand"] = MovingOperators.First,
        ["Tile"] = MovingOperators.First,
        ["Split"] = MovingOperators.First,
        ["Slice"] = MovingOperators.First,
        ["Gather"] = MovingOperators.First,
        ["Pad"] = MovingOperators.First,
        ["ChannelShuffle"] = MovingOperators.First,
        ["DepthToSpace"] = MovingOperators.First,
        ["SpaceToDepth"] = MovingOperators.First,
        ["Concat"] = MovingOperators.All,
        [FakeQuantization.Operator] = static b => new FakeQuantizeStep(b.Node, [b.PerImage(0), b.Shared(1)], b.Outputs()),
        ["Resize"] = MovingOperators.Resize,
    };

    /// <summary>Makes the step of a node.</summary>
    /// <exception cref="ModelException">The operator cannot be trained through; the message names the node.</exception>
    public static Step Build(StepBuilder builder)
    {
        Node node = builder.Node;
        bool known = node.Domain is "" or Graph.EdgeKitDomain;
        return known && Operators.TryGetValue(node.OpType, out Func<StepBuilder, Step>? build)
            ? build(builder)
            : ElementwiseOperators.Pointwise(builder) ?? throw ModelException.At(node, "this operator cannot be trained through; freeze what lies before it by cutting the graph behind it, or export the model without it");
    }
}
