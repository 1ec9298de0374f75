namespace EdgeKit.Onnx.Reference;

/// <summary>Gemm and MatMul.</summary>
internal static class MatrixProducts
{
    /// <summary>alpha A' B' + beta C, where A' is A or its transpose and C is broadcast to the result.</summary>
    public static Tensor[] Gemm(Call call)
    {
        Tensor a = call.Float(0), b = call.Float(1);
        if (a.Rank != 2 || b.Rank != 2) throw call.Error($"wants matrices, not {a} and {b}");
        if (call.Attributes.Int("transA", 0) != 0) a = Transposed(call, a);
        bool transposed = call.Attributes.Int("transB", 0) != 0;
        int m = a.Shape[0], k = a.Shape[1], n = b.Shape[transposed ? 0 : 1];
        if (b.Shape[transposed ? 1 : 0] != k) throw call.Error($"matrices {a} and {b} do not fit together");
        float[] y = new float[call.Count([m, n])];
        ColumnReader<float> columns = transposed
            ? (first, count, panel) => ReadTransposed(b.AsSpan<float>(), k, first, count, panel)
            : (first, count, panel) => ReadColumns(b.AsSpan<float>(), n, first, count, panel);
        MatrixProduct.Add(m, n, k, a, 0, columns, y, 0);
        float alpha = call.Attributes.Float("alpha", 1f);
        if (alpha != 1) foreach (ref float v in y.AsSpan()) v *= alpha;
        if (call.Optional(2) is not null)
        {
            Tensor c = call.Float(2);
            float beta = call.Attributes.Float("beta", 1f);
            if (!Broadcasting.Shape(call, [m, n], c.Shape).AsSpan().SequenceEqual([m, n])) throw call.Error($"{c} does not broadcast to [{m},{n}]");
            ReadOnlySpan<float> added = Broadcasting.Expand(call, c, [m, n]).AsSpan<float>();
            for (int i = 0; i < y.Length; i++) y[i] += beta * added[i];
        }
        return [Tensor.Of(y, m, n)];
    }

    /// <summary>A stack of matrix products with NumPy's rules: leading axes are broadcast, vectors are rows on the left and columns on the right.</summary>
    public static Tensor[] MatMul(Call call) => [Compute<float>(call, call.Float(0), call.Float(1))];

    /// <summary>The product in float or, with wrapping sums, in int32.</summary>
    public static Tensor Compute<T>(Call call, Tensor a, Tensor b) where T : unmanaged, System.Numerics.INumber<T>
    {
        if (a.Rank == 0 || b.Rank == 0) throw call.Error("does not take scalars");
        Tensor left = a.Rank == 1 ? a.Reshape(1, a.Length) : a, right = b.Rank == 1 ? b.Reshape(b.Length, 1) : b;
        int m = left.Shape[^2], k = left.Shape[^1], n = right.Shape[^1];
        if (right.Shape[^2] != k) throw call.Error($"{a} and {b} do not fit together");
        int[] stack = Broadcasting.Shape(call, left.Shape[..^2], right.Shape[..^2]);
        int[] leftStarts = StackStarts(left, stack), rightStarts = StackStarts(right, stack);
        T[] y = new T[call.Count([.. stack, m, n])];
        for (int i = 0; i < leftStarts.Length; i++)
        {
            int start = rightStarts[i];
            MatrixProduct.Add<T>(m, n, k, left, leftStarts[i],
                (first, count, panel) => ReadColumns(right.AsSpan<T>().Slice(start, k * n), n, first, count, panel), y, i * m * n);
        }
        List<int> shape = [.. stack];
        if (a.Rank > 1) shape.Add(m);
        if (b.Rank > 1) shape.Add(n);
        return Tensor.Of(y, [.. shape]);
    }

    /// <summary>Where the matrices of a stack begin.</summary>
    private static int[] StackStarts(Tensor matrices, int[] stack)
    {
        int size = matrices.Shape[^2] * matrices.Shape[^1];
        int[] strides = Array.ConvertAll(Strided.Broadcast(matrices.Shape.AsSpan()[..^2], stack), s => s * size);
        // A trailing axis of one element makes every matrix a row of the view.
        return Tensor.ElementCount(stack) == 0 ? [] : Strided.RowStarts([.. stack, 1], [.. strides, 0]);
    }

    private static void ReadColumns<T>(ReadOnlySpan<T> b, int n, int first, int count, Span<T> panel)
    {
        for (int o = 0, i = first; o < panel.Length; o += count, i += n) b.Slice(i, count).CopyTo(panel[o..]);
    }

    private static void ReadTransposed(ReadOnlySpan<float> b, int k, int first, int count, Span<float> panel)
    {
        for (int j = 0; j < count; j++)
        {
            ReadOnlySpan<float> row = b.Slice((first + j) * k, k);
            for (int i = 0; i < k; i++) panel[i * count + j] = row[i];
        }
    }

    private static Tensor Transposed(Call call, Tensor a) => Strided.Copy(call, a, [a.Shape[1], a.Shape[0]], [1, a.Shape[1]]);
}
