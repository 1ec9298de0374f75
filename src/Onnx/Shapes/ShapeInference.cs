using EdgeKit.Onnx.Expansions;
using EdgeKit.Onnx.Shapes;

namespace EdgeKit.Onnx;

/// <summary>
/// Finds the type and the complete shape of every value, and folds constants on the way: what a model computes from shapes is how exporters write
/// Reshape and Resize, so one cannot be had without the other.
/// </summary>
public static class ShapeInference
{
    /// <summary>
    /// Most elements that one run adds to the model by folding, besides those that rearranging all its weights a few times takes: a chain of Expand or ConstantOfShape
    /// must not fill the memory.
    /// </summary>
    internal const long MaxFolded = 16L << 20;

    /// <summary>How often the weights may be rearranged: those of a convolution of volumes are cut, reshaped and joined.</summary>
    private const long Rearrangements = 4;

    /// <summary>
    /// Fixes the input shapes, then infers, folds and writes out composed operators in one walk. Afterwards every type and shape is known, windows have explicit attributes
    /// (kernel_shape, strides, dilations, group, pads; no auto_pad), and every Split, Pad, Resize and zero point is given completely.
    /// </summary>
    /// <param name="graph">The graph; it is changed in place.</param>
    /// <param name="inputShapes">
    /// Shapes for inputs with dynamic dimensions, by input name; the name "" means the only input. A shape is complete, with -1 for what the model
    /// gives itself, or the height and width alone. A batch that nobody gives is 1.
    /// </param>
    /// <exception cref="ModelException">
    /// An operator is not supported, its inputs or attributes do not fit together, or a dimension stays unknown; the message names the node or input.
    /// </exception>
    public static void Run(Graph graph, IReadOnlyDictionary<string, int[]>? inputShapes = null)
    {
        InputShapes.Fix(graph, inputShapes);
        long budget = MaxFolded + Rearrangements * graph.Values.Sum(static v => (long)(v.Constant?.Length ?? 0));
        foreach (Node node in graph.Nodes.ToArray()) Visit(node);

        void Visit(Node node)
        {
            if (Expander.TryExpand(node, Visit)) return;
            ShapeRules.Apply(node);
            // A rule may have put another node in this one's place.
            if (ReferenceEquals(node.Outputs[0].Producer, node)) Fold(node, ref budget);
        }
    }

    /// <summary>Operators that inference writes as others where the runtime has none of their own (volumes, recurrent layers, normalisations); for documentation.</summary>
    public static IEnumerable<string> ExpandedOperators => Expander.Operators;

    /// <summary>Replaces a node by its results where they are known now and within the budget.</summary>
    private static void Fold(Node node, ref long budget)
    {
        if (!CanFold(node) || node.Outputs.Sum(static v => (long)Tensor.ElementCount(v.Dims)) is var size && size > budget) return;
        Tensor[] results = ConstantShapes.ValueOf(node) is { } known
            ? [known]
            : ReferenceOperators.Evaluate(node, [.. node.Inputs.Select(static v => v?.Constant)]);
        budget -= size;
        Graph graph = node.Graph;
        Value[] outputs = [.. node.Outputs];
        Value[] constants = [.. outputs.Select((v, i) => graph.NewConstant($"{v.Name}_folded", results[i]))];
        for (int i = 0; i < outputs.Length; i++)
        {
            foreach (Node consumer in outputs[i].Consumers.ToArray())
            {
                for (int slot = 0; slot < consumer.Inputs.Count; slot++)
                    if (ReferenceEquals(consumer.Inputs[slot], outputs[i])) consumer.SetInput(slot, constants[i]);
            }
        }
        // A graph output is computed: its node stays, and only its readers see the constant.
        if (Array.Exists(outputs, graph.IsOutput)) return;
        graph.Remove(node);
        for (int i = 0; i < outputs.Length; i++) graph.Rename(constants[i], outputs[i].Name);
    }

    private static bool CanFold(Node node)
    {
        // Weights stay quantized: what dequantizes them tells their scales.
        if (node.Is("DequantizeLinear")) return false;
        if (node.Domain.Length == 0 && node.OpType is "Shape" or "Size") return true;
        return node.Inputs.Count > 0 && node.Inputs.All(static v => v is null || v.IsConstant) && ReferenceOperators.Supports(node);
    }
}
