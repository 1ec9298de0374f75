using EdgeKit.Onnx;
using EdgeKit.Onnx.Pointwise;
using EdgeKit.Training.Reverse;

namespace EdgeKit.Training.Operators.Elementwise;

/// <summary>The operators of a graph that work element by element.</summary>
internal static class ElementwiseOperators
{
    public static Step Relu(StepBuilder builder) => Unary(builder, new Clamp(0, float.PositiveInfinity));

    public static Step Clip(StepBuilder builder)
    {
        (float low, float high) = Bounds(builder.Node);
        return Unary(builder, new Clamp(low, high));
    }

    public static Step LeakyRelu(StepBuilder builder) => Unary(builder, new Leaky(builder.Node.Attributes.Float("alpha", 0.01f)));

    public static Step HardSigmoid(StepBuilder builder) =>
        Unary(builder, new HardSigmoid(builder.Node.Attributes.Float("alpha", 0.2f), builder.Node.Attributes.Float("beta", 0.5f)));

    /// <summary>A function of the table of pointwise functions; null for a node that is none, or has no slope.</summary>
    public static Step? Pointwise(StepBuilder builder)
    {
        if (PointwiseFunctions.Find(builder.Node) is not { Slope: { } slope } f) return null;
        (float a, float b) = f.Parameters(builder.Node.Attributes);
        return Unary(builder, new Scalars(f.Value, slope, a, b));
    }

    public static Step Unary<TFunction>(StepBuilder builder, TFunction function) where TFunction : struct, IUnaryFunction =>
        new UnaryStep<TFunction>(builder.Node, [builder.Slot(0)], builder.Outputs(), function);

    public static Step Binary<TFunction>(StepBuilder builder) where TFunction : struct, IBinaryFunction =>
        new BinaryStep<TFunction>(builder.Node, [builder.Slot(0), builder.Slot(1)], builder.Outputs());

    public static Step PRelu(StepBuilder builder) => new PReluStep(builder.Node, [builder.PerImage(0), builder.Slot(1)], builder.Outputs());

    /// <summary>The bounds of a Relu or Clip node with constant bounds.</summary>
    public static (float Low, float High) Bounds(Node node)
    {
        return node.Is("Relu") ? (0, float.PositiveInfinity) : (Bound(1, float.NegativeInfinity), Bound(2, float.PositiveInfinity));

        float Bound(int index, float none)
        {
            if (node.Optional(index) is not { } value) return none;
            return value.Constant is { } constant ? constant.ToFloats()[0] : throw ModelException.At(node, "its bounds are computed from data, which cannot be trained through");
        }
    }
}
