namespace EdgeKit.Onnx.Passes;

/// <summary>
/// Makes one Transpose of two in a row, cancels two that undo each other even across an operator that does not care about the order of axes, and turns one
/// that only moves axes of size 1 into a Reshape.
/// </summary>
internal static class MergeTransposes
{
    internal static int Run(Graph graph)
    {
        int changed = 0;
        foreach (Node node in graph.Nodes.ToArray())
        {
            if (!node.Is("Transpose") || node.Attributes.Ints("perm") is not { } perm) continue;
            if (Merge(node, perm) || CancelAcross(node, perm) || MovesOnlyUnits(node, perm)) changed++;
        }
        return changed;
    }

    private static bool Merge(Node node, int[] perm)
    {
        if (Permutation(node.Input(0).Producer) is not { } first) return false;
        // Axis i of the result is axis perm[i] of the middle, which is axis first[perm[i]] of the source.
        node.Attributes.Set("perm", Array.ConvertAll(perm, i => first[i]));
        node.SetInput(0, node.Input(0).Producer!.Input(0));
        return true;
    }

    private static bool CancelAcross(Node node, int[] perm)
    {
        if (Rewrite.OnlyProducer(node.Input(0)) is not { } middle || Permutation(Rewrite.OnlyProducer(middle.Optional(0))) is not { } first) return false;
        for (int i = 0; i < perm.Length; i++)
            if (first[perm[i]] != i) return false;
        bool softmax = middle.Is("Softmax");
        if (!softmax && !Elementwise.IsUnary(middle)) return false;

        Value source = middle.Input(0).Producer!.Input(0);
        if (!Rewrite.Bypass(node, middle.Output)) return false;
        if (softmax)
        {
            int axis = middle.Attributes.Int("axis", -1);
            middle.Attributes.Set("axis", first[axis < 0 ? axis + first.Length : axis]);
        }
        middle.SetInput(0, source);
        middle.Output.Shape = source.Shape;
        return true;
    }

    private static bool MovesOnlyUnits(Node node, int[] perm)
    {
        if (!Rewrite.IsKnown(node.Input(0))) return false;
        int[] dims = node.Input(0).Dims;
        int[] moved = Array.FindAll(perm, i => dims[i] != 1);
        for (int i = 1; i < moved.Length; i++)
            if (moved[i] < moved[i - 1]) return false;

        Graph graph = node.Graph;
        long[] target = Array.ConvertAll(perm, i => (long)dims[i]);
        graph.Replace(node, "Reshape", [node.Input(0), graph.NewConstant($"{node.Name}.shape", Tensor.Vector(target))]);
        return true;
    }

    private static int[]? Permutation(Node? node) => node is not null && node.Is("Transpose") ? node.Attributes.Ints("perm") : null;
}
