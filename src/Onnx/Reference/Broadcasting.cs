using System.Numerics;

namespace EdgeKit.Onnx.Reference;

/// <summary>A function of two numbers.</summary>
internal interface IBinary
{
    static abstract T Apply<T>(T a, T b) where T : unmanaged, INumber<T>;
}

/// <summary>A relation of two numbers.</summary>
internal interface IRelation
{
    static abstract bool Holds<T>(T a, T b) where T : unmanaged, INumber<T>;
}

/// <summary>Element by element work on tensors of different shapes, by NumPy's rule: shapes are aligned at the last axis, size 1 is repeated.</summary>
internal static class Broadcasting
{
    /// <summary>The common shape of all tensors.</summary>
    public static int[] Shape(Call call, params ReadOnlySpan<int[]> shapes)
    {
        int[] common = [];
        foreach (int[] shape in shapes) common = Broadcast.Shapes(common, shape);
        call.Count(common);
        return common;
    }

    /// <summary>f(a, b) for every pair of elements.</summary>
    public static TResult[] Map<T, TResult>(int[] shape, Tensor a, Tensor b, Func<T, T, TResult> f) where T : unmanaged
    {
        TResult[] result = new TResult[Tensor.ElementCount(shape)];
        if (result.Length == 0) return result;
        ReadOnlySpan<T> left = a.AsSpan<T>(), right = b.AsSpan<T>();
        // Tensors of one shape are one long row.
        int[] view = a.Shape.AsSpan().SequenceEqual(b.Shape) || shape.Length == 0 ? [result.Length] : shape;
        int[] sa = a.Length == result.Length ? Strided.Of(view) : Strided.Broadcast(a.Shape, view);
        int[] sb = b.Length == result.Length ? Strided.Of(view) : Strided.Broadcast(b.Shape, view);
        int[] rowsA = Strided.RowStarts(view, sa), rowsB = Strided.RowStarts(view, sb);
        int columns = view[^1];
        for (int r = 0, o = 0; r < rowsA.Length; r++)
        {
            for (int i = 0, x = rowsA[r], y = rowsB[r]; i < columns; i++, x += sa[^1], y += sb[^1]) result[o++] = f(left[x], right[y]);
        }
        return result;
    }

    /// <summary>The tensor repeated to a shape that it can be broadcast to.</summary>
    public static Tensor Expand(Call call, Tensor tensor, int[] shape) =>
        tensor.Shape.AsSpan().SequenceEqual(shape) ? tensor : Strided.Copy(call, tensor, shape, Strided.Broadcast(tensor.Shape, shape));
}
