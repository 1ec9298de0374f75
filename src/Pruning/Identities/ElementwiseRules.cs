using EdgeKit.Onnx;

namespace EdgeKit.Pruning.Identities;

/// <summary>Operators that work element by element.</summary>
internal static class ElementwiseRules
{
    /// <summary>One activation in; other inputs are scalars. Every output has its shape.</summary>
    public static void Unary(Node node, IdentityBuilder builder)
    {
        foreach (Value output in node.Outputs) builder.Set(output, builder.Get(node.Input(0)));
    }

    /// <summary>
    /// Several operands that broadcast to each other. What two activations hold at one position is kept or removed together; constants are cut along.
    /// </summary>
    public static void Joined(Node node, IdentityBuilder builder)
    {
        int rank = node.Output.Dims.Length;
        var activations = node.Inputs.OfType<Value>().Where(v => !v.IsConstant)
            .Select(v => (Shape: Padded(v.Dims, rank), Identities: builder.Get(v)?.ToRank(rank))).ToArray();
        var labelled = activations.Select(a => a.Identities).OfType<IdentityTensor>().ToArray();
        if (labelled.Length == 0) return;

        // An operand whose shape is fixed along an axis fixes the others along it.
        foreach (int axis in labelled.SelectMany(t => t.Axes).Distinct())
        {
            if (!activations.Any(a => a.Shape[axis] > 1 && (a.Identities is null || a.Identities.Shape[axis] == 1))) continue;
            foreach (IdentityTensor t in labelled.Where(t => t.Shape[axis] > 1)) builder.Freeze(t, $"joined with channels that are fixed in {node}");
        }

        IdentityTensor joined = labelled[0];
        foreach (IdentityTensor other in labelled[1..])
        {
            if (!joined.Axes.Intersect(other.Axes).Any())
            {
                builder.FreezeInputs(node, $"{node} pairs every channel with every other");
                return;
            }
            builder.Unite(joined, other);
            joined = joined.BroadcastTo(other.Shape);
        }
        builder.Set(node.Output, CutConstants(node, builder, joined, rank));
    }

    private static IdentityTensor CutConstants(Node node, IdentityBuilder builder, IdentityTensor joined, int rank)
    {
        for (int i = 0; i < node.Inputs.Count; i++)
        {
            if (node.ConstantInput(i) is not { } constant) continue;
            int[] shape = Padded(constant.Shape, rank);
            int[] axes = [.. joined.Axes.Where(a => shape[a] > 1)];
            if (axes.Length == 0) continue;
            joined = builder.UniteToAxis(joined, axes.MaxBy(a => shape[a]));
            int axis = joined.SingleAxis;
            if (shape[axis] > 1) builder.Record(node, i, axis - (rank - constant.Rank), ChannelRole.Parameter, joined.Vector(axis));
        }
        return joined;
    }

    private static int[] Padded(int[] shape, int rank)
    {
        int[] padded = new int[rank];
        Array.Fill(padded, 1, 0, rank - shape.Length);
        shape.CopyTo(padded, rank - shape.Length);
        return padded;
    }
}
