using EdgeKit.Compiler.Ir;
using EdgeKit.Onnx;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Compiler.Lowering;

/// <summary>QuantizeLinear and DequantizeLinear that no operator took in.</summary>
internal static class QuantizationLowering
{
    public static void Quantize(LoweringContext context, Node node)
    {
        QuantizationParameters q = Parameters(node);
        Value input = node.Input(0);
        if (!context.IsQuantized(input))
        {
            PlanTensor x = context.Float(input);
            PlanTensor y = context.NewTensor(node.Output, PlanType.Int8, x.Order, q.Scale, q.ZeroPoint);
            context.Plan.Emit(OperatorKind.Quantize, node.Name, [x], y);
            return;
        }
        if (context.QuantizationOf(input).SameQuantization(q.Scale, q.ZeroPoint))
        {
            context.BindSame(node.Output, input);
            return;
        }
        PlanTensor from = context.Quantized(input);
        Requantize(context, node, from, context.NewTensor(node.Output, PlanType.Int8, from.Order, q.Scale, q.ZeroPoint));
    }

    public static void Dequantize(LoweringContext context, Node node)
    {
        Value input = node.Input(0);
        // Constants stay as they are: the operators that read them take codes and scales from the graph.
        if (input.IsConstant) return;
        QuantizationParameters q = Parameters(node);
        if (!context.IsQuantized(input)) throw ModelException.At(node, $"dequantizes '{input.Name}', which no QuantizeLinear made; quantized model inputs are not supported");
        if (!context.QuantizationOf(input).SameQuantization(q.Scale, q.ZeroPoint)) throw ModelException.At(node, "has another scale or zero point than the QuantizeLinear before it");
        context.BindSame(node.Output, input);
    }

    /// <summary>One INT8 parameter set to another, through a table: exactly QuantizeLinear of DequantizeLinear.</summary>
    public static void Requantize(LoweringContext context, Node node, PlanTensor from, PlanTensor to)
    {
        sbyte[] table = Tables.Of(from, to, static x => x);
        context.Plan.Emit(OperatorKind.Table, node.Name, [from, PlanTensor.Of($"{to.Name}_table", PlanType.Int8, table, [256], scale: to.Scale, zeroPoint: to.ZeroPoint)], to);
    }

    private static QuantizationParameters Parameters(Node node)
    {
        QuantizationParameters q = QuantizationParameters.Of(node) ?? throw ModelException.At(node, "needs constant scales and zero points of 8 bits");
        return q.PerTensor && q.Type is ElementType.UInt8 or ElementType.Int8 ? q : throw ModelException.At(node, "quantizes an activation per channel; the runtime takes one scale a tensor");
    }
}
