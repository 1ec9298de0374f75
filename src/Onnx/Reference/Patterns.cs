using EdgeKit.Onnx.Format;

namespace EdgeKit.Onnx.Reference;

/// <summary>Operators that make or mask tensors by the places of their elements.</summary>
internal static class Patterns
{
    /// <summary>Trilu: the triangle above (upper) or below the diagonal of every matrix; zero elsewhere. Input 1 shifts the diagonal.</summary>
    public static Tensor[] Trilu(Call call)
    {
        Tensor x = call.Input(0);
        if (x.Rank < 2) throw call.Error($"wants matrices, not {x}");
        long shift = call.Optional(1) is null ? 0 : Math.Clamp(call.Integer(1), int.MinValue, int.MaxValue);
        bool upper = call.Attributes.Int("upper", 1) != 0;
        int rows = x.Shape[^2], columns = x.Shape[^1];
        return [TypeDispatch.Run(x.Type, new MaskWork(x, i =>
        {
            long above = i % columns - i / columns % rows - shift;
            return upper ? above >= 0 : above <= 0;
        }))];
    }

    /// <summary>EyeLike: ones on a diagonal of a matrix.</summary>
    public static Tensor[] EyeLike(Call call)
    {
        Tensor x = call.Input(0);
        if (x.Rank != 2) throw call.Error($"wants a matrix, not {x}");
        int k = call.Attributes.Int("k", 0), columns = x.Shape[1];
        ElementType type = call.Attributes.Has("dtype") ? DataTypes.ElementTypeOf(call.Attributes.Int("dtype", 0)) : x.Type;
        double[] y = new double[x.Length];
        for (int i = 0; i < y.Length; i++) y[i] = i % columns - i / columns == k ? 1 : 0;
        return [Casting.To(call, Tensor.Of(y, x.Shape), type)];
    }

    /// <summary>OneHot: input 2 holds the values off and on; indices outside of the depth (input 1) give off everywhere.</summary>
    public static Tensor[] OneHot(Call call)
    {
        Tensor indices = call.Input(0), values = call.Input(2);
        int depth = (int)Math.Clamp(call.Integer(1), 0, int.MaxValue);
        if (values.Length != 2) throw call.Error($"wants two values, not {values}");
        int axis = Axes.Normalise(call.Node, call.Attributes.Int("axis", -1), indices.Rank + 1);
        int[] shape = [.. indices.Shape[..axis], depth, .. indices.Shape[axis..]];
        int inner = Tensor.ElementCount(indices.Shape.AsSpan(axis)), count = call.Count(shape);
        double[] at = indices.ToDoubles();
        int[] picks = new int[count];
        for (int i = 0; i < count; i++)
        {
            double index = at[i / inner / depth * inner + i % inner];
            picks[i] = (index < 0 ? index + depth : index) == i / inner % depth ? 1 : 0;
        }
        return [Selection.Take(values.Reshape(2), 0, picks, shape)];
    }

    /// <summary>ReverseSequence: the first elements of each batch, as many as input 1 says, in reverse order along the time axis.</summary>
    public static Tensor[] ReverseSequence(Call call)
    {
        Tensor x = call.Input(0);
        int batchAxis = call.Axis(1, x.Rank, "batch_axis"), timeAxis = call.Axis(0, x.Rank, "time_axis");
        long[] lengths = call.Input(1).ToInt64s();
        if (batchAxis == timeAxis || lengths.Length != x.Shape[batchAxis] || Array.Exists(lengths, l => l < 0 || l > x.Shape[timeAxis])) throw call.Error($"lengths {call.Input(1)} do not fit {x}");
        int[] strides = Strided.Of(x.Shape);
        int[] picks = [.. Enumerable.Range(0, x.Length).Select(i =>
        {
            int batch = i / strides[batchAxis] % x.Shape[batchAxis], time = i / strides[timeAxis] % x.Shape[timeAxis];
            return time < lengths[batch] ? i + ((int)lengths[batch] - 1 - 2 * time) * strides[timeAxis] : i;
        })];
        return [Selection.Take(x.Reshape(x.Length), 0, picks, [x.Length]).Reshape(x.Shape)];
    }

    private readonly record struct MaskWork(Tensor X, Func<int, bool> Keeps) : ITyped
    {
        public Tensor Run<T>() where T : unmanaged
        {
            T[] y = X.AsSpan<T>().ToArray();
            for (int i = 0; i < y.Length; i++)
                if (!Keeps(i)) y[i] = default;
            return Tensor.Of(y, X.Shape);
        }
    }
}
