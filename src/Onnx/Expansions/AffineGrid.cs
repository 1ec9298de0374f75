using EdgeKit.Onnx.Shapes;

namespace EdgeKit.Onnx.Expansions;

/// <summary>AffineGrid: where a grid of positions goes under an affine map, for GridSample. The positions are constant, so it is one product of matrices.</summary>
internal static class AffineGrid
{
    public static IReadOnlyList<Value?>? Expand(Expansion e)
    {
        int[] theta = e.Node.Dims(0, ElementType.Float), size = e.Node.ConstantInts(1, "size");
        int rank = size.Length - 2;
        if (rank is not (2 or 3) || theta.Length != 3 || theta[0] != size[0] || theta[1] != rank || theta[2] != rank + 1)
            throw new ModelException($"theta {NodeShapes.Text(theta)} does not fit a grid for {NodeShapes.Text(size)}");
        int positions = NodeShapes.Product(NodeShapes.Check(size).AsSpan(2));
        float[][] along = [.. size[2..].Select(d => Coordinates(d, e.Attributes.Int("align_corners", 0) != 0))];
        var homogeneous = new float[Expansion.Elements((long)positions * (rank + 1))];
        for (int i = 0; i < positions; i++)
        {
            int rest = i;
            // x, the innermost coordinate, comes first.
            for (int axis = rank - 1; axis >= 0; axis--)
            {
                (rest, int at) = Math.DivRem(rest, size[axis + 2]);
                homogeneous[i * (rank + 1) + rank - 1 - axis] = along[axis][at];
            }
            homogeneous[i * (rank + 1) + rank] = 1;
        }
        Value grid = e.Add("MatMul", [e.Constant(Tensor.Of(homogeneous, 1, positions, rank + 1)), e.Transpose(e.Input(0), 0, 2, 1)]);
        return [e.Reshape(grid, [size[0], .. size[2..], rank])];
    }

    /// <summary>From -1 to 1: the centres of the outer elements with <paramref name="alignCorners"/>, else their outer edges.</summary>
    private static float[] Coordinates(int count, bool alignCorners) =>
        [.. Enumerable.Range(0, count).Select(i => !alignCorners ? (2f * i + 1) / count - 1 : count > 1 ? 2f * i / (count - 1) - 1 : 0)];
}
