using EdgeKit.Onnx.Normalise;

namespace EdgeKit.Onnx.Shapes;

/// <summary>Shapes of operators that reduce dimensions to one element.</summary>
internal static class ReductionShapes
{
    /// <summary>ReduceSum and its kin: over the axes of the attribute, or all.</summary>
    public static void Reduce(Node node)
    {
        // Axes that were computed when the file was read are constant by now.
        ReductionForms.Normalise(node);
        if (node.Outputs[0].Producer is { } replacement && replacement != node)
        {
            ShapeRules.Apply(replacement);
            return;
        }
        if (node.Optional(1) is not null) throw new ModelException("its axes are computed from data, which is not supported; export the model with fixed axes");
        int[] x = node.Dims(0);
        int[] axes = node.Attributes.Ints("axes") is { } given ? Axes.Normalise(node, given, x.Length) : [.. Enumerable.Range(0, x.Length)];
        Set(node, node.Type(0), x, axes);
    }

    /// <summary>ArgMax and ArgMin: over one axis.</summary>
    public static void Arg(Node node)
    {
        int[] x = node.Dims(0);
        int axis = Axes.Normalise(node, node.Attributes.Int("axis", 0), x.Length);
        if (x[axis] == 0) throw new ModelException("looks for the extreme of no elements");
        Set(node, ElementType.Int64, x, [axis]);
    }

    private static void Set(Node node, ElementType type, int[] x, int[] axes)
    {
        bool keep = node.Attributes.Int("keepdims", 1) != 0;
        var shape = new List<int>(x.Length);
        for (int i = 0; i < x.Length; i++)
        {
            if (!axes.Contains(i)) shape.Add(x[i]);
            else if (keep) shape.Add(1);
        }
        node.Produces(type, [.. shape]);
    }
}
