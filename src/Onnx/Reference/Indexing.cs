using System.Numerics;

namespace EdgeKit.Onnx.Reference;

/// <summary>Operators that read or write single elements or slices at places given by a tensor of indices.</summary>
internal static class Indexing
{
    /// <summary>GatherElements: y[i...] = x[i..., index[i...], i...] along an axis.</summary>
    public static Tensor[] GatherElements(Call call)
    {
        Tensor x = call.Input(0), indices = call.Input(1);
        int[] places = ElementPlaces(call, x, indices);
        return [TypeDispatch.Run(x.Type, new TakeWork(x, places, 1, indices.Shape))];
    }

    /// <summary>ScatterElements and the older Scatter: a copy of x with the updates written (or combined with what is there) along an axis.</summary>
    public static Tensor[] ScatterElements(Call call)
    {
        Tensor x = call.Input(0), indices = call.Input(1), updates = call.Input(2);
        if (updates.Type != x.Type || !updates.Shape.AsSpan().SequenceEqual(indices.Shape)) throw call.Error($"updates {updates} do not fit indices {indices} and {x}");
        return [TypeDispatch.RunNumeric(call, x.Type, new PutWork(x, updates, ElementPlaces(call, x, indices), 1, Reduction(call)))];
    }

    /// <summary>GatherND: index tuples pick slices of x, the first batch_dims dimensions being shared.</summary>
    public static Tensor[] GatherND(Call call)
    {
        Tensor x = call.Input(0), indices = call.Input(1);
        int batchDims = call.Attributes.Int("batch_dims", 0);
        if (indices.Rank == 0 || batchDims < 0 || batchDims >= indices.Rank || batchDims + indices.Shape[^1] > x.Rank) throw call.Error($"indices {indices} do not fit {x}");
        if (!x.Shape.AsSpan(0, batchDims).SequenceEqual(indices.Shape.AsSpan(0, batchDims))) throw call.Error($"batches of {x} and {indices} differ");
        int[] shape = [.. indices.Shape[..^1], .. x.Shape[(batchDims + indices.Shape[^1])..]];
        call.Count(shape);
        int block = Tensor.ElementCount(x.Shape.AsSpan(batchDims + indices.Shape[^1]));
        return [TypeDispatch.Run(x.Type, new TakeWork(x, TuplePlaces(call, x, indices, batchDims), block, shape))];
    }

    /// <summary>ScatterND: a copy of x with slices at index tuples replaced by (or combined with) the updates.</summary>
    public static Tensor[] ScatterND(Call call)
    {
        Tensor x = call.Input(0), indices = call.Input(1), updates = call.Input(2);
        if (indices.Rank == 0 || indices.Shape[^1] > x.Rank) throw call.Error($"indices {indices} do not fit {x}");
        int[] wanted = [.. indices.Shape[..^1], .. x.Shape[indices.Shape[^1]..]];
        if (updates.Type != x.Type || !updates.Shape.AsSpan().SequenceEqual(wanted)) throw call.Error($"updates {updates} do not fit indices {indices} and {x}");
        int block = Tensor.ElementCount(x.Shape.AsSpan(indices.Shape[^1]));
        return [TypeDispatch.RunNumeric(call, x.Type, new PutWork(x, updates, TuplePlaces(call, x, indices, 0), block, Reduction(call)))];
    }

    private static string Reduction(Call call)
    {
        string reduction = call.Attributes.String("reduction", "none");
        return reduction is "none" or "add" or "mul" or "max" or "min" ? reduction : throw call.Error($"reduction = '{reduction}' is not known");
    }

    private static int Wrapped(Call call, long index, int size) =>
        index >= -size && index < size ? (int)(index < 0 ? index + size : index) : throw call.Error($"index {index} lies outside of {size} elements");

    private static long[] Integers(Call call, Tensor indices) => indices.Type is ElementType.Int64 or ElementType.Int32
        ? indices.ToInt64s()
        : throw call.Error($"indices are {indices.Type} where integers are wanted");

    /// <summary>Where the element of each index lies in x.</summary>
    private static int[] ElementPlaces(Call call, Tensor x, Tensor indices)
    {
        if (indices.Rank != x.Rank || x.Rank == 0) throw call.Error($"indices {indices} do not fit {x}");
        int axis = call.Axis(0, x.Rank);
        for (int d = 0; d < x.Rank; d++)
            if (d != axis && indices.Shape[d] > x.Shape[d]) throw call.Error($"indices {indices} do not fit {x}");
        int[] strides = Strided.Of(x.Shape), own = Strided.Of(indices.Shape);
        return [.. Integers(call, indices).Select((index, i) =>
        {
            int place = Wrapped(call, index, x.Shape[axis]) * strides[axis];
            for (int d = 0; d < x.Rank; d++)
                if (d != axis) place += i / own[d] % indices.Shape[d] * strides[d];
            return place;
        })];
    }

    /// <summary>Where the slice of each index tuple begins in x.</summary>
    private static int[] TuplePlaces(Call call, Tensor x, Tensor indices, int batchDims)
    {
        int length = indices.Shape[^1], count = length == 0 ? Tensor.ElementCount(indices.Shape.AsSpan()[..^1]) : indices.Length / length;
        int batch = Tensor.ElementCount(indices.Shape.AsSpan(0, batchDims));
        int[] strides = Strided.Of(x.Shape);
        int batchStride = batchDims == 0 ? 0 : strides[batchDims - 1];
        long[] all = Integers(call, indices);
        int[] places = new int[count];
        for (int i = 0; i < count; i++)
        {
            places[i] = batch == 0 ? 0 : i / (count / batch) * batchStride;
            for (int k = 0; k < length; k++) places[i] += Wrapped(call, all[i * length + k], x.Shape[batchDims + k]) * strides[batchDims + k];
        }
        return places;
    }

    private readonly record struct TakeWork(Tensor X, int[] Places, int Block, int[] Shape) : ITyped
    {
        public Tensor Run<T>() where T : unmanaged
        {
            T[] y = new T[Tensor.ElementCount(Shape)];
            ReadOnlySpan<T> from = X.AsSpan<T>();
            for (int i = 0; i < Places.Length; i++) from.Slice(Places[i], Block).CopyTo(y.AsSpan(i * Block));
            return Tensor.Of(y, Shape);
        }
    }

    private readonly record struct PutWork(Tensor X, Tensor Updates, int[] Places, int Block, string Reduction) : INumeric
    {
        public Tensor Run<T>() where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            T[] y = X.AsSpan<T>().ToArray();
            ReadOnlySpan<T> updates = Updates.AsSpan<T>();
            for (int i = 0; i < updates.Length; i++)
            {
                ref T to = ref y[Places[i / Block] + i % Block];
                T update = updates[i];
                to = Reduction switch { "add" => to + update, "mul" => to * update, "max" => T.Max(to, update), "min" => T.Min(to, update), _ => update };
            }
            return Tensor.Of(y, X.Shape);
        }
    }
}
