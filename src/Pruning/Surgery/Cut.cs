using EdgeKit.Onnx;
using EdgeKit.Pruning.Identities;

namespace EdgeKit.Pruning.Surgery;

/// <summary>Constants without, or with zeros for, some of the entries along an axis.</summary>
internal static class Cut
{
    /// <summary>The constant of one node input with the entries of removed channels cut out along all its channel axes.</summary>
    /// <param name="axes">All records of that input.</param>
    /// <param name="removed">Whether a channel group is removed.</param>
    public static Tensor Remove(IEnumerable<WeightAxis> axes, Predicate<int> removed)
    {
        Tensor? cut = null;
        // An axis in blocks first: the blocks lie along axis 0, which must still be whole.
        foreach (WeightAxis w in axes.OrderByDescending(static w => w.Blocks))
        {
            cut ??= w.Tensor;
            if (!w.Channels.Any(c => removed(c))) continue;
            cut = Take(cut, w.Axis, w.Blocks, [.. Enumerable.Range(0, w.Channels.Length).Where(k => !removed(w.Channels[k]))], w.Channels.Length);
        }
        return cut!;
    }

    /// <summary>The constant of a record with zeros in the entries of removed channels.</summary>
    public static Tensor Zero(WeightAxis axis, Predicate<int> removed)
    {
        float[] data = axis.Tensor.ToFloats();
        for (int k = 0; k < data.Length; k++)
            if (removed(axis.Channels[axis.IndexOf(k)])) data[k] = 0;
        return Tensor.Of(data, axis.Tensor.Shape);
    }

    private static Tensor Take(Tensor tensor, int axis, int blocks, int[] kept, int channels) => tensor.Type switch
    {
        ElementType.Float => Take<float>(tensor, axis, blocks, kept, channels),
        ElementType.Double => Take<double>(tensor, axis, blocks, kept, channels),
        ElementType.Int64 => Take<long>(tensor, axis, blocks, kept, channels),
        ElementType.Int32 => Take<int>(tensor, axis, blocks, kept, channels),
        ElementType.UInt8 => Take<byte>(tensor, axis, blocks, kept, channels),
        ElementType.Int8 => Take<sbyte>(tensor, axis, blocks, kept, channels),
        ElementType.Bool => Take<bool>(tensor, axis, blocks, kept, channels),
        _ => throw new ArgumentException($"no constants of type {tensor.Type}", nameof(tensor)),
    };

    // Positions count over all blocks: each keeps those in its own range, equally many in each.
    private static Tensor Take<T>(Tensor tensor, int axis, int blocks, int[] kept, int channels) where T : unmanaged
    {
        int[] shape = [.. tensor.Shape];
        int size = channels / blocks, each = kept.Length / blocks;
        shape[axis] = each;
        int inner = Tensor.ElementCount(tensor.Shape.AsSpan(axis + 1)), outer = Tensor.ElementCount(tensor.Shape.AsSpan(0, axis));
        ReadOnlySpan<T> from = tensor.AsSpan<T>();
        T[] to = new T[Tensor.ElementCount(shape)];
        for (int o = 0, at = 0; o < outer; o++)
        {
            int block = blocks == 1 ? 0 : o / (outer / blocks);
            for (int k = block * each; k < (block + 1) * each; k++)
            {
                from.Slice((o * size + kept[k] - block * size) * inner, inner).CopyTo(to.AsSpan(at));
                at += inner;
            }
        }
        return Tensor.Of(to, shape);
    }
}
