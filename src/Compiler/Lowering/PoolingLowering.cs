using EdgeKit.Compiler.Ir;
using EdgeKit.Onnx;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Compiler.Lowering;

/// <summary>Max, average and global pooling.</summary>
internal static class PoolingLowering
{
    public static void Max(LoweringContext context, Node node)
    {
        if (node.Outputs.Count > 1 && node.Outputs[1].Consumers.Count > 0) throw ModelException.At(node, "yields indices, which is not supported");
        PlanTensor x = context.Any(node.Input(0), PlanOrder.ChannelsLast);
        PlanTensor y = context.NewLike(node.Outputs[0], x, PlanOrder.ChannelsLast);
        Emit(context, node, x, y, Window(node, PoolFunction.Max));
    }

    public static void Average(LoweringContext context, Node node) =>
        Averaged(context, node, node.Output, Window(node, node.Attributes.Int("count_include_pad", 0) != 0 ? PoolFunction.AverageWithPadding : PoolFunction.Average));

    public static void GlobalAverage(LoweringContext context, Node node) => Averaged(context, node, node.Output, Whole(node, PoolFunction.Average));

    public static void GlobalMax(LoweringContext context, Node node)
    {
        PlanTensor x = context.Any(node.Input(0), PlanOrder.ChannelsLast);
        Emit(context, node, x, context.NewLike(node.Output, x, PlanOrder.ChannelsLast), Whole(node, PoolFunction.Max));
    }

    private static void Averaged(LoweringContext context, Node node, Value output, PoolParameters p)
    {
        OutputTarget target = OutputTarget.After(node, quantized: true);
        bool int8 = target is { Quantization: not null, Min: float.NegativeInfinity, Max: float.PositiveInfinity } && context.IsQuantized(node.Input(0));
        if (int8) target.AbsorbChain(context);
        PlanTensor x = int8 ? context.Quantized(node.Input(0), PlanOrder.ChannelsLast) : context.Float(node.Input(0), PlanOrder.ChannelsLast);
        PlanTensor y = int8
            ? context.NewTensor(target.Value, PlanType.Int8, PlanOrder.ChannelsLast, target.Quantization!.Value.Scale, target.Quantization.Value.ZeroPoint)
            : context.NewTensor(output, PlanType.Float, PlanOrder.ChannelsLast);
        Emit(context, node, x, y, p);
    }

    private static void Emit(LoweringContext context, Node node, PlanTensor x, PlanTensor y, PoolParameters p) =>
        context.Plan.Emit(OperatorKind.Pool, node.Name, [Map(x)], Map(y), p);

    private static PlanTensor Map(PlanTensor t) => t.Dims.Length == 4 ? t : t.View([t.Dims[0], 1, t.Dims[1], t.Dims[2]], PlanOrder.ChannelsLast);

    private static PoolParameters Whole(Node node, PoolFunction function)
    {
        int[] d = node.Input(0).Dims;
        if (d.Length is not (3 or 4)) throw ModelException.At(node, $"pools a tensor of rank {d.Length}; 3 and 4 are supported");
        int height = d.Length == 3 ? 1 : d[2];
        return new PoolParameters { Function = function, KernelH = height, KernelW = d[^1], StrideH = 1, StrideW = 1, DilationH = 1, DilationW = 1 };
    }

    private static PoolParameters Window(Node node, PoolFunction function)
    {
        AttributeMap a = node.Attributes;
        int[] kernel = a.Ints("kernel_shape") ?? throw ModelException.At(node, "has no kernel_shape");
        if (kernel.Length is not (1 or 2)) throw ModelException.At(node, $"pools {kernel.Length} spatial dimensions; 1 and 2 are supported");
        bool flat = kernel.Length == 1;
        int[] strides = a.Ints("strides") ?? [1, 1], dilations = a.Ints("dilations") ?? [1, 1], pads = a.Ints("pads") ?? [0, 0, 0, 0];
        return new PoolParameters
        {
            Function = function,
            KernelH = flat ? 1 : kernel[0],
            KernelW = kernel[^1],
            StrideH = flat ? 1 : strides[0],
            StrideW = flat ? strides[0] : strides[1],
            DilationH = flat ? 1 : dilations[0],
            DilationW = flat ? dilations[0] : dilations[1],
            PadTop = flat ? 0 : pads[0],
            PadLeft = flat ? pads[0] : pads[1],
            PadBottom = flat ? 0 : pads[2],
            PadRight = flat ? pads[1] : pads[3],
        };
    }
}
