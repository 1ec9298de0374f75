using static EdgeKit.Onnx.Shapes.NodeShapes;

namespace EdgeKit.Onnx.Shapes;

/// <summary>Shapes of matrix products.</summary>
internal static class MatrixShapes
{
    /// <summary>Gemm: A [M, K], B [K, N] (either may be transposed), C broadcast to [M, N].</summary>
    public static void Gemm(Node node)
    {
        int[] a = node.Dims(0, ElementType.Float);
        int[] b = node.Dims(1, ElementType.Float);
        if (a.Length != 2 || b.Length != 2) throw new ModelException($"multiplies {Text(a)} by {Text(b)} where two matrices are wanted");
        (int m, int k) = node.Attributes.Int("transA", 0) != 0 ? (a[1], a[0]) : (a[0], a[1]);
        (int rows, int n) = node.Attributes.Int("transB", 0) != 0 ? (b[1], b[0]) : (b[0], b[1]);
        if (k != rows) throw new ModelException($"the inner dimensions of {Text(a)} and {Text(b)} differ ({k} and {rows})");
        int[] shape = [m, n];
        if (node.Optional(2) is not null)
        {
            int[] c = node.Dims(2, ElementType.Float);
            if (!Broadcast.Shapes(c, shape).AsSpan().SequenceEqual(shape)) throw new ModelException($"a bias of shape {Text(c)} does not fit an output of shape {Text(shape)}");
        }
        node.Produces(ElementType.Float, shape);
    }

    /// <summary>MatMul as in NumPy.</summary>
    public static void MatMul(Node node) => node.Produces(ElementType.Float, Multiply(node.Dims(0, ElementType.Float), node.Dims(1, ElementType.Float)));

    /// <summary>QLinearMatMul: a, its scale and zero point, b, its scale and zero point, the output's scale and zero point.</summary>
    public static void QLinearMatMul(Node node)
    {
        int[] a = node.Dims(0, ElementType.UInt8, ElementType.Int8);
        int[] b = node.Dims(3, ElementType.UInt8, ElementType.Int8);
        int[] shape = Multiply(a, b);
        QuantizationShapes.RequireParameters(node, 1, axisSize: 1);
        QuantizationShapes.RequireParameters(node, 4, axisSize: b[^1]);
        QuantizationShapes.RequireParameters(node, 6, axisSize: 1);
        node.Produces(node.Type(7), shape);
    }

    private static int[] Multiply(int[] a, int[] b)
    {
        if (a.Length == 0 || b.Length == 0) throw new ModelException("multiplies a scalar; use Mul for that");
        int k = a[^1];
        int rows = b.Length == 1 ? b[0] : b[^2];
        if (k != rows) throw new ModelException($"the inner dimensions of {Text(a)} and {Text(b)} differ ({k} and {rows})");
        int[] batch = Broadcast.Shapes(a.Length > 2 ? a.AsSpan(0, a.Length - 2) : [], b.Length > 2 ? b.AsSpan(0, b.Length - 2) : []);
        // A vector on the left is a row, on the right a column, and that dimension is left out of the result.
        return [.. batch, .. a.Length > 1 ? a[^2..^1] : [], .. b.Length > 1 ? b[^1..] : []];
    }
}
