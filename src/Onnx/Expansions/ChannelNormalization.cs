using EdgeKit.Onnx.Shapes;

namespace EdgeKit.Onnx.Expansions;

/// <summary>Normalisation over positions, of each channel or of groups of channels: LayerNormalization without a scale of its own, and then scale and bias of each channel.</summary>
internal static class ChannelNormalization
{
    /// <summary>InstanceNormalization: each channel over its positions.</summary>
    public static IReadOnlyList<Value?>? Instance(Expansion e)
    {
        int[] x = e.Node.FeatureMap(0, ElementType.Float);
        Value normalized = Normalized(e, e.Input(0), 2);
        return [Affine(e, normalized, PerChannel(e, 1, x), PerChannel(e, 2, x))];
    }

    /// <summary>GroupNormalization: groups of channels over their positions; scale and bias of each group before opset 21, of each channel since.</summary>
    public static IReadOnlyList<Value?>? Group(Expansion e)
    {
        int[] x = e.Node.FeatureMap(0, ElementType.Float);
        int groups = e.Attributes.Int("num_groups", 0);
        if (groups < 1 || x[1] % groups != 0) throw new ModelException($"{groups} groups do not divide {x[1]} channels");
        Value grouped = e.Reshape(e.Input(0), x[0], groups, NodeShapes.Product(x.AsSpan(1)) / groups);
        Value normalized = e.Reshape(Normalized(e, grouped, 2), x);
        return [Affine(e, normalized, PerChannel(e, 1, x, groups), PerChannel(e, 2, x, groups))];
    }

    /// <summary>LayerNormalization whose mean or inverse deviation is read, in single steps; else it stays.</summary>
    public static IReadOnlyList<Value?>? LayerWithStatistics(Expansion e)
    {
        if (!e.IsRead(1) && !e.IsRead(2)) return null;
        int[] x = e.Node.Dims(0, ElementType.Float);
        int axis = Axes.Normalise(e.Node, e.Attributes.Int("axis", -1), x.Length);
        int[] axes = [.. Enumerable.Range(axis, x.Length - axis)];
        Value mean = e.Add("ReduceMean", [e.Input(0)], ("axes", axes), ("keepdims", 1));
        Value centred = e.Add("Sub", [e.Input(0), mean]);
        Value inverse = e.Add("Reciprocal", [Deviation(e, centred, axes, e.Attributes.Float("epsilon", 1e-5f))]);
        Value y = e.Add("Mul", [e.Add("Mul", [centred, inverse]), e.Input(1)]);
        return [e.Optional(2) is { } bias ? e.Add("Add", [y, bias]) : y, mean, inverse];
    }

    /// <summary>√(mean of x² + ε) over axes, which stay with size 1.</summary>
    public static Value Deviation(Expansion e, Value x, int[] axes, float epsilon)
    {
        // The norm rather than the mean of squares: it stays in float when the model is quantized.
        Value norm = e.Add("ReduceL2", [x], ("axes", axes), ("keepdims", 1));
        float count = axes.Aggregate(1f, (product, axis) => product * x.Dims[axis]);
        Value mean = e.Add("Div", [e.Add("Pow", [norm, e.Number(2)]), e.Number(count)]);
        return e.Add("Sqrt", [e.Add("Sum", [mean, e.Number(epsilon)])]);
    }

    private static Value Normalized(Expansion e, Value x, int axis) =>
        e.Add("LayerNormalization", [x, e.Constant(Tensor.Of([1f], 1))], ("axis", axis), ("epsilon", e.Attributes.Float("epsilon", 1e-5f)));

    private static Value Affine(Expansion e, Value x, Value scale, Value bias) => e.Add("Add", [e.Add("Mul", [x, scale]), bias]);

    /// <summary>One number a channel, or a group of channels, as [C,1,...].</summary>
    private static Value PerChannel(Expansion e, int input, int[] x, int groups = 0)
    {
        int[] dims = e.Node.Dims(input, ElementType.Float);
        Value value = e.Input(input);
        int[] ones = [.. Enumerable.Repeat(1, x.Length - 2)];
        if (dims is [var given] && given == groups && given != x[1])
        {
            value = e.Add("Expand", [e.Reshape(value, groups, 1), e.Ints(groups, x[1] / groups)]);
        }
        else if (dims.Length != 1 || dims[0] != x[1])
        {
            throw new ModelException($"input {input} has shape {NodeShapes.Text(dims)} where [{x[1]}] is wanted");
        }
        return e.Reshape(value, [x[1], .. ones]);
    }
}
