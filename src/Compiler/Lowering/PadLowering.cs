using EdgeKit.Compiler.Ir;
using EdgeKit.Onnx;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Compiler.Lowering;

/// <summary>Pad: constant padding fills and copies; edge, reflect and wrap select indices, one axis after another.</summary>
internal static class PadLowering
{
    public static void Pad(LoweringContext context, Node node)
    {
        int[] logical = node.Input(0).Dims;
        int rank = logical.Length;
        int[] pads = MovementLowering.Constant(node, 1);
        int[] axes = node.Optional(3) is null ? [.. Enumerable.Range(0, rank)] : MovementLowering.Constant(node, 3);
        if (pads.Length != 2 * axes.Length) throw ModelException.At(node, $"has {pads.Length} pads for {axes.Length} axes");
        PlanTensor x = context.Any(node.Input(0));
        int[] before = new int[rank];
        for (int i = 0; i < axes.Length; i++) before[Layout.Axis(axes[i], rank, x.Order)] = pads[i];
        string mode = node.Attributes.String("mode", "constant");
        PlanTensor y = context.NewLike(node.Output, x, x.Order);
        if (mode == "constant") Constant(context, node, x, y, before);
        else Selected(context, node, x, y, before, mode);
    }

    private static void Constant(LoweringContext context, Node node, PlanTensor x, PlanTensor y, int[] before)
    {
        float value = node.Optional(2) is null ? 0 : node.ConstantInput(2)?.ToFloats()[0] ?? throw ModelException.At(node, "pads with a computed value, which is not supported");
        int code = x.Type == PlanType.Int8 ? QuantizationParameters.Quantize(value, x.Scale, x.ZeroPoint) : 0;
        context.Plan.Emit(OperatorKind.Fill, node.Name, [], y, new FillParameters { Float = value, Int8 = code });
        int[] inStrides = Layout.Strides(x.Dims), outStrides = Layout.Strides(y.Dims), dims = new int[x.Dims.Length];
        int inOffset = 0, outOffset = 0;
        for (int i = 0; i < dims.Length; i++)
        {
            // Negative pads crop.
            int skip = Math.Max(0, -before[i]), at = Math.Max(0, before[i]);
            dims[i] = Math.Min(x.Dims[i] - skip, y.Dims[i] - at);
            if (dims[i] <= 0) return;
            inOffset += skip * inStrides[i];
            outOffset += at * outStrides[i];
        }
        Copies.Emit(context.Plan, node.Name, x, y, dims, inStrides, outStrides, inOffset, outOffset);
    }

    private static void Selected(LoweringContext context, Node node, PlanTensor x, PlanTensor y, int[] before, string mode)
    {
        int[] changed = [.. Enumerable.Range(0, x.Dims.Length).Where(i => x.Dims[i] != y.Dims[i] || before[i] != 0)];
        PlanTensor current = x;
        for (int c = 0; c < changed.Length; c++)
        {
            int axis = changed[c], size = x.Dims[axis];
            int[] indices = [.. Enumerable.Range(0, y.Dims[axis]).Select(i => Source(node, i - before[axis], size, mode))];
            int[] dims = [.. current.Dims];
            dims[axis] = indices.Length;
            PlanTensor next = c == changed.Length - 1 ? y
                : new PlanTensor { Name = $"{y.Name}_{c}", Type = x.Type, Dims = dims, Order = x.Order, Scale = x.Scale, ZeroPoint = x.ZeroPoint };
            MovementLowering.GatherAxis(context, node, current, next, axis, indices);
            current = next;
        }
        if (changed.Length == 0) Copies.Transpose(context.Plan, node.Name, x, y, [.. Enumerable.Range(0, x.Dims.Length)]);
    }

    private static int Source(Node node, int index, int size, string mode)
    {
        int source = mode switch
        {
            "edge" => Math.Clamp(index, 0, size - 1),
            "wrap" => (index % size + size) % size,
            "reflect" => index < 0 ? -index : index >= size ? 2 * (size - 1) - index : index,
            _ => throw ModelException.At(node, $"pads in mode '{mode}', which is not supported"),
        };
        return (uint)source < (uint)size ? source : throw ModelException.At(node, "reflects by more than the size of the dimension");
    }
}
