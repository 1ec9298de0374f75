using EdgeKit.Onnx.Shapes;

namespace EdgeKit.Onnx.Expansions;

/// <summary>Normalisation by a norm along axes.</summary>
internal static class VectorNormalization
{
    /// <summary>LpNormalization: x over its 1- or 2-norm along an axis. Of zeros it makes zeros.</summary>
    public static IReadOnlyList<Value?>? Lp(Expansion e)
    {
        int[] x = e.Node.Dims(0, ElementType.Float);
        int axis = Axes.Normalise(e.Node, e.Attributes.Int("axis", -1), x.Length), p = e.Attributes.Int("p", 2);
        if (p is not (1 or 2)) throw new ModelException($"attribute 'p' is {p}; 1 and 2 are supported");
        Value norm = e.Add(p == 1 ? "ReduceL1" : "ReduceL2", [e.Input(0)], ("axes", (int[])[axis]), ("keepdims", 1));
        return [e.Add("Div", [e.Input(0), e.Add("Clip", [norm, e.Number(float.Epsilon)])])];
    }

    /// <summary>RMSNormalization: x / √(mean of x² + ε) · scale over the axes from <c>axis</c> on.</summary>
    public static IReadOnlyList<Value?>? RootMeanSquare(Expansion e)
    {
        int[] x = e.Node.Dims(0, ElementType.Float);
        int axis = Axes.Normalise(e.Node, e.Attributes.Int("axis", -1), x.Length);
        Value deviation = ChannelNormalization.Deviation(e, e.Input(0), [.. Enumerable.Range(axis, x.Length - axis)], e.Attributes.Float("epsilon", 1e-5f));
        return [e.Add("Mul", [e.Add("Div", [e.Input(0), deviation]), e.Input(1)])];
    }

    /// <summary>MeanVarianceNormalization: (x - mean) / √(variance + 1e-9) over the axes (ONNX, operator MeanVarianceNormalization).</summary>
    public static IReadOnlyList<Value?>? MeanVariance(Expansion e)
    {
        int[] x = e.Node.Dims(0, ElementType.Float);
        int[] axes = Axes.Normalise(e.Node, e.Attributes.Ints("axes") ?? [0, 2, 3], x.Length);
        Value centred = e.Add("Sub", [e.Input(0), e.Add("ReduceMean", [e.Input(0)], ("axes", axes), ("keepdims", 1))]);
        return [e.Add("Div", [centred, ChannelNormalization.Deviation(e, centred, axes, 1e-9f)])];
    }
}
