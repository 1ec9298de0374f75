using EdgeKit.Compiler.Ir;
using EdgeKit.Onnx;
using EdgeKit.Onnx.Pointwise;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Compiler.Lowering;

/// <summary>Elementwise operators. On INT8 everything that depends on one computed tensor alone is a table, taken from the reference operators.</summary>
internal static class ElementwiseLowering
{
    public static void Unary(LoweringContext context, Node node, UnaryFunction function, float a = 0, float b = 0)
    {
        if (TryTable(context, node)) return;
        PlanTensor x = context.Float(node.Input(0));
        PlanTensor y = context.NewTensor(node.Output, PlanType.Float, x.Order);
        context.Plan.Emit(OperatorKind.Unary, node.Name, [x], y, new UnaryParameters { Function = function, A = a, B = b });
    }

    public static void Pointwise(LoweringContext context, Node node, PointwiseFunction pointwise, UnaryFunction function)
    {
        (float a, float b) = pointwise.Parameters(node.Attributes);
        Unary(context, node, function, a, b);
    }

    public static void Clip(LoweringContext context, Node node)
    {
        float Bound(int input, float missing) => node.Optional(input) is null ? missing
            : node.ConstantInput(input)?.ToFloats()[0] ?? throw ModelException.At(node, "has computed bounds, which is not supported");
        Unary(context, node, UnaryFunction.Clip, Bound(1, float.NegativeInfinity), Bound(2, float.PositiveInfinity));
    }

    public static void Binary(LoweringContext context, Node node, BinaryFunction function)
    {
        if (TryTable(context, node)) return;
        if (node.Inputs.Count != 2) throw ModelException.At(node, $"has {node.Inputs.Count} operands; 2 are supported");
        OutputTarget target = OutputTarget.After(node, quantized: true);
        bool int8 = target.Quantization is not null && function is BinaryFunction.Add or BinaryFunction.Sub or BinaryFunction.Mul
            && context.IsQuantized(node.Input(0)) && context.IsQuantized(node.Input(1));
        if (!int8) target = OutputTarget.After(node, quantized: false);
        target.AbsorbChain(context);

        PlanOrder order = OrderOf(context, node);
        PlanTensor a = Operand(context, node.Input(0), node.Output, order, int8), b = Operand(context, node.Input(1), node.Output, order, int8);
        PlanTensor y = int8
            ? context.NewTensor(target.Value, PlanType.Int8, order, target.Quantization!.Value.Scale, target.Quantization.Value.ZeroPoint)
            : context.NewTensor(target.Value, PlanType.Float, order);
        BinaryParameters p = Broadcast(node.Name, a, b, y);
        p.Function = function;
        (p.MinInt8, p.MaxInt8) = int8 ? (target.MinInt8, target.MaxInt8) : (sbyte.MinValue, sbyte.MaxValue);
        (p.MinFloat, p.MaxFloat) = (target.Min, target.Max);
        context.Plan.Emit(OperatorKind.Binary, node.Name, [a, b], y, p);
    }

    /// <summary>Min, Max and Sum of any number of operands, two at a time.</summary>
    public static void Variadic(LoweringContext context, Node node, BinaryFunction function)
    {
        if (node.Inputs.Count == 2)
        {
            Binary(context, node, function);
            return;
        }
        PlanOrder order = OrderOf(context, node);
        PlanTensor total = Operand(context, node.Input(0), node.Output, order, int8: false);
        for (int i = 1; i < node.Inputs.Count; i++)
        {
            PlanTensor b = Operand(context, node.Input(i), node.Output, order, int8: false);
            int[] dims = order == PlanOrder.ChannelsLast ? Layout.ToChannelsLast(node.Output.Dims) : node.Output.Dims;
            var y = new PlanTensor { Name = $"{node.Output.Name}_{i}", Type = PlanType.Float, Dims = dims, Order = order };
            BinaryParameters p = Broadcast(node.Name, total, b, y);
            p.Function = function;
            (p.MinFloat, p.MaxFloat) = (float.NegativeInfinity, float.PositiveInfinity);
            context.Plan.Emit(OperatorKind.Binary, node.Name, [total, b], y, p);
            total = y;
        }
        context.Bind(node.Output, total);
    }

