using EdgeKit.Onnx;

namespace EdgeKit.Pruning.Identities;

/// <summary>
/// The operators that only move elements of their first input. One function pushes an <see cref="IdentityTensor"/> through any of them;
/// pushed coordinates instead of identities tell where each output position came from.
/// </summary>
internal static class Movement
{
    /// <summary>Pushes what is known of input 0 to output <paramref name="output"/>.</summary>
    /// <returns>Null where the node is no movement or its movement is not constant.</returns>
    public static IdentityTensor? Push(Node node, IdentityTensor x, int output = 0)
    {
        int[] from = node.Input(0).Dims, to = node.Outputs[output].Dims;
        if (node.Domain == Graph.EdgeKitDomain && node.OpType == "ChannelShuffle")
            return x.Select(1, Shuffled(from[1], node.Attributes.Int("groups", 1)));
        if (node.Domain.Length > 0) return null;
        return node.OpType switch
        {
            "Reshape" or "Flatten" or "Squeeze" or "Unsqueeze" => x.Reshape(from, to),
            "Identity" => x,
            "Transpose" => x.Transpose(Permutation(node, from.Length)),
            "Split" => PushSplit(node, x, output),
            "Slice" => PushSlice(node, x, from),
            "Gather" => PushGather(node, x, from, to),
            "Tile" => PushTile(node, x, from),
            "DepthToSpace" => PushDepthToSpace(node, x, from, to),
            "SpaceToDepth" => PushSpaceToDepth(node, x, from, to),
            _ => null,
        };
    }

    /// <summary>Output channel j·groups+i of a channel shuffle is input channel i·(C/groups)+j; entry k is the source of output channel k.</summary>
    public static int[] Shuffled(int channels, int groups)
    {
        int[] source = new int[channels];
        for (int k = 0; k < channels; k++) source[k] = k % groups * (channels / groups) + k / groups;
        return source;
    }

    /// <summary>The permutation of a Transpose; without the attribute the axes are reversed.</summary>
    public static int[] Permutation(Node node, int rank) =>
        node.Attributes.Ints("perm") ?? [.. Enumerable.Range(0, rank).Reverse()];

    /// <summary>First position of an output of a Split along its axis.</summary>
    public static int SplitStart(Node node, int axis, int output) => node.Outputs.Take(output).Sum(v => v.Dims[axis]);

    private static IdentityTensor PushSplit(Node node, IdentityTensor x, int output)
    {
        int axis = Axes.Normalise(node, node.Attributes.Int("axis", 0), x.Shape.Length);
        return x.Select(axis, [.. Enumerable.Range(SplitStart(node, axis, output), node.Outputs[output].Dims[axis])]);
    }

    private static IdentityTensor? PushSlice(Node node, IdentityTensor x, int[] from)
    {
        if (SliceBounds.Of(node, from) is not { } bounds) return null;
        foreach (SliceBounds b in bounds) x = x.Select(b.Axis, b.Positions);
        return x;
    }

    private static IdentityTensor? PushGather(Node node, IdentityTensor x, int[] from, int[] to)
    {
        if (node.ConstantInput(1) is not { Rank: <= 1 } indices) return null;
        int axis = Axes.Normalise(node, node.Attributes.Int("axis", 0), from.Length);
        IdentityTensor picked = x.Select(axis, Array.ConvertAll(indices.ToInt32s(), i => i < 0 ? i + from[axis] : i));
        if (indices.Rank == 1) return picked;
        int[] kept = [.. from];
        kept[axis] = 1;
        return picked.Reshape(kept, to);
    }

    private static IdentityTensor? PushTile(Node node, IdentityTensor x, int[] from)
    {
        if (node.ConstantInput(1)?.ToInt32s() is not { } repeats) return null;
        for (int a = 0; a < from.Length; a++) x = x.Select(a, [.. Enumerable.Range(0, from[a] * repeats[a]).Select(p => p % from[a])]);
        return x;
    }

    private static IdentityTensor? PushDepthToSpace(Node node, IdentityTensor x, int[] from, int[] to)
    {
        int block = node.Attributes.Int("blocksize", 1), depth = from[1] / (block * block);
        bool columnsFirst = node.Attributes.String("mode", "DCR") == "DCR";
        int[] split = columnsFirst ? [from[0], block, block, depth, from[2], from[3]] : [from[0], depth, block, block, from[2], from[3]];
        int[] order = columnsFirst ? [0, 3, 4, 1, 5, 2] : [0, 1, 4, 2, 5, 3];
        return x.Reshape(from, split)?.Transpose(order).Reshape([.. order.Select(a => split[a])], to);
    }

    private static IdentityTensor? PushSpaceToDepth(Node node, IdentityTensor x, int[] from, int[] to)
    {
        int block = node.Attributes.Int("blocksize", 1);
        int[] split = [from[0], from[1], from[2] / block, block, from[3] / block, block], order = [0, 3, 5, 1, 2, 4];
        return x.Reshape(from, split)?.Transpose(order).Reshape([.. order.Select(a => split[a])], to);
    }
}
