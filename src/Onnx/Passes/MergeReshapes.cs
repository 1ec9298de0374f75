namespace EdgeKit.Onnx.Passes;

/// <summary>
/// Makes one node of a chain of Reshape, Flatten, Squeeze and Unsqueeze. What leaves [N, everything else] becomes Flatten, which holds for any batch and
/// any size.
/// </summary>
internal static class MergeReshapes
{
    internal static int Run(Graph graph)
    {
        int changed = 0;
        foreach (Node node in graph.Nodes.ToArray())
        {
            if (!IsView(node) || !Rewrite.IsKnown(node.Output)) continue;
            Value source = node.Input(0);
            while (source.Producer is { } p && IsView(p)) source = p.Input(0);
            if (!Rewrite.IsKnown(source)) continue;

            bool chained = !ReferenceEquals(source, node.Input(0));
            bool flattens = Flattens(source.Dims, node.Output.Dims);
            if (!chained && (node.OpType == "Flatten" || !flattens)) continue;
            if (Rewrite.SameShape(source, node.Output))
            {
                if (Rewrite.Bypass(node, source)) changed++;
                continue;
            }
            if (flattens) graph.Replace(node, "Flatten", [source]).Attributes.Set("axis", 1);
            else graph.Replace(node, "Reshape", [source, Target(graph, node)]);
            changed++;
        }
        return changed;
    }

    /// <summary>Whether the node only gives its elements another shape.</summary>
    internal static bool IsView(Node node) => node.Domain.Length == 0 && node.OpType is "Reshape" or "Flatten" or "Squeeze" or "Unsqueeze";

    private static bool Flattens(int[] from, int[] to) => from.Length > 2 && to.Length == 2 && to[0] == from[0];

    private static Value Target(Graph graph, Node node) =>
        graph.NewConstant($"{node.Name}.shape", Tensor.Vector(Array.ConvertAll(node.Output.Dims, static d => (long)d)));
}
