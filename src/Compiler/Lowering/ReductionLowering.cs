using EdgeKit.Compiler.Ir;
using EdgeKit.Onnx;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Compiler.Lowering;

/// <summary>Reductions, softmax, ArgMax and normalizations along axes.</summary>
internal static class ReductionLowering
{
    public static void Reduce(LoweringContext context, Node node, ReduceFunction function)
    {
        Value input = node.Input(0);
        int rank = input.Dims.Length;
        int[] axes = node.Attributes.Ints("axes") ?? (node.Optional(1) is null ? [.. Enumerable.Range(0, rank)] : MovementLowering.Constant(node, 1));
        bool keep = node.Attributes.Int("keepdims", 1) != 0;
        bool spatial = Array.TrueForAll(axes, a => Layout.Axis(a, rank, PlanOrder.Logical) >= 2);
        // Where dimensions vanish the order is only kept if what remains is [N,C].
        PlanOrder? order = keep || spatial && axes.Length == rank - 2 ? null : PlanOrder.Logical;
        PlanTensor x = context.Float(input, order);
        int[] physical = [.. axes.Select(a => Layout.Axis(a, rank, x.Order)).Order()];
        PlanTensor current = x;
        for (int i = 0; i < physical.Length; i++)
        {
            int[] dims = [.. current.Dims];
            dims[physical[i]] = 1;
            var next = new PlanTensor { Name = i == physical.Length - 1 ? node.Output.Name : $"{node.Output.Name}_{i}", Type = PlanType.Float, Dims = dims, Order = x.Order };
            context.Plan.Emit(OperatorKind.Reduce, node.Name, [current], next, Axis(current.Dims, physical[i], (int)function));
            current = next;
        }
        context.Bind(node.Output, keep ? current : current.View(node.Output.Dims, PlanOrder.Logical));
    }

    public static void Softmax(LoweringContext context, Node node, bool logarithm)
    {
        PlanTensor x = context.Float(node.Input(0));
        PlanTensor y = context.NewTensor(node.Output, PlanType.Float, x.Order);
        int axis = Layout.Axis(node.Attributes.Int("axis", -1), x.Dims.Length, x.Order);
        context.Plan.Emit(OperatorKind.Softmax, node.Name, [x], y, Axis(x.Dims, axis, logarithm ? 1 : 0));
    }

    public static void ArgMax(LoweringContext context, Node node)
    {
        bool keep = node.Attributes.Int("keepdims", 1) != 0;
        PlanTensor x = keep ? context.Float(node.Input(0)) : context.Float(node.Input(0), PlanOrder.Logical);
        int axis = Layout.Axis(node.Attributes.Int("axis", 0), x.Dims.Length, x.Order);
        PlanTensor y = context.NewTensor(node.Output, PlanType.Int64, x.Order);
        context.Plan.Emit(OperatorKind.ArgMax, node.Name, [x], y, Axis(x.Dims, axis, node.Attributes.Int("select_last_index", 0)));
    }

    public static void LayerNorm(LoweringContext context, Node node)
    {
        PlanTensor x = context.Float(node.Input(0), PlanOrder.Logical);
        int axis = Layout.Axis(node.Attributes.Int("axis", -1), x.Dims.Length, PlanOrder.Logical);
        int extent = MovementLowering.Product(x.Dims, axis, x.Dims.Length);
        PlanTensor scale = Parameter(context, node, 1, extent);
        PlanTensor bias = node.Optional(2) is null ? PlanTensor.Of($"{node.Name}_bias", PlanType.Float, new float[1], [1]) : Parameter(context, node, 2, extent);
        PlanTensor y = context.NewTensor(node.Outputs[0], PlanType.Float, PlanOrder.Logical);
        int[] flat = [x.ElementCount / Math.Max(1, extent), extent];
        context.Plan.Emit(OperatorKind.LayerNorm, node.Name, [x.View(flat, PlanOrder.Logical), scale, bias],
            y.View(flat, PlanOrder.Logical), new NormParameters { A = node.Attributes.Float("epsilon", 1e-5f) });
    }

