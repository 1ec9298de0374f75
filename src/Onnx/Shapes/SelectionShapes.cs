using static EdgeKit.Onnx.Shapes.NodeShapes;

namespace EdgeKit.Onnx.Shapes;

/// <summary>Shapes of operators that pick elements.</summary>
internal static class SelectionShapes
{
    /// <summary>Slice: starts, ends, axes (all, in order, where left out) and steps (1) as inputs.</summary>
    public static void Slice(Node node)
    {
        int[] x = node.Dims(0);
        int[] starts = node.ConstantInts(1, "starts");
        int[] ends = node.ConstantInts(2, "ends");
        int[] axes = node.Optional(3) is null ? [.. Enumerable.Range(0, starts.Length)] : node.ConstantInts(3, "axes");
        axes = Axes.Normalise(node, axes, x.Length);
        int[]? steps = node.Optional(4) is null ? null : node.ConstantInts(4, "steps");
        if (ends.Length != starts.Length || axes.Length != starts.Length || (steps?.Length ?? starts.Length) != starts.Length)
            throw new ModelException("starts, ends, axes and steps differ in length");
        int[] shape = [.. x];
        for (int i = 0; i < axes.Length; i++) shape[axes[i]] = Length(x[axes[i]], starts[i], ends[i], steps?[i] ?? 1);
        node.Produces(node.Type(0), shape);
    }

    /// <summary>Gather: rows of the axis, picked by indices of any shape.</summary>
    public static void Gather(Node node)
    {
        int[] x = node.Dims(0);
        int[] indices = node.Dims(1, ElementType.Int64, ElementType.Int32);
        int axis = Axes.Normalise(node, node.Attributes.Int("axis", 0), x.Length);
        if (node.ConstantInput(1) is { } constant && Array.Exists(constant.ToInt64s(), i => i < -x[axis] || i >= x[axis]))
            throw new ModelException($"an index lies outside dimension {axis} of {Text(x)}");
        node.Produces(node.Type(0), [.. x[..axis], .. indices, .. x[(axis + 1)..]]);
    }

    /// <summary>GatherElements: one element for each index.</summary>
    public static void GatherElements(Node node)
    {
        int[] x = node.Dims(0);
        int[] indices = node.Dims(1, ElementType.Int64, ElementType.Int32);
        if (indices.Length != x.Length) throw new ModelException($"indices of shape {Text(indices)} do not fit an input of shape {Text(x)}");
        node.Produces(node.Type(0), indices);
    }

    private static int Length(int size, int start, int end, int step)
    {
        if (step == 0) throw new ModelException("a step of 0 never ends");
        // Negative positions count from the end; what lies beyond is cut (ONNX, operator Slice). Backwards, the end may lie before the first element.
        long from = Math.Clamp(start < 0 ? (long)start + size : start, 0, step > 0 ? size : size - 1L);
        long to = Math.Clamp(end < 0 ? (long)end + size : end, step > 0 ? 0 : -1, step > 0 ? size : size - 1L);
        long span = step > 0 ? to - from : from - to;
        return span <= 0 || size == 0 ? 0 : (int)((span + Math.Abs((long)step) - 1) / Math.Abs((long)step));
    }
}
