using static EdgeKit.Onnx.Shapes.NodeShapes;

namespace EdgeKit.Onnx.Shapes;

/// <summary>Shapes of QuantizeLinear and DequantizeLinear. Where the zero point is left out, it is filled in here, so that its type tells the quantized type.</summary>
internal static class QuantizationShapes
{
    /// <summary>QuantizeLinear: X, scale (one, or one for each index of the axis), zero point.</summary>
    public static void QuantizeLinear(Node node)
    {
        int[] x = node.Dims(0, ElementType.Float);
        Complete(node, x, ElementType.UInt8);
        if (node.Type(2) is not (ElementType.UInt8 or ElementType.Int8)) throw new ModelException($"quantizes to {node.Type(2)}; uint8 and int8 are supported");
        node.Produces(node.Type(2), x);
    }

    /// <summary>DequantizeLinear: X, scale (one, or one for each index of the axis), zero point of X's type.</summary>
    public static void DequantizeLinear(Node node)
    {
        int[] x = node.Dims(0, ElementType.UInt8, ElementType.Int8, ElementType.Int32);
        Complete(node, x, node.Type(0));
        if (node.Type(2) != node.Type(0)) throw new ModelException($"the zero point has type {node.Type(2)} where {node.Type(0)} is wanted");
        node.Produces(ElementType.Float, x);
    }

    /// <summary>Checks a scale at input <paramref name="scale"/> and a zero point after it: one value, or <paramref name="axisSize"/> of them.</summary>
    public static void RequireParameters(Node node, int scale, int axisSize)
    {
        int[] dims = node.Dims(scale, ElementType.Float);
        if (Product(dims) != 1 && (dims.Length != 1 || dims[0] != axisSize)) throw new ModelException($"the scale at input {scale} has shape {Text(dims)}, which does not fit");
        if (node.Optional(scale + 1) is not { } zero) return;
        if (Product(zero.Dims) != Product(dims)) throw new ModelException($"scale {Text(dims)} and zero point {Text(zero.Dims)} at input {scale} differ in shape");
    }

    private static void Complete(Node node, int[] x, ElementType type)
    {
        if (node.Attributes.Int("block_size", 0) != 0) throw new ModelException("blocked quantization is not supported; quantize by tensor or by axis");
        int[] scale = node.Dims(1, ElementType.Float);
        if (node.Optional(2) is null)
        {
            int wanted = node.Attributes.Int("output_dtype", 0);
            if (wanted != 0) type = Format.DataTypes.ElementTypeOf(wanted);
            node.SetInput(2, node.Graph.NewConstant($"{node.Name}_zero_point", Tensor.Zeros(type, scale)));
        }
        node.Attributes.Remove("output_dtype");
        bool perAxis = Product(scale) != 1;
        RequireParameters(node, 1, perAxis ? x[Axes.Normalise(node, node.Attributes.Int("axis", 1), x.Length)] : 1);
    }
}