    /// <summary>A scale or bias of a number an element, or of one for all.</summary>
    private static PlanTensor Parameter(LoweringContext context, Node node, int input, int extent)
    {
        PlanTensor tensor = context.Float(node.Input(input), PlanOrder.Logical);
        return tensor.ElementCount == extent || tensor.ElementCount == 1
            ? tensor.View([tensor.ElementCount], PlanOrder.Logical)
            : throw ModelException.At(node, $"broadcasts input {input}, [{string.Join(',', node.Input(input).Dims)}], which is not supported; give one number, or one an element");
    }

    public static void Lrn(LoweringContext context, Node node)
    {
        AttributeMap a = node.Attributes;
        PlanTensor x = context.Float(node.Input(0), PlanOrder.ChannelsLast);
        PlanTensor y = context.NewTensor(node.Output, PlanType.Float, PlanOrder.ChannelsLast);
        context.Plan.Emit(OperatorKind.Lrn, node.Name, [x], y,
            new NormParameters { A = a.Float("alpha", 1e-4f), B = a.Float("beta", 0.75f), C = a.Float("bias", 1), Size = a.Int("size", 1) });
    }

    /// <summary>A normalization that no convolution took in: scale and shift per channel.</summary>
    public static void BatchNorm(LoweringContext context, Node node)
    {
        float[][] p = [.. Enumerable.Range(1, 4).Select(i => node.ConstantInput(i)?.ToFloats() ?? throw ModelException.At(node, "has computed statistics, which is not supported"))];
        float epsilon = node.Attributes.Float("epsilon", 1e-5f);
        int channels = p[0].Length;
        float[] scale = new float[channels], shift = new float[channels];
        for (int c = 0; c < channels; c++)
        {
            scale[c] = p[0][c] / MathF.Sqrt(p[3][c] + epsilon);
            shift[c] = p[1][c] - p[2][c] * scale[c];
        }
        // A depthwise 1x1 convolution: it fuses what follows, and its order of operations is that of convolutions.
        int rank = node.Input(0).Dims.Length;
        if (rank is not (3 or 4)) throw ModelException.At(node, $"normalizes a tensor of rank {rank}; 3 and 4 are supported");
        PlanTensor x = context.Float(node.Input(0), PlanOrder.ChannelsLast);
        OutputTarget target = OutputTarget.After(node, quantized: false);
        target.AbsorbChain(context);
        PlanTensor y = context.NewTensor(target.Value, PlanType.Float, PlanOrder.ChannelsLast);
        int[] map = [x.Dims[0], 1, x.ElementCount / x.Dims[0] / channels, channels];
        context.Plan.Emit(OperatorKind.Conv, node.Name,
            [x.View(map, PlanOrder.ChannelsLast), PlanTensor.Of($"{node.Name}_scale", PlanType.Float, scale, [channels, 1, 1, 1]), PlanTensor.Of($"{node.Name}_shift", PlanType.Float, shift, [channels])],
            y.View(map, PlanOrder.ChannelsLast), new ConvParameters
            {
                KernelH = 1,
                KernelW = 1,
                StrideH = 1,
                StrideW = 1,
                DilationH = 1,
                DilationW = 1,
                Groups = channels,
                MinInt8 = sbyte.MinValue,
                MaxInt8 = sbyte.MaxValue,
                MinFloat = target.Min,
                MaxFloat = target.Max,
            });
    }

    private static AxisParameters Axis(int[] dims, int axis, int variant) => new()
    {
        Outer = MovementLowering.Product(dims, 0, axis),
        Extent = dims[axis],
        Inner = MovementLowering.Product(dims, axis + 1, dims.Length),
        Variant = variant,
    };
}
