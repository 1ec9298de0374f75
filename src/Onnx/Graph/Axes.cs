namespace EdgeKit.Onnx;

/// <summary>Axis numbers as ONNX gives them: negative ones count from the last dimension.</summary>
public static class Axes
{
    /// <summary>The axis in 0 to <paramref name="rank"/> - 1.</summary>
    /// <exception cref="ModelException">The axis lies outside of -rank to rank - 1.</exception>
    public static int Normalise(Node node, int axis, int rank)
    {
        if (axis < -rank || axis >= rank) throw ModelException.At(node, $"axis {axis} does not exist in a tensor of rank {rank}");
        return axis < 0 ? axis + rank : axis;
    }

    /// <summary>The axes in 0 to <paramref name="rank"/> - 1, in the given order.</summary>
    /// <exception cref="ModelException">An axis lies outside of -rank to rank - 1 or is given twice.</exception>
    public static int[] Normalise(Node node, int[] axes, int rank)
    {
        int[] normal = Array.ConvertAll(axes, axis => Normalise(node, axis, rank));
        if (normal.Distinct().Count() != normal.Length) throw ModelException.At(node, $"axes [{string.Join(',', axes)}] name one dimension twice");
        return normal;
    }
}
