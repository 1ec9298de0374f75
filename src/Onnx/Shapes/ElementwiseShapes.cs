using EdgeKit.Onnx.Format;
using static EdgeKit.Onnx.Shapes.NodeShapes;

namespace EdgeKit.Onnx.Shapes;

/// <summary>Shapes of operators that work element by element, with broadcasting where there are several inputs.</summary>
internal static class ElementwiseShapes
{
    /// <summary>Float functions of one input.</summary>
    public static void FloatUnary(Node node) => node.Produces(node.Type(0), node.Dims(0, ElementType.Float, ElementType.Double));

    /// <summary>Functions of one input of any type that keep it.</summary>
    public static void Unary(Node node) => node.Produces(node.Type(0), node.Dims(0));

    /// <summary>Not.</summary>
    public static void Not(Node node) => node.Produces(ElementType.Bool, node.Dims(0, ElementType.Bool));

    /// <summary>Clip: bounds are scalars of the input's type.</summary>
    public static void Clip(Node node)
    {
        for (int i = 1; i <= 2; i++)
        {
            if (node.Optional(i) is null) continue;
            if (Product(node.Dims(i, node.Type(0))) != 1) throw new ModelException($"bound {i} has shape {Text(node.Dims(i))} where a scalar is wanted");
        }
        Unary(node);
    }

    /// <summary>Dropout: the input, and a mask of what is kept.</summary>
    public static void Dropout(Node node)
    {
        node.ProducesAt(0, node.Type(0), node.Dims(0));
        if (node.Outputs.Count > 1) node.ProducesAt(1, ElementType.Bool, node.Dims(0));
    }

    /// <summary>Arithmetic of two inputs of one type.</summary>
    public static void Binary(Node node) => node.Produces(node.Type(0), Broadcast.Shapes(node.Dims(0), node.Dims(1, node.Type(0))));

    /// <summary>Pow: the exponent may have another type.</summary>
    public static void Pow(Node node) => node.Produces(node.Type(0), Broadcast.Shapes(node.Dims(0), node.Dims(1)));

    /// <summary>Comparisons of two inputs of one type.</summary>
    public static void Comparison(Node node) => node.Produces(ElementType.Bool, Broadcast.Shapes(node.Dims(0), node.Dims(1, node.Type(0))));

    /// <summary>Logic of two inputs.</summary>
    public static void Logical(Node node) => node.Produces(ElementType.Bool, Broadcast.Shapes(node.Dims(0, ElementType.Bool), node.Dims(1, ElementType.Bool)));

    /// <summary>Sum, Max, Min, Mean: any number of inputs of one type.</summary>
    public static void Variadic(Node node)
    {
        int[] shape = node.Dims(0);
        for (int i = 1; i < node.Inputs.Count; i++) shape = Broadcast.Shapes(shape, node.Dims(i, node.Type(0)));
        node.Produces(node.Type(0), shape);
    }

    /// <summary>PRelu: the slope broadcasts to the input, not the other way.</summary>
    public static void PRelu(Node node)
    {
        int[] x = node.Dims(0, ElementType.Float);
        int[] slope = node.Dims(1, ElementType.Float);
        if (!Broadcast.Shapes(x, slope).AsSpan().SequenceEqual(x)) throw new ModelException($"a slope of shape {Text(slope)} does not fit an input of shape {Text(x)}");
        node.Produces(ElementType.Float, x);
    }

    /// <summary>Where: a condition and two inputs of one type.</summary>
    public static void Where(Node node)
    {
        int[] chosen = Broadcast.Shapes(node.Dims(1), node.Dims(2, node.Type(1)));
        node.Produces(node.Type(1), Broadcast.Shapes(node.Dims(0, ElementType.Bool), chosen));
    }

    /// <summary>Cast: the type is an attribute.</summary>
    public static void Cast(Node node) => node.Produces(DataTypes.ElementTypeOf(node.Attributes.Int("to", 0)), node.Dims(0));

    /// <summary>com.microsoft QLinearAdd: a, its scale and zero point, b, its scale and zero point, the output's scale and zero point.</summary>
    public static void QLinearAdd(Node node)
    {
        int[] a = node.Dims(0, ElementType.UInt8, ElementType.Int8);
        int[] b = node.Dims(3, node.Type(0));
        foreach (int scale in (int[])[1, 4, 6]) QuantizationShapes.RequireParameters(node, scale, axisSize: 1);
        node.Produces(node.Type(0), Broadcast.Shapes(a, b));
    }
}
