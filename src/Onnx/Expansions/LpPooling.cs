using EdgeKit.Onnx.Shapes;

namespace EdgeKit.Onnx.Expansions;

/// <summary>The p-norm of what lies under a window: the p-th root of the sum of |x|^p, and the sum is the mean times the number of elements.</summary>
internal static class LpPooling
{
    /// <summary>LpPool.</summary>
    public static IReadOnlyList<Value?>? Window(Expansion e)
    {
        int p = Order(e);
        (Window window, int[] y) = PoolingShapes.Slide(e.Node, e.Node.FeatureMap(0, ElementType.Float));
        Value mean = e.Add("AveragePool", [Power(e, e.Input(0), p)],
            ("kernel_shape", window.Kernel), ("strides", window.Strides), ("dilations", window.Dilations), ("pads", window.Pads),
            ("ceil_mode", e.Attributes.Int("ceil_mode", 0)), ("count_include_pad", 1));
        return [Root(e, e.Add("Mul", [mean, e.Constant(Counts(window, e.Input(0).Dims[2..], y[2..]))]), p)];
    }

    /// <summary>GlobalLpPool.</summary>
    public static IReadOnlyList<Value?>? Global(Expansion e)
    {
        int p = Order(e);
        int[] axes = [.. Enumerable.Range(2, e.Node.FeatureMap(0, ElementType.Float).Length - 2)];
        if (p is 1 or 2) return [e.Add(p == 1 ? "ReduceL1" : "ReduceL2", [e.Input(0)], ("axes", axes), ("keepdims", 1))];
        return [Root(e, e.Add("ReduceSum", [Power(e, e.Input(0), p)], ("axes", axes), ("keepdims", 1)), p)];
    }

    private static int Order(Expansion e) => e.Attributes.Int("p", 2) is >= 1 and var p ? p : throw new ModelException("attribute 'p' must be positive");

    private static Value Power(Expansion e, Value x, int p) => p switch
    {
        1 => e.Add("Abs", [x]),
        2 => e.Add("Mul", [x, x]),
        _ => e.Add("Pow", [e.Add("Abs", [x]), e.Number(p)]),
    };

    private static Value Root(Expansion e, Value sum, int p) => p switch
    {
        1 => sum,
        2 => e.Add("Sqrt", [sum]),
        _ => e.Add("Pow", [sum, e.Number(1f / p)]),
    };

    /// <summary>How many taps a mean with padding counts at each place: fewer where a window in ceil mode reaches past the padding.</summary>
    private static Tensor Counts(Window window, int[] input, int[] output)
    {
        _ = Expansion.Elements(NodeShapes.Product(output));
        int[][] along = [.. output.Select((size, axis) => Enumerable.Range(0, size).Select(i => Count(window, axis, input[axis], i)).ToArray())];
        if (along.All(static counts => counts.Distinct().Count() == 1)) return Tensor.Scalar((float)along.Aggregate(1L, static (product, counts) => product * counts[0]));
        float[] products = [1];
        foreach (int[] counts in along) products = [.. products.SelectMany(p => counts.Select(c => p * c))];
        return Tensor.Of(products, [1, 1, .. output]);
    }

    private static int Count(Window window, int axis, int size, int index)
    {
        long room = (long)size + window.Pads[axis + window.Kernel.Length] - ((long)index * window.Strides[axis] - window.Pads[axis]);
        return (int)Math.Min(window.Kernel[axis], (room + window.Dilations[axis] - 1) / window.Dilations[axis]);
    }
}
