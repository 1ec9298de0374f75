using EdgeKit.Onnx;

namespace EdgeKit.Pruning.Identities;

/// <summary>
/// One identity for each element of an activation, stored as a tensor that broadcasts to it: an axis along which the identity does not
/// change has size 1. A feature map [N,C,H,W] has identities [1,C,1,1]. Operators that only move elements act on it as they act on data,
/// so any chain of Reshape and Transpose is followed exactly. An axis of size 1 is rigid: nothing may be removed along it.
/// </summary>
internal sealed class IdentityTensor
{
    /// <summary>Where a reshape would materialise more identities than this, the caller gives up and freezes the channels.</summary>
    private const long MaxElements = 1 << 24;

    private IdentityTensor(int[] shape, int[] ids)
    {
        Shape = shape;
        Ids = ids;
    }

    /// <summary>For each axis its size in the activation, or 1.</summary>
    public int[] Shape { get; }

    /// <summary>The identities, row-major.</summary>
    public int[] Ids { get; }

    /// <summary>The axes along which identities differ.</summary>
    public IEnumerable<int> Axes => Enumerable.Range(0, Shape.Length).Where(a => Shape[a] > 1);

    /// <summary>The one axis along which identities differ, or -1 where there are several.</summary>
    public int SingleAxis => Axes.Count() == 1 ? Axes.First() : -1;

    /// <summary>Identities along one axis of a tensor of that rank.</summary>
    public static IdentityTensor Along(int axis, int rank, int[] ids)
    {
        int[] shape = Ones(rank);
        shape[axis] = ids.Length;
        return new IdentityTensor(shape, ids);
    }

    /// <summary>The identity at every position along <paramref name="axis"/>, which must be the only labelled one.</summary>
    public int[] Vector(int axis) => Shape[axis] == Ids.Length
        ? Ids
        : throw new InvalidOperationException($"identities of shape [{string.Join(',', Shape)}] do not lie along axis {axis}");

    /// <summary>The same identities under other names.</summary>
    public IdentityTensor Map(Func<int, int> rename) => new(Shape, Array.ConvertAll(Ids, id => rename(id)));

    /// <summary>Axis k of the result is axis <paramref name="permutation"/>[k] of this.</summary>
    public IdentityTensor Transpose(int[] permutation)
    {
        int[] strides = Strides(Shape);
        return Build([.. permutation.Select(p => Shape[p])], [.. permutation.Select(p => strides[p])]);
    }

    /// <summary>Adds axes in front, as broadcasting does.</summary>
    public IdentityTensor ToRank(int rank) => rank == Shape.Length ? this : new([.. Ones(rank - Shape.Length), .. Shape], Ids);

    /// <summary>Repeats the identities to <paramref name="shape"/>; an axis that is 1 there stays as it is here.</summary>
    public IdentityTensor BroadcastTo(int[] shape)
    {
        int[] strides = Strides(Shape);
        int[] target = new int[shape.Length];
        for (int a = 0; a < shape.Length; a++)
        {
            target[a] = Math.Max(shape[a], Shape[a]);
            if (Shape[a] == 1) strides[a] = 0;
        }
        return Build(target, strides);
    }

    /// <summary>Picks positions along an axis; nothing changes where the identities do not vary along it.</summary>
    public IdentityTensor Select(int axis, int[] positions)
    {
        if (Shape[axis] == 1) return this;
        int[] shape = [.. Shape];
        shape[axis] = positions.Length;
        int inner = Product(Shape.AsSpan(axis + 1)), outer = Product(Shape.AsSpan(0, axis));
        int[] ids = new int[outer * positions.Length * inner];
        for (int o = 0, to = 0; o < outer; o++)
        {
            foreach (int p in positions)
            {
                Array.Copy(Ids, (o * Shape[axis] + p) * inner, ids, to, inner);
                to += inner;
            }
        }
        return new IdentityTensor(shape, ids);
    }

