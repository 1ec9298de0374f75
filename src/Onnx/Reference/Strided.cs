namespace EdgeKit.Onnx.Reference;

/// <summary>Views of row-major tensors: element (i0, i1, ...) of the view lies at start + sum(i * stride).</summary>
internal static class Strided
{
    /// <summary>The strides of a row-major tensor.</summary>
    public static int[] Of(ReadOnlySpan<int> shape)
    {
        int[] strides = new int[shape.Length];
        int step = 1;
        for (int d = shape.Length - 1; d >= 0; d--)
        {
            strides[d] = step;
            step *= Math.Max(shape[d], 1);
        }
        return strides;
    }

    /// <summary>Strides that read a tensor of shape <paramref name="from"/> as <paramref name="to"/>: 0 along the repeated axes.</summary>
    public static int[] Broadcast(ReadOnlySpan<int> from, ReadOnlySpan<int> to)
    {
        int[] own = Of(from);
        int[] strides = new int[to.Length];
        int missing = to.Length - from.Length;
        for (int d = 0; d < from.Length; d++) strides[missing + d] = from[d] == 1 ? 0 : own[d];
        return strides;
    }

    /// <summary>Where each row of the view (all axes but the last fixed) begins.</summary>
    public static int[] RowStarts(ReadOnlySpan<int> shape, ReadOnlySpan<int> strides, int start = 0)
    {
        int rows = 1;
        for (int d = 0; d < shape.Length - 1; d++) rows *= shape[d];
        int[] starts = new int[rows];
        int[] index = new int[shape.Length];
        int offset = start;
        for (int r = 0; r < rows; r++)
        {
            starts[r] = offset;
            for (int d = shape.Length - 2; d >= 0; d--)
            {
                offset += strides[d];
                if (++index[d] < shape[d]) break;
                offset -= shape[d] * strides[d];
                index[d] = 0;
            }
        }
        return starts;
    }

    /// <summary>A dense copy of a view.</summary>
    public static Tensor Copy(Call call, Tensor source, int[] shape, int[] strides, int start = 0)
    {
        call.Count(shape);
        return TypeDispatch.Run(source.Type, new CopyWork(source, shape, strides, start));
    }

    private readonly record struct CopyWork(Tensor Source, int[] Shape, int[] Strides, int Start) : ITyped
    {
        public Tensor Run<T>() where T : unmanaged
        {
            ReadOnlySpan<T> from = Source.AsSpan<T>();
            T[] result = new T[Tensor.ElementCount(Shape)];
            if (result.Length > 0)
            {
                int columns = Shape.Length == 0 ? 1 : Shape[^1];
                int step = Shape.Length == 0 ? 1 : Strides[^1];
                int[] starts = RowStarts(Shape, Strides, Start);
                for (int r = 0; r < starts.Length; r++)
                {
                    Span<T> row = result.AsSpan(r * columns, columns);
                    if (step == 1) from.Slice(starts[r], columns).CopyTo(row);
                    else for (int i = 0, s = starts[r]; i < columns; i++, s += step) row[i] = from[s];
                }
            }
            return Tensor.Of(result, Shape);
        }
    }
}
