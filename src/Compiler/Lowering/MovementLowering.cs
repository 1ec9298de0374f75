using EdgeKit.Compiler.Ir;
using EdgeKit.Onnx;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Compiler.Lowering;

/// <summary>Operators that move elements without changing them, float or INT8: copies between strided views.</summary>
internal static class MovementLowering
{
    public static void Transpose(LoweringContext context, Node node)
    {
        Value input = node.Input(0);
        int rank = input.Dims.Length;
        int[] permutation = node.Attributes.Ints("perm") ?? [.. Enumerable.Range(0, rank).Reverse()];
        StridedView view = context.ViewOf(input, node.Name).Transpose(permutation, node.Name);
        context.Bind(node.Output, view.IsCopyable ? view : StridedView.Of(context.Any(input), node.Name).Transpose(permutation, node.Name));
    }

    public static void Concat(LoweringContext context, Node node)
    {
        Value[] inputs = [.. node.Inputs.Select(v => v!).Where(static v => v.IsConstant || Array.TrueForAll(v.Dims, static d => d > 0))];
        int rank = node.Output.Dims.Length;
        PlanOrder order = inputs.Any(v => rank >= 3 && context.OrderOf(v) == PlanOrder.ChannelsLast) ? PlanOrder.ChannelsLast : PlanOrder.Logical;
        int axis = Layout.Axis(node.Attributes.Int("axis", 0), rank, order);
        PlanTensor y;
        if (Array.TrueForAll(inputs, context.IsQuantized))
        {
            PlanTensor first = context.QuantizationOf(inputs[0]);
            OutputTarget target = OutputTarget.After(node, quantized: true);
            if (Array.TrueForAll(inputs, v => context.QuantizationOf(v).SameQuantization(first)))
            {
                y = context.NewLike(node.Output, first, order);
            }
            else if (target.Quantization is { } q && float.IsInfinity(target.Min) && float.IsInfinity(target.Max))
            {
                target.AbsorbChain(context);
                y = context.NewTensor(target.Value, PlanType.Int8, order, q.Scale, q.ZeroPoint);
            }
            else
            {
                y = context.NewTensor(node.Output, PlanType.Float, order);
            }
        }
        else
        {
            y = context.NewTensor(node.Output, PlanType.Float, order);
        }
        int[] strides = Layout.Strides(y.Dims);
        int offset = 0;
        foreach (Value input in inputs)
        {
            int size = input.Dims[node.Attributes.Int("axis", 0) is var a && a < 0 ? a + rank : a];
            if (context.Uncopied(input, y.Type) is { } view && view.Source.SameQuantization(y))
            {
                view.CopyTo(context.Plan, y, order, strides, offset * strides[axis]);
            }
            else
            {
                PlanTensor part = y.Type == PlanType.Int8 ? Requantized(context, node, context.Quantized(input, order), y) : context.Float(input, order);
                if (axis == rank - 1) Copies.Channels(context.Plan, node.Name, part, y, Range(0, size), Range(offset, size));
                else Copies.Emit(context.Plan, node.Name, part, y, part.Dims, Layout.Strides(part.Dims), strides, 0, offset * strides[axis]);
            }
            offset += size;
        }
    }

    public static void Split(LoweringContext context, Node node)
    {
        PlanTensor x = context.Any(node.Input(0));
        int axis = Layout.Axis(node.Attributes.Int("axis", 0), x.Dims.Length, x.Order);
        int[] strides = Layout.Strides(x.Dims);
        int start = 0;
        foreach (Value output in node.Outputs)
        {
            int size = output.Dims[Layout.Axis(node.Attributes.Int("axis", 0), x.Dims.Length, PlanOrder.Logical)];
            if (output.Consumers.Count > 0 || context.Graph.IsOutput(output))
            {
                PlanTensor y = context.NewLike(output, x, x.Order);
                if (axis == x.Dims.Length - 1) Copies.Channels(context.Plan, node.Name, x, y, Range(start, size), Range(0, size));
                else Copies.Emit(context.Plan, node.Name, x, y, y.Dims, strides, Layout.Strides(y.Dims), start * strides[axis]);
            }
            start += size;
        }
    }

