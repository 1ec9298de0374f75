namespace EdgeKit.Onnx.Reference;

/// <summary>Operators that join tensors or pick parts of them.</summary>
internal static class Selection
{
    public static Tensor[] Concat(Call call)
    {
        Tensor[] parts = call.AllInputs();
        Tensor first = parts[0];
        if (first.Rank == 0) throw call.Error("cannot join scalars");
        int axis = call.Axis(0, first.Rank);
        long size = 0;
        foreach (Tensor part in parts)
        {
            bool fits = part.Type == first.Type && part.Rank == first.Rank;
            for (int d = 0; fits && d < first.Rank; d++) fits = d == axis || part.Shape[d] == first.Shape[d];
            if (!fits) throw call.Error($"cannot join {first} and {part} along axis {axis}");
            size += part.Shape[axis];
        }
        int[] shape = [.. first.Shape];
        shape[axis] = (int)Math.Min(size, int.MaxValue);
        call.Count(shape);
        return [TypeDispatch.Run(first.Type, new ConcatWork(parts, axis, shape))];
    }

    /// <summary>Parts along an axis, of the sizes at input 1 or else equal ones.</summary>
    public static Tensor[] Split(Call call)
    {
        Tensor x = call.Input(0);
        if (x.Rank == 0) throw call.Error("cannot split a scalar");
        int axis = call.Axis(0, x.Rank), size = x.Shape[axis], parts = call.Node.Outputs.Count;
        int[] sizes;
        if (call.Optional(1) is not null)
        {
            sizes = call.Ints(1);
        }
        else
        {
            int each = (size + parts - 1) / parts;
            sizes = [.. Enumerable.Range(0, parts).Select(i => Math.Clamp(size - i * each, 0, each))];
        }
        if (sizes.Any(static s => s < 0) || sizes.Sum(static s => (long)s) != size)
            throw call.Error($"sizes [{string.Join(',', sizes)}] do not add up to the {size} of axis {axis}");
        int[] strides = Strided.Of(x.Shape);
        var results = new Tensor[sizes.Length];
        for (int i = 0, start = 0; i < sizes.Length; start += sizes[i++])
        {
            int[] shape = [.. x.Shape];
            shape[axis] = sizes[i];
            results[i] = Strided.Copy(call, x, shape, strides, start * strides[axis]);
        }
        return results;
    }

    /// <summary>Inputs starts, ends and optional axes and steps; places beyond the tensor are its ends, negative ones count from the end.</summary>
    public static Tensor[] Slice(Call call)
    {
        Tensor x = call.Input(0);
        int[] starts = call.Ints(1), ends = call.Ints(2);
        int[] axes = call.Optional(3) is null ? [.. Enumerable.Range(0, starts.Length)] : call.Ints(3);
        int[] steps = call.Optional(4) is null ? [.. starts.Select(static _ => 1)] : call.Ints(4);
        if (ends.Length != starts.Length || axes.Length != starts.Length || steps.Length != starts.Length)
            throw call.Error("starts, ends, axes and steps have different lengths");
        axes = Axes.Normalise(call.Node, axes, x.Rank);
        int[] shape = [.. x.Shape], strides = Strided.Of(x.Shape);
        int origin = 0;
        for (int i = 0; i < axes.Length; i++)
        {
            int axis = axes[i], size = x.Shape[axis], step = steps[i];
            if (step == 0) throw call.Error("has a step of 0");
            // Going backwards the last element is the first possible start, and the end may lie before element 0.
            int low = step > 0 ? 0 : -1, high = step > 0 ? size : size - 1;
            long start = Math.Clamp(starts[i] < 0 ? starts[i] + (long)size : starts[i], step > 0 ? 0 : Math.Min(0, high), high);
            long end = Math.Clamp(ends[i] < 0 ? ends[i] + (long)size : ends[i], low, high);
            long count = Math.Max(0, step > 0 ? (end - start + step - 1) / step : (start - end - step - 1L) / -(long)step);
            shape[axis] = (int)count;
            if (count > 0) origin += (int)start * strides[axis];
            strides[axis] = count > 1 ? strides[axis] * step : 0;
        }
        return [Strided.Copy(call, x, shape, strides, origin)];
    }

