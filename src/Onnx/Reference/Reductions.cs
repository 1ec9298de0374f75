namespace EdgeKit.Onnx.Reference;

/// <summary>Reductions over axes, computed in double.</summary>
internal static class Reductions
{
    /// <summary>One number from the elements that are reduced together.</summary>
    public delegate double Reducer(ReadOnlySpan<double> elements);

    /// <summary>
    /// Axes as attribute or as input 1; none means all, unless noop_with_empty_axes. With keepdims the axes stay with size 1.
    /// </summary>
    public static Tensor[] Reduce(Call call, Reducer reduce)
    {
        Tensor x = call.Input(0);
        if (x.Type is not (ElementType.Float or ElementType.Double or ElementType.Int32 or ElementType.Int64))
            throw call.Error($"does not take elements of type {x.Type}");
        int[] axes = (call.Optional(1) is null ? call.Attributes.Ints("axes") : call.Ints(1)) ?? [];
        if (axes.Length == 0)
        {
            if (call.Attributes.Int("noop_with_empty_axes", 0) != 0) return [x];
            axes = [.. Enumerable.Range(0, x.Rank)];
        }
        axes = Axes.Normalise(call.Node, axes, x.Rank);
        int[] kept = [.. Enumerable.Range(0, x.Rank).Where(d => !axes.Contains(d))];
        double[] elements = Shaping.Permute(call, x, [.. kept, .. axes]).ToDoubles();
        int[] rows = Array.ConvertAll(kept, d => x.Shape[d]);
        double[] y = new double[Tensor.ElementCount(rows)];
        int length = Tensor.ElementCount(Array.ConvertAll(axes, d => x.Shape[d]));
        for (int i = 0; i < y.Length; i++) y[i] = reduce(elements.AsSpan(i * length, length));
        bool keep = call.Attributes.Int("keepdims", 1) != 0;
        int[] shape = keep ? [.. x.Shape.Select((d, axis) => axes.Contains(axis) ? 1 : d)] : rows;
        return [Casting.To(call, Tensor.Of(y, shape), x.Type)];
    }

    public static double Sum(ReadOnlySpan<double> x)
    {
        double sum = 0;
        foreach (double v in x) sum += v;
        return sum;
    }

    public static double Mean(ReadOnlySpan<double> x) => Sum(x) / x.Length;

    public static double Product(ReadOnlySpan<double> x)
    {
        double product = 1;
        foreach (double v in x) product *= v;
        return product;
    }

    public static double Max(ReadOnlySpan<double> x)
    {
        double max = double.NegativeInfinity;
        foreach (double v in x) max = Math.Max(max, v);
        return max;
    }

    public static double Min(ReadOnlySpan<double> x)
    {
        double min = double.PositiveInfinity;
        foreach (double v in x) min = Math.Min(min, v);
        return min;
    }

    public static double L1(ReadOnlySpan<double> x)
    {
        double sum = 0;
        foreach (double v in x) sum += Math.Abs(v);
        return sum;
    }

    public static double SumSquare(ReadOnlySpan<double> x)
    {
        double sum = 0;
        foreach (double v in x) sum += v * v;
        return sum;
    }

    public static double L2(ReadOnlySpan<double> x) => Math.Sqrt(SumSquare(x));

    public static double LogSum(ReadOnlySpan<double> x) => Math.Log(Sum(x));

    public static double LogSumExp(ReadOnlySpan<double> x)
    {
        double max = Max(x), sum = 0;
        if (double.IsInfinity(max)) return max;
        foreach (double v in x) sum += Math.Exp(v - max);
        return max + Math.Log(sum);
    }

    /// <summary>The place of the largest (or smallest) element along <c>axis</c>: the first one, or the last one with select_last_index.</summary>
    public static Tensor[] ArgMax(Call call, bool smallest)
    {
        Tensor x = call.Input(0);
        if (x.Rank == 0) throw call.Error("needs at least one axis");
        int axis = call.Axis(0, x.Rank), size = x.Shape[axis], step = Strided.Of(x.Shape)[axis];
        if (size == 0) throw call.Error($"axis {axis} of {x} is empty");
        bool last = call.Attributes.Int("select_last_index", 0) != 0;
        double[] elements = x.ToDoubles();
        long[] y = new long[x.Length / size];
        for (int i = 0; i < y.Length; i++)
        {
            int first = i / step * step * size + i % step, best = 0;
            for (int k = 1; k < size; k++)
            {
                int order = elements[first + k * step].CompareTo(elements[first + best * step]);
                if (smallest) order = -order;
                if (order > 0 || (order == 0 && last)) best = k;
            }
            y[i] = best;
        }
        bool keep = call.Attributes.Int("keepdims", 1) != 0;
        return [Tensor.Of(y, keep ? [.. x.Shape.Select((d, a) => a == axis ? 1 : d)] : [.. x.Shape.Where((_, a) => a != axis)])];
    }
}