    /// <summary>Joins tensors that agree in every other axis.</summary>
    public static IdentityTensor Concat(IReadOnlyList<IdentityTensor> parts, int axis)
    {
        int[] shape = [.. parts[0].Shape];
        shape[axis] = parts.Sum(p => p.Shape[axis]);
        int inner = Product(shape.AsSpan(axis + 1)), outer = Product(shape.AsSpan(0, axis));
        int[] ids = new int[Product(shape)];
        for (int o = 0, to = 0; o < outer; o++)
        {
            foreach (IdentityTensor part in parts)
            {
                int length = part.Shape[axis] * inner;
                Array.Copy(part.Ids, o * length, ids, to, length);
                to += length;
            }
        }
        return new IdentityTensor(shape, ids);
    }

    /// <summary>
    /// Follows a row-major reshape of the activation from one shape to another. Only axes that are merged or split are written out;
    /// those along which the result does not vary are folded to 1 again. Null where the result would be too large or a shape is empty.
    /// </summary>
    public IdentityTensor? Reshape(int[] from, int[] to)
    {
        if (from.Contains(0) || to.Contains(0)) return null;
        int[] full = [.. Shape];
        int[] shape = Ones(to.Length);
        var written = new List<int>();
        int i = 0, j = 0;
        while (i < from.Length || j < to.Length)
        {
            int firstFrom = i, firstTo = j;
            long left = i < from.Length ? from[i++] : 1, right = j < to.Length ? to[j++] : 1;
            while (left != right)
            {
                if (left < right) left *= from[i++];
                else right *= to[j++];
            }
            if (Product(Shape.AsSpan(firstFrom, i - firstFrom)) == 1) continue;
            from.AsSpan(firstFrom, i - firstFrom).CopyTo(full.AsSpan(firstFrom));
            to.AsSpan(firstTo, j - firstTo).CopyTo(shape.AsSpan(firstTo));
            written.AddRange(Enumerable.Range(firstTo, j - firstTo));
        }
        if (full.Aggregate(1L, static (n, d) => n * d) > MaxElements) return null;
        var result = new IdentityTensor(shape, BroadcastTo(full).Ids);
        foreach (int axis in written) result = result.FoldIfConstant(axis);
        return result;
    }

    /// <summary>Folds every axis along which the identities do not change.</summary>
    public IdentityTensor Fold()
    {
        IdentityTensor result = this;
        for (int a = 0; a < Shape.Length; a++) result = result.FoldIfConstant(a);
        return result;
    }

    private IdentityTensor FoldIfConstant(int axis)
    {
        int length = Shape[axis], inner = Product(Shape.AsSpan(axis + 1));
        if (length == 1) return this;
        for (int k = 0; k < Ids.Length; k++)
        {
            int first = k - k / inner % length * inner;
            if (Ids[k] != Ids[first]) return this;
        }
        return Select(axis, [0]);
    }

    private IdentityTensor Build(int[] shape, int[] strides)
    {
        int[] ids = new int[Product(shape)];
        int[] index = new int[shape.Length];
        for (int k = 0, at = 0; k < ids.Length; k++)
        {
            ids[k] = Ids[at];
            for (int a = shape.Length - 1; a >= 0; a--)
            {
                at += strides[a];
                if (++index[a] < shape[a]) break;
                at -= strides[a] * shape[a];
                index[a] = 0;
            }
        }
        return new IdentityTensor(shape, ids);
    }

    private static int[] Strides(int[] shape)
    {
        int[] strides = new int[shape.Length];
        for (int a = shape.Length - 1, stride = 1; a >= 0; a--)
        {
            strides[a] = stride;
            stride *= shape[a];
        }
        return strides;
    }

    private static int[] Ones(int rank)
    {
        int[] shape = new int[rank];
        Array.Fill(shape, 1);
        return shape;
    }

    private static int Product(ReadOnlySpan<int> shape) => Tensor.ElementCount(shape);
}
