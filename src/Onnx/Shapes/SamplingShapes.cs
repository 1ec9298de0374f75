using static EdgeKit.Onnx.Shapes.NodeShapes;

namespace EdgeKit.Onnx.Shapes;

/// <summary>The shape of GridSample.</summary>
internal static class SamplingShapes
{
    /// <summary>GridSample: x [N,C,spatial...] and a grid [N,spatial of the output...,rank].</summary>
    public static void GridSample(Node node)
    {
        int[] x = node.FeatureMap(0, ElementType.Float), grid = node.Dims(1, ElementType.Float);
        string mode = node.Attributes.String("mode", "linear"), padding = node.Attributes.String("padding_mode", "zeros");
        if (mode is not ("linear" or "nearest" or "cubic")) throw new ModelException($"mode '{mode}' is not known; linear, nearest and cubic are");
        if (padding is not ("zeros" or "border" or "reflection")) throw new ModelException($"padding_mode '{padding}' is not known; zeros, border and reflection are");
        if (x.AsSpan(2).Contains(0)) throw new ModelException($"samples an input without elements, {Text(x)}");
        node.Produces(ElementType.Float, Sampled(x, grid));
    }

    /// <summary>The shape of the samples.</summary>
    public static int[] Sampled(int[] x, int[] grid) => x.Length >= 3 && grid.Length == x.Length && grid[0] == x[0] && grid[^1] == x.Length - 2
        ? [x[0], x[1], .. grid[1..^1]]
        : throw new ModelException($"a grid of shape {Text(grid)} does not fit an input of shape {Text(x)}");
}