    public static void Slice(LoweringContext context, Node node)
    {
        if (TryView(context, node)) return;
        PlanTensor x = context.Any(node.Input(0));
        int[] logical = node.Input(0).Dims, strides = Layout.Strides(x.Dims), inStrides = [.. strides];
        int[] starts = Constant(node, 1), ends = Constant(node, 2);
        int[] axes = node.Optional(3) is null ? [.. Enumerable.Range(0, starts.Length)] : Constant(node, 3);
        int[] steps = node.Optional(4) is null ? [.. Enumerable.Repeat(1, starts.Length)] : Constant(node, 4);
        if (ends.Length != starts.Length || axes.Length != starts.Length || steps.Length != starts.Length) throw ModelException.At(node, "has starts, ends, axes and steps of different lengths");
        int offset = 0, innermost = 0;
        for (int i = 0; i < starts.Length; i++)
        {
            int axis = axes[i] < 0 ? axes[i] + logical.Length : axes[i];
            int size = logical[axis], physical = Layout.Axis(axis, logical.Length, x.Order);
            int start = starts[i] < 0 ? starts[i] + size : starts[i];
            start = steps[i] > 0 ? Math.Clamp(start, 0, size) : Math.Clamp(start, 0, size - 1);
            offset += start * strides[physical];
            inStrides[physical] *= steps[i];
            if (physical == x.Dims.Length - 1) innermost = start;
        }
        PlanTensor y = context.NewLike(node.Output, x, x.Order);
        if (x.Dims.AsSpan(0, x.Dims.Length - 1).SequenceEqual(y.Dims.AsSpan(0, x.Dims.Length - 1)) && inStrides.AsSpan(0, x.Dims.Length - 1).SequenceEqual(strides.AsSpan(0, x.Dims.Length - 1)))
            Copies.Channels(context.Plan, node.Name, x, y, [.. Enumerable.Range(0, y.Channels).Select(i => innermost + i * inStrides[^1])], Range(0, y.Channels));
        else Copies.Emit(context.Plan, node.Name, x, y, y.Dims, inStrides, Layout.Strides(y.Dims), offset);
    }

    /// <summary>Slices of volumes are not copied until they are read; those of maps are, channels being views then.</summary>
    private static bool TryView(LoweringContext context, Node node)
    {
        int[] from = node.Input(0).Dims, to = node.Output.Dims, starts = Constant(node, 1);
        if (from.Length < 5) return false;
        int[] axes = node.Optional(3) is null ? [.. Enumerable.Range(0, starts.Length)] : Constant(node, 3);
        int[] steps = node.Optional(4) is null ? [.. Enumerable.Repeat(1, starts.Length)] : Constant(node, 4);
        StridedView? view = context.ViewOf(node.Input(0), node.Name);
        for (int i = 0; view is not null && i < starts.Length; i++)
        {
            int axis = Layout.Axis(axes[i], from.Length, PlanOrder.Logical), size = from[axis], start = starts[i] < 0 ? starts[i] + size : starts[i];
            view = view.Slice(axis, steps[i] > 0 ? Math.Clamp(start, 0, size) : Math.Clamp(start, 0, size - 1), steps[i], to[axis], node.Name);
        }
        if (view is not { IsCopyable: true } || to.Contains(0)) return false;
        context.Bind(node.Output, view);
        return true;
    }

    public static void Expand(LoweringContext context, Node node)
    {
        PlanTensor x = context.Any(node.Input(0), PlanOrder.Logical);
        PlanTensor y = context.NewLike(node.Output, x, PlanOrder.Logical);
        int lead = y.Dims.Length - x.Dims.Length;
        int[] strides = Layout.Strides(x.Dims);
        int[] inStrides = [.. Enumerable.Range(0, y.Dims.Length).Select(i => i < lead || x.Dims[i - lead] == 1 ? 0 : strides[i - lead])];
        Copies.Emit(context.Plan, node.Name, x, y, y.Dims, inStrides, Layout.Strides(y.Dims));
    }