    private static bool TryTable(LoweringContext context, Node node)
    {
        if (TableChain.From(context, node) is not { } chain) return false;
        chain.Emit(context);
        return true;
    }

    /// <summary>Channels-last where an operand of the output's rank is, since then the others follow cheaply.</summary>
    private static PlanOrder OrderOf(LoweringContext context, Node node)
    {
        int rank = node.Output.Dims.Length;
        foreach (Value? v in node.Inputs)
        {
            if (v is not null && !ConstantWeights.Has(v) && v.Dims.Length == rank && rank >= 3 && context.OrderOf(v) == PlanOrder.ChannelsLast) return PlanOrder.ChannelsLast;
        }
        return PlanOrder.Logical;
    }

    private static PlanTensor Operand(LoweringContext context, Value value, Value output, PlanOrder order, bool int8)
    {
        int rank = output.Dims.Length;
        if (ConstantWeights.Has(value) && !context.IsQuantized(value))
        {
            ConstantWeights constant = ConstantWeights.Of(value)!;
            PlanTensor tensor = PlanTensor.Of(value.Name, PlanType.Float, constant.Dequantized(), Widen(value.Dims, rank));
            return order == PlanOrder.ChannelsLast ? Layout.Permute(tensor, Layout.ToChannelsLast(tensor.Dims), order) : tensor;
        }
        if (value.Dims.Length == rank) return int8 ? context.Quantized(value, order) : context.Float(value, order);
        PlanTensor narrow = int8 ? context.Quantized(value, PlanOrder.Logical) : context.Float(value, PlanOrder.Logical);
        PlanTensor wide = narrow.View(Widen(narrow.Dims, rank), PlanOrder.Logical);
        if (order == PlanOrder.Logical) return wide;
        if (!Layout.OrdersCoincide(wide.Dims)) throw new ModelException($"'{value.Name}' is broadcast to a feature map in a way that is not supported");
        return wide.View(Layout.ToChannelsLast(wide.Dims), order);
    }

    private static int[] Widen(int[] dims, int rank) => [.. Enumerable.Repeat(1, rank - dims.Length), .. dims];

    /// <summary>The operator with the strides that its tensors have now.</summary>
    public static PlanOperator WithStrides(PlanOperator op)
    {
        BinaryParameters old = op.As<BinaryParameters>(), p = Broadcast(op.Name, op.Inputs[0], op.Inputs[1], op.Output);
        (p.Function, p.MinInt8, p.MaxInt8, p.MinFloat, p.MaxFloat) = (old.Function, old.MinInt8, old.MaxInt8, old.MinFloat, old.MaxFloat);
        return PlanOperator.Create(op.Kind, op.Name, op.Inputs, op.Output, p);
    }

    /// <summary>Dimensions and strides, neighbours merged where all three tensors allow it.</summary>
    private static unsafe BinaryParameters Broadcast(string node, PlanTensor a, PlanTensor b, PlanTensor y)
    {
        int[] stridesA = a.Strides(), stridesB = b.Strides(), stridesY = y.Strides();
        var merged = new List<(int Dim, int A, int B, int Y)>();
        for (int i = 0; i < y.Dims.Length; i++)
        {
            int d = y.Dims[i];
            if (d == 1) continue;
            int sa = a.Dims[i] == 1 ? 0 : stridesA[i], sb = b.Dims[i] == 1 ? 0 : stridesB[i], sy = stridesY[i];
            if (merged.Count > 0 && merged[^1].A == sa * d && merged[^1].B == sb * d && merged[^1].Y == sy * d) merged[^1] = (merged[^1].Dim * d, sa, sb, sy);
            else merged.Add((d, sa, sb, sy));
        }
        // What is written into a view goes pixel by pixel, and a pixel of one channel is a row of its own.
        if (merged.Count == 0 || (!y.IsDense && y.Channels == 1)) merged.Add((1, 1, 1, 1));
        if (merged.Count > 6) throw new ModelException($"node '{node}' broadcasts over more than 6 dimensions, which is not supported");
        BinaryParameters p = default;
        p.Rank = merged.Count;
        for (int i = 0; i < merged.Count; i++) (p.Dims[i], p.StrideA[i], p.StrideB[i], _) = merged[i];
        return p;
    }
}
