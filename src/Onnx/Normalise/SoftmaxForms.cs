namespace EdgeKit.Onnx.Normalise;

/// <summary>
/// Softmax and LogSoftmax normalise along one axis since opset 13. Before, they flattened all dimensions from the axis on into one and normalised
/// over that, which is the same only where those after the axis have size 1.
/// </summary>
internal static class SoftmaxForms
{
    /// <summary>Marks a node that still has the old meaning; <see cref="Resolve"/> takes it away.</summary>
    private const string Coerced = "coerced_2d";

    /// <summary>Makes the axis explicit and marks the old meaning where the axis alone does not tell that it makes no difference.</summary>
    public static void MarkCoerced(Node node)
    {
        bool old = node.Graph.Opset < 13;
        int axis = node.Attributes.Int("axis", old ? 1 : -1);
        node.Attributes.Set("axis", axis);
        if (old && axis != -1) node.Attributes.Set(Coerced, 1);
    }

    /// <summary>Whether the node still has the old meaning.</summary>
    public static bool IsCoerced(Node node) => node.Attributes.Has(Coerced);

    /// <summary>
    /// Gives a marked node today's meaning: by the axis alone where that is the same, else as Flatten, Softmax over the last axis, Reshape.
    /// </summary>
    /// <param name="node">A marked node.</param>
    /// <param name="shape">Shape of its input, or null where it is not known; the Reshape then reads it from the input.</param>
    /// <returns>The nodes that are new or changed, in order.</returns>
    public static IReadOnlyList<Node> Resolve(Node node, int[]? shape)
    {
        int axis = node.Attributes.Int("axis", 1);
        node.Attributes.Remove(Coerced);
        if (shape is not null)
        {
            axis = Axes.Normalise(node, axis, shape.Length);
            if (Array.TrueForAll(shape[(axis + 1)..], static d => d == 1)) return [node];
        }
        Graph graph = node.Graph;
        Value input = node.Input(0);
        Node flatten = graph.InsertBefore(node, "Flatten", [input], name: $"{node.Name}_flatten");
        flatten.Attributes.Set("axis", axis);
        Node softmax = graph.InsertBefore(node, node.OpType, [flatten.Output], name: $"{node.Name}_2d");
        softmax.Attributes.Set("axis", -1);
        if (shape is not null)
        {
            Value target = graph.NewConstant($"{node.Name}_shape", Tensor.Vector(Array.ConvertAll(shape, static d => (long)d)));
            return [flatten, softmax, graph.Replace(node, "Reshape", [softmax.Output, target])];
        }
        Node read = graph.InsertBefore(node, "Shape", [input], name: $"{node.Name}_shape");
        return [flatten, softmax, read, graph.Replace(node, "Reshape", [softmax.Output, read.Output])];
    }
}
