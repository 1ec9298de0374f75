using System.Numerics;

namespace EdgeKit.Onnx.Reference;

/// <summary>Operators that order elements along an axis or add them up in order.</summary>
internal static class Ranking
{
    /// <summary>TopK: the k largest (or smallest) elements along an axis in order, and their places; of equal ones the first comes first.</summary>
    public static Tensor[] TopK(Call call)
    {
        Tensor x = call.Input(0);
        if (x.Rank == 0) throw call.Error("needs at least one axis");
        int axis = call.Axis(-1, x.Rank), size = x.Shape[axis], k = (int)Math.Clamp(call.Integer(1), -1, int.MaxValue), step = Strided.Of(x.Shape)[axis];
        if (k < 0 || k > size) throw call.Error($"takes {k} of {size} elements");
        bool largest = call.Attributes.Int("largest", 1) != 0;
        int[] shape = [.. x.Shape];
        shape[axis] = k;
        double[] values = x.ToDoubles();
        var sources = new int[Tensor.ElementCount(shape)];
        var places = new long[sources.Length];
        for (int lane = 0; lane < values.Length / Math.Max(1, size); lane++)
        {
            int first = lane / step * step * size + lane % step, to = lane / step * step * k + lane % step;
            int[] order = [.. Enumerable.Range(0, size).OrderBy(i => largest ? -values[first + i * step] : values[first + i * step]).Take(k)];
            for (int i = 0; i < k; i++) (sources[to + i * step], places[to + i * step]) = (first + order[i] * step, order[i]);
        }
        Tensor picked = Selection.Take(x.Reshape(x.Length), 0, sources, [sources.Length]);
        return [picked.Reshape(shape), Tensor.Of(places, shape)];
    }

    /// <summary>CumSum: running sums along the axis at input 1, before each element if exclusive, from the end if reverse.</summary>
    public static Tensor[] CumSum(Call call)
    {
        Tensor x = call.Input(0);
        int axis = Axes.Normalise(call.Node, (int)Math.Clamp(call.Integer(1), int.MinValue, int.MaxValue), x.Rank);
        return [TypeDispatch.RunNumeric(call, x.Type, new SumWork(x, axis, call.Attributes.Int("exclusive", 0) != 0, call.Attributes.Int("reverse", 0) != 0))];
    }

    /// <summary>Hardmax: 1 at the first of the largest elements along an axis, 0 elsewhere.</summary>
    public static Tensor[] Hardmax(Call call)
    {
        Tensor x = call.Float(0);
        int axis = call.Axis(-1, x.Rank), size = x.Shape[axis], step = Strided.Of(x.Shape)[axis];
        ReadOnlySpan<float> from = x.AsSpan<float>();
        float[] y = new float[x.Length];
        for (int lane = 0; lane < y.Length / Math.Max(1, size); lane++)
        {
            int first = lane / step * step * size + lane % step, best = first;
            for (int i = first; i < first + size * step; i += step)
                if (from[i] > from[best]) best = i;
            y[best] = 1;
        }
        return [Tensor.Of(y, x.Shape)];
    }

    private readonly record struct SumWork(Tensor X, int Axis, bool Exclusive, bool Reverse) : INumeric
    {
        public Tensor Run<T>() where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            ReadOnlySpan<T> from = X.AsSpan<T>();
            T[] y = new T[from.Length];
            int size = X.Shape[Axis], step = Strided.Of(X.Shape)[Axis];
            for (int lane = 0; lane < y.Length / Math.Max(1, size); lane++)
            {
                int first = lane / step * step * size + lane % step;
                T sum = T.Zero;
                for (int k = 0; k < size; k++)
                {
                    int i = first + (Reverse ? size - 1 - k : k) * step;
                    y[i] = Exclusive ? sum : sum + from[i];
                    sum += from[i];
                }
            }
            return Tensor.Of(y, X.Shape);
        }
    }
}
