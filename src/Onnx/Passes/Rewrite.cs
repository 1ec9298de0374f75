namespace EdgeKit.Onnx.Passes;

/// <summary>The small edits and questions that passes share.</summary>
internal static class Rewrite
{
    /// <summary>
    /// Makes the readers of a node's first output read <paramref name="replacement"/> and removes the node. Refuses, and returns false, where the output is a
    /// graph output whose name the replacement cannot take, because it is fed, constant or itself an output: there a node must stay to carry the name.
    /// </summary>
    internal static bool Bypass(Node node, Value replacement)
    {
        Graph graph = node.Graph;
        Value output = node.Outputs[0];
        if (graph.IsOutput(output) && (replacement.Producer is null || graph.IsOutput(replacement))) return false;
        graph.ReplaceUses(output, replacement);
        graph.Remove(node);
        return true;
    }

    /// <summary>The node that computes the value if this node is all that reads it and nobody outside sees it.</summary>
    internal static Node? OnlyProducer(Value? value) =>
        value is { Producer: not null, Consumers.Count: 1 } && !value.Producer.Graph.IsOutput(value) ? value.Producer : null;

    /// <summary>Gives an input a new constant; one that others read too is left as it is for them.</summary>
    internal static void SetConstant(Node node, int index, Tensor tensor, string suffix)
    {
        Value? old = node.Optional(index);
        if (old is { IsConstant: true, Consumers.Count: 1 } && !node.Graph.IsOutput(old)) Graph.SetConstant(old, tensor);
        else node.SetInput(index, node.Graph.NewConstant(old?.Name ?? $"{node.Name}.{suffix}", tensor));
    }

    /// <summary>The number that a constant of one element holds, or null.</summary>
    internal static float? Scalar(Value? value) =>
        value?.Constant is { Length: 1 } t && t.Type is ElementType.Float or ElementType.Double ? value.Constant!.ToFloats()[0] : null;

    /// <summary>
    /// The constant as one number a channel, where it broadcasts over a tensor of rank <paramref name="rank"/> with channels on axis 1 (of any size
    /// <paramref name="channels"/>) that way and no other; else null.
    /// </summary>
    internal static double[]? PerChannel(Tensor? constant, int rank, int channels)
    {
        if (constant is null || constant.Type != ElementType.Float || constant.Rank > rank) return null;
        int channelAxis = 1 - (rank - constant.Rank);
        for (int i = 0; i < constant.Rank; i++)
            if (constant.Shape[i] != 1 && (i != channelAxis || constant.Shape[i] != channels)) return null;
        double[] values = constant.ToDoubles();
        if (values.Length == channels) return values;
        double[] spread = new double[channels];
        Array.Fill(spread, values[0]);
        return spread;
    }

    /// <summary>Whether both shapes are known completely and equal.</summary>
    internal static bool SameShape(Value a, Value b) =>
        IsKnown(a) && IsKnown(b) && a.Shape.AsSpan().SequenceEqual(b.Shape);

    /// <summary>Whether every dimension is known.</summary>
    internal static bool IsKnown(Value value) => value.Shape is { } s && Array.TrueForAll(s, static d => d >= 0);

    /// <summary>Whether two floats agree to what float32 constants of exporters can.</summary>
    internal static bool Near(double a, double b) => Math.Abs(a - b) <= 1e-6 * Math.Max(1, Math.Abs(b));
}
