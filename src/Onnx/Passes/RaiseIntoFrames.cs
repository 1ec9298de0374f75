namespace EdgeKit.Onnx.Passes;

/// <summary>
/// Applies what acts on single elements or channels of a volume [N,C,D,H,W] to the frames [N D,C,H,W] that it was made of, so that it meets the convolution
/// before it: activations, batch normalisations, and a number a channel that is added or multiplied.
/// </summary>
internal static class RaiseIntoFrames
{
    private static readonly int[] FromFrames = [0, 2, 1, 3, 4];

    internal static int Run(Graph graph)
    {
        int changed = 0;
        foreach (Node node in graph.Nodes.ToArray())
        {
            if (Volume(node) is not var (reshape, transpose) || OnFrames(node, reshape.Input(0).Dims) is not { } operands) continue;
            Value frames = reshape.Input(0);
            Node raised = graph.InsertBefore(reshape, node.OpType, [frames, .. operands], name: $"{node.Name}_frames", domain: node.Domain);
            foreach ((string name, object value) in node.Attributes.Entries) raised.Attributes.Set(name, value);
            raised.Output.Type = frames.Type;
            raised.Output.Shape = frames.Shape;
            if (!Rewrite.Bypass(node, transpose.Output))
            {
                graph.Remove(raised);
                continue;
            }
            reshape.SetInput(0, raised.Output);
            changed++;
        }
        return changed;
    }

    /// <summary>The Reshape and Transpose that make the node's first input of frames; null where it is made otherwise or read by others too.</summary>
    private static (Node Reshape, Node Transpose)? Volume(Node node)
    {
        if (Rewrite.OnlyProducer(node.Optional(0)) is not { } transpose || !transpose.Is("Transpose") || transpose.Attributes.Ints("perm") is not { } perm || !perm.AsSpan().SequenceEqual(FromFrames)) return null;
        if (Rewrite.OnlyProducer(transpose.Input(0)) is not { } reshape || !reshape.Is("Reshape") || !Rewrite.IsKnown(reshape.Input(0))) return null;
        int[] frames = reshape.Input(0).Dims, dims = reshape.Output.Dims;
        return frames.Length == 4 && dims[0] * dims[1] == frames[0] && dims.AsSpan(2).SequenceEqual(frames.AsSpan(1)) ? (reshape, transpose) : null;
    }

    /// <summary>The other operands as they are for frames, or null where the node does more than to act on elements or channels.</summary>
    private static Value?[]? OnFrames(Node node, int[] frames)
    {
        if (Elementwise.IsUnary(node) || node.Is("BatchNormalization")) return [.. node.Inputs.Skip(1)];
        if (node.OpType is not ("Add" or "Mul" or "Sub" or "Div" or "PRelu") || node.Domain.Length > 0 || node.Inputs.Count != 2) return null;
        if (Rewrite.PerChannel(node.ConstantInput(1), 5, frames[1]) is not { } numbers) return null;
        return [node.Graph.NewConstant($"{node.Name}.frames", Tensor.Of(Array.ConvertAll(numbers, static v => (float)v), frames[1], 1, 1))];
    }
}