    /// <summary>The slices of input 0 along <c>axis</c> that input 1 numbers; its shape takes the place of that axis.</summary>
    public static Tensor[] Gather(Call call)
    {
        Tensor x = call.Input(0), numbers = call.Input(1);
        if (numbers.Type is not (ElementType.Int64 or ElementType.Int32)) throw call.Error($"input 1 is {numbers.Type} where integers are wanted");
        if (x.Rank == 0) throw call.Error("cannot gather from a scalar");
        int axis = call.Axis(0, x.Rank), size = x.Shape[axis];
        int[] picks = Array.ConvertAll(numbers.ToInt64s(), i =>
            i >= -size && i < size ? (int)(i < 0 ? i + size : i) : throw call.Error($"index {i} lies outside of the {size} elements of axis {axis}"));
        int[] shape = [.. x.Shape[..axis], .. numbers.Shape, .. x.Shape[(axis + 1)..]];
        call.Count(shape);
        return [Take(x, axis, picks, shape)];
    }

    /// <summary>The slices of a tensor along an axis in the order of <paramref name="picks"/>, as a tensor of the given shape.</summary>
    public static Tensor Take(Tensor x, int axis, int[] picks, int[] shape) => TypeDispatch.Run(x.Type, new GatherWork(x, axis, picks, shape));

    /// <summary>Input 1 where input 0 is true, input 2 elsewhere, all three broadcast.</summary>
    public static Tensor[] Where(Call call)
    {
        Tensor condition = call.Input(0, ElementType.Bool), yes = call.Input(1), no = call.Input(2);
        if (yes.Type != no.Type) throw call.Error($"inputs have different types, {yes.Type} and {no.Type}");
        int[] shape = Broadcasting.Shape(call, condition.Shape, yes.Shape, no.Shape);
        return [TypeDispatch.Run(yes.Type, new WhereWork(
            Broadcasting.Expand(call, condition, shape), Broadcasting.Expand(call, yes, shape), Broadcasting.Expand(call, no, shape)))];
    }

    private readonly record struct ConcatWork(Tensor[] Parts, int Axis, int[] Shape) : ITyped
    {
        public Tensor Run<T>() where T : unmanaged
        {
            T[] y = new T[Tensor.ElementCount(Shape)];
            int row = Tensor.ElementCount(Shape.AsSpan(Axis)), offset = 0;
            foreach (Tensor part in Parts)
            {
                int length = Tensor.ElementCount(part.Shape.AsSpan(Axis));
                ReadOnlySpan<T> from = part.AsSpan<T>();
                for (int i = 0, o = offset; i < from.Length; i += length, o += row) from.Slice(i, length).CopyTo(y.AsSpan(o));
                offset += length;
            }
            return Tensor.Of(y, Shape);
        }
    }

    private readonly record struct GatherWork(Tensor X, int Axis, int[] Picks, int[] Shape) : ITyped
    {
        public Tensor Run<T>() where T : unmanaged
        {
            T[] y = new T[Tensor.ElementCount(Shape)];
            int block = Tensor.ElementCount(X.Shape.AsSpan(Axis + 1)), outer = X.Shape[Axis] * block;
            ReadOnlySpan<T> from = X.AsSpan<T>();
            int o = 0;
            for (int start = 0; start < from.Length; start += outer)
            {
                foreach (int pick in Picks)
                {
                    from.Slice(start + pick * block, block).CopyTo(y.AsSpan(o));
                    o += block;
                }
            }
            return Tensor.Of(y, Shape);
        }
    }

    private readonly record struct WhereWork(Tensor Condition, Tensor Yes, Tensor No) : ITyped
    {
        public Tensor Run<T>() where T : unmanaged
        {
            T[] y = Yes.AsSpan<T>().ToArray();
            ReadOnlySpan<bool> condition = Condition.AsSpan<bool>();
            ReadOnlySpan<T> no = No.AsSpan<T>();
            for (int i = 0; i < y.Length; i++)
                if (!condition[i]) y[i] = no[i];
            return Tensor.Of(y, Condition.Shape);
        }
    }
}
