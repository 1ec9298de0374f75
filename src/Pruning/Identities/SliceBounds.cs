using EdgeKit.Onnx;

namespace EdgeKit.Pruning.Identities;

/// <summary>What a Slice takes along one axis.</summary>
/// <param name="Entry">Index into the node's constant starts, ends, axes and steps.</param>
/// <param name="Axis">The axis, counted from the front.</param>
/// <param name="Positions">The positions taken, in order.</param>
internal readonly record struct SliceBounds(int Entry, int Axis, int[] Positions)
{
    /// <summary>The slices of a node along all its axes, or null where its bounds are not constants.</summary>
    public static SliceBounds[]? Of(Node node, int[] from)
    {
        if (node.ConstantInput(1) is not { } starts || node.ConstantInput(2) is not { } ends) return null;
        if (node.Optional(3) is { IsConstant: false } || node.Optional(4) is { IsConstant: false }) return null;
        int[] first = starts.ToInt32s(), last = ends.ToInt32s();
        int[] axes = node.ConstantInput(3)?.ToInt32s() ?? [.. Enumerable.Range(0, first.Length)];
        int[]? steps = node.ConstantInput(4)?.ToInt32s();
        return [.. axes.Select((a, k) =>
        {
            int axis = Axes.Normalise(node, a, from.Length);
            return new SliceBounds(k, axis, Range(first[k], last[k], steps?[k] ?? 1, from[axis]));
        })];
    }

    private static int[] Range(int start, int end, int step, int size)
    {
        long first = start < 0 ? (long)start + size : start, last = end < 0 ? (long)end + size : end;
        first = Math.Clamp(first, 0, step > 0 ? size : size - 1);
        last = Math.Clamp(last, step > 0 ? 0 : -1, size);
        var positions = new List<int>();
        for (long p = first; step > 0 ? p < last : p > last; p += step) positions.Add((int)p);
        return [.. positions];
    }
}
