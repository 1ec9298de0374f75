using static EdgeKit.Onnx.Shapes.NodeShapes;

namespace EdgeKit.Onnx.Shapes;

/// <summary>Shapes of operators that make tensors from shapes and numbers.</summary>
internal static class ConstantShapes
{
    /// <summary>Shape: the dimensions from start to end.</summary>
    public static void Shape(Node node) => node.Produces(ElementType.Int64, DimsRead(node).Length);

    /// <summary>Size: the number of elements.</summary>
    public static void Size(Node node)
    {
        _ = node.Dims(0);
        node.Produces(ElementType.Int64);
    }

    /// <summary>ConstantOfShape: filled with the value of the attribute, or float zero.</summary>
    public static void ConstantOfShape(Node node)
    {
        Tensor? value = node.Attributes.TensorOf("value");
        if (value is not null && value.Length != 1) throw new ModelException("attribute 'value' must have one element");
        node.Produces(value?.Type ?? ElementType.Float, node.ConstantInts(0, "dimensions"));
    }

    /// <summary>Range: from start up to limit, in steps of delta, all constant scalars.</summary>
    public static void Range(Node node)
    {
        double start = Scalar(node, 0), limit = Scalar(node, 1), delta = Scalar(node, 2);
        if (delta == 0) throw new ModelException("a delta of 0 never ends");
        double count = Math.Ceiling((limit - start) / delta);
        if (!(count <= int.MaxValue)) throw new ModelException($"a range of {count} elements is not possible");
        node.Produces(node.Type(0), Math.Max(0, (int)count));
    }

    /// <summary>What Shape and Size compute, which follows from the shape of their input alone; null for other operators.</summary>
    public static Tensor? ValueOf(Node node) => node switch
    {
        { Domain: "", OpType: "Shape" } => Tensor.Vector(Array.ConvertAll(DimsRead(node), static d => (long)d)),
        { Domain: "", OpType: "Size" } => Tensor.Scalar((long)Product(node.Dims(0))),
        _ => null,
    };

    private static int[] DimsRead(Node node)
    {
        int[] x = node.Dims(0);
        int start = Position(node.Attributes.Int("start", 0), x.Length);
        int end = Position(node.Attributes.Int("end", x.Length), x.Length);
        return start < end ? x[start..end] : [];
    }

    private static int Position(int given, int rank) => Math.Clamp(given < 0 ? given + rank : given, 0, rank);

    private static double Scalar(Node node, int index) => node.Input(index).Constant is { Length: 1 } tensor
        ? tensor.ToDoubles()[0]
        : throw new ModelException($"input {index} is not a constant number; export the model with fixed shapes");
}
