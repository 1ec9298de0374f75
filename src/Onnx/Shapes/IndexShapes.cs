using static EdgeKit.Onnx.Shapes.NodeShapes;

namespace EdgeKit.Onnx.Shapes;

/// <summary>Shapes of operators that read or write at indices, rank elements, or make patterns.</summary>
internal static class IndexShapes
{
    /// <summary>ScatterElements, Scatter and ScatterND keep the shape of what they write into.</summary>
    public static void Scatter(Node node)
    {
        _ = node.Dims(1, ElementType.Int64, ElementType.Int32);
        _ = node.Dims(2, node.Type(0));
        node.Produces(node.Type(0), node.Dims(0));
    }

    /// <summary>GatherND: index tuples along the last dimension, after batch_dims shared ones.</summary>
    public static void GatherND(Node node)
    {
        int[] x = node.Dims(0), indices = node.Dims(1, ElementType.Int64, ElementType.Int32);
        int batch = node.Attributes.Int("batch_dims", 0);
        if (indices.Length == 0 || batch < 0 || batch >= indices.Length || batch + indices[^1] > x.Length) throw new ModelException($"indices of shape {Text(indices)} do not fit an input of shape {Text(x)}");
        node.Produces(node.Type(0), [.. indices[..^1], .. x[(batch + indices[^1])..]]);
    }

    /// <summary>TopK: values and places.</summary>
    public static void TopK(Node node)
    {
        int[] shape = [.. node.Dims(0)];
        int axis = Axes.Normalise(node, node.Attributes.Int("axis", -1), shape.Length);
        int[] k = node.ConstantInts(1, "number k");
        if (k.Length != 1 || k[0] < 0 || k[0] > shape[axis]) throw new ModelException($"takes {Text(k)} of {shape[axis]} elements");
        shape[axis] = k[0];
        node.ProducesAt(0, node.Type(0), shape);
        if (node.Outputs.Count > 1) node.ProducesAt(1, ElementType.Int64, [.. shape]);
    }

    /// <summary>OneHot: a new dimension of a constant depth.</summary>
    public static void OneHot(Node node)
    {
        int[] indices = node.Dims(0);
        Tensor depth = node.Input(1).Constant ?? throw new ModelException("its depth (input 1) is computed from data, which is not supported; export the model with a fixed one");
        if (depth.Length != 1) throw new ModelException($"its depth has shape {Text(depth.Shape)} where a number is wanted");
        int axis = Axes.Normalise(node, node.Attributes.Int("axis", -1), indices.Length + 1);
        node.Produces(node.Type(2), [.. indices[..axis], Size((long)depth.ToDoubles()[0]), .. indices[axis..]]);
    }

    /// <summary>EyeLike.</summary>
    public static void EyeLike(Node node)
    {
        int type = node.Attributes.Int("dtype", 0);
        node.Produces(type == 0 ? node.Type(0) : Format.DataTypes.ElementTypeOf(type), node.Dims(0));
    }

    /// <summary>IsNaN and IsInf.</summary>
    public static void Test(Node node) => node.Produces(ElementType.Bool, node.Dims(0, ElementType.Float, ElementType.Double));

    /// <summary>Hardmax, which before opset 13 flattened as Softmax did.</summary>
    public static void Hardmax(Node node)
    {
        if (node.Graph.Opset < 13) throw new ModelException("has the form of an opset before 13, which is not supported; re-export the model with opset 13 or later");
        _ = Axes.Normalise(node, node.Attributes.Int("axis", -1), node.Dims(0).Length);
        node.Produces(ElementType.Float, node.Dims(0, ElementType.Float));
    }
}