    public static void Gather(LoweringContext context, Node node)
    {
        Tensor indices = node.ConstantInput(1) ?? throw ModelException.At(node, "gathers computed indices, which is not supported");
        Value input = node.Input(0);
        int rank = input.Dims.Length, logicalAxis = Layout.Axis(node.Attributes.Int("axis", 0), rank, PlanOrder.Logical);
        // Only a vector of indices keeps the rank, and with it the order.
        PlanTensor x = indices.Rank == 1 ? context.Any(input) : context.Any(input, PlanOrder.Logical);
        PlanTensor y = context.NewLike(node.Output, x, x.Order);
        int size = input.Dims[logicalAxis];
        int[] wrapped = Array.ConvertAll(indices.ToInt32s(), i => i < 0 ? i + size : i);
        if (Array.Exists(wrapped, i => (uint)i >= (uint)size)) throw ModelException.At(node, $"gathers an index outside 0..{size - 1}");
        int axis = Layout.Axis(logicalAxis, rank, x.Order);
        if (x.Order == PlanOrder.ChannelsLast && axis == rank - 1 && wrapped.Distinct().Count() == wrapped.Length) Copies.Gathered(context.Plan, node.Name, x, y, wrapped);
        else GatherAxis(context, node, x, y, axis, wrapped);
    }

    public static void ChannelShuffle(LoweringContext context, Node node)
    {
        int groups = node.Attributes.Int("groups", 1);
        PlanTensor x = context.Any(node.Input(0), PlanOrder.ChannelsLast);
        PlanTensor y = context.NewLike(node.Output, x, PlanOrder.ChannelsLast);
        int each = x.Channels / groups;
        int[] to = Range(0, x.Channels);
        Copies.Channels(context.Plan, node.Name, x, y, Array.ConvertAll(to, i => i % groups * each + i / groups), to);
    }

    public static void DepthToSpace(LoweringContext context, Node node)
    {
        int block = node.Attributes.Int("blocksize", 1);
        bool columnRowDepth = node.Attributes.String("mode", "DCR") == "CRD";
        PlanTensor x = context.Any(node.Input(0), PlanOrder.ChannelsLast);
        PlanTensor y = context.NewLike(node.Output, x, PlanOrder.ChannelsLast);
        (int n, int h, int w, int depth) = (x.Dims[0], x.Dims[1], x.Dims[2], y.Channels);
        int[] outStrides = Layout.Strides([n, h, block, w, block, depth]);
        int pixel = x.Channels;
        int[] inStrides = columnRowDepth
            ? [h * w * pixel, w * pixel, block, pixel, 1, block * block]
            : [h * w * pixel, w * pixel, block * depth, pixel, depth, 1];
        Copies.Emit(context.Plan, node.Name, x, y, [n, h, block, w, block, depth], inStrides, outStrides);
    }

    public static void SpaceToDepth(LoweringContext context, Node node)
    {
        int block = node.Attributes.Int("blocksize", 1);
        PlanTensor x = context.Any(node.Input(0), PlanOrder.ChannelsLast);
        PlanTensor y = context.NewLike(node.Output, x, PlanOrder.ChannelsLast);
        (int n, int h, int w, int depth) = (y.Dims[0], y.Dims[1], y.Dims[2], x.Channels);
        int row = x.Dims[2] * depth;
        Copies.Emit(context.Plan, node.Name, x, y, [n, h, w, block, block, depth],
            [h * block * row, block * row, block * depth, row, depth, 1], Layout.Strides([n, h, w, block, block, depth]));
    }

    internal static void GatherAxis(LoweringContext context, Node node, PlanTensor x, PlanTensor y, int axis, int[] indices) =>
        context.Plan.Emit(OperatorKind.Gather, node.Name, [x, PlanTensor.Of($"{node.Name}_indices", PlanType.Int32, indices, [indices.Length])], y, new AxisParameters
        {
            Outer = Product(x.Dims, 0, axis),
            Extent = x.Dims[axis],
            Inner = Product(x.Dims, axis + 1, x.Dims.Length),
        });

    internal static int Product(int[] dims, int from, int to)
    {
        int product = 1;
        for (int i = from; i < to; i++) product *= dims[i];
        return product;
    }

    internal static int[] Constant(Node node, int input) =>
        node.ConstantInput(input)?.ToInt32s() ?? throw ModelException.At(node, $"input {input} is computed, which is not supported");

    private static PlanTensor Requantized(LoweringContext context, Node node, PlanTensor part, PlanTensor like)
    {
        if (part.SameQuantization(like)) return part;
        var y = new PlanTensor { Name = $"{part.Name}_requantized", Type = PlanType.Int8, Dims = part.Dims, Order = part.Order, Scale = like.Scale, ZeroPoint = like.ZeroPoint };
        QuantizationLowering.Requantize(context, node, part, y);
        return y;
    }

    private static int[] Range(int start, int count) => [.. Enumerable.Range(start, count)];

}
