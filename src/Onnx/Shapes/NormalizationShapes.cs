using EdgeKit.Onnx.Normalise;
using static EdgeKit.Onnx.Shapes.NodeShapes;

namespace EdgeKit.Onnx.Shapes;

/// <summary>Shapes of normalisations, which all keep the shape of their input.</summary>
internal static class NormalizationShapes
{
    /// <summary>BatchNormalization: X, scale, bias, mean and variance of one element a channel.</summary>
    public static void BatchNormalization(Node node)
    {
        int[] x = node.Dims(0, ElementType.Float);
        if (x.Length < 2) throw new ModelException($"normalises an input of shape {Text(x)}, which has no channels");
        for (int i = 1; i <= 4; i++)
        {
            int[] parameter = node.Dims(i, ElementType.Float);
            if (parameter.Length != 1 || parameter[0] != x[1]) throw new ModelException($"input {i} has shape {Text(parameter)} where [{x[1]}] is wanted");
        }
        node.Produces(ElementType.Float, x);
    }

    /// <summary>LRN.</summary>
    public static void Lrn(Node node)
    {
        if (node.Attributes.Int("size", 0) < 1) throw new ModelException("attribute 'size' is missing or below 1");
        node.Produces(ElementType.Float, node.FeatureMap(0, ElementType.Float));
    }

    /// <summary>LayerNormalization: scale and bias broadcast to the dimensions from the axis on.</summary>
    public static void LayerNormalization(Node node)
    {
        int[] x = node.Dims(0, ElementType.Float);
        int axis = Axes.Normalise(node, node.Attributes.Int("axis", -1), x.Length);
        for (int i = 1; i <= 2; i++)
        {
            if (i == 2 && node.Optional(2) is null) continue;
            int[] parameter = node.Dims(i, ElementType.Float);
            if (!Broadcast.Shapes(parameter, x.AsSpan(axis)).AsSpan().SequenceEqual(x.AsSpan(axis)))
                throw new ModelException($"input {i} has shape {Text(parameter)}, which does not fit {Text(x.AsSpan(axis))}");
        }
        node.Produces(ElementType.Float, x);
    }

    /// <summary>Softmax and LogSoftmax; those of an old operator set get today's meaning here, where the shape is known.</summary>
    public static void Softmax(Node node)
    {
        int[] x = node.Dims(0, ElementType.Float);
        if (SoftmaxForms.IsCoerced(node))
        {
            foreach (Node part in SoftmaxForms.Resolve(node, x)) ShapeRules.Apply(part);
            return;
        }
        _ = Axes.Normalise(node, node.Attributes.Int("axis", -1), x.Length);
        node.Produces(ElementType.Float, x);
    }
}
