namespace EdgeKit.Onnx.Passes;

/// <summary>
/// Recognises ShuffleNet's channel shuffle, written as Reshape -> Transpose -> Reshape in rank 3, 4 or 5, and its form that also splits the channels:
/// the last Reshape makes [k, N, C/k, H, W] and a Gather takes each part.
/// </summary>
internal static class RecogniseChannelShuffle
{
    internal static int Run(Graph graph)
    {
        int changed = 0;
        foreach (Node transpose in graph.Nodes.ToArray())
        {
            if (!transpose.Is("Transpose") || transpose.Attributes.Ints("perm") is not { } perm) continue;
            if (transpose.Input(0).Producer is not { } reshape || !MergeReshapes.IsView(reshape) || !Rewrite.IsKnown(transpose.Input(0))) continue;
            Value x = reshape.Input(0);
            if (x.Shape is not [> 0, > 0, > 0, > 0] map || Groups(map, transpose.Input(0).Dims, perm) is not { } groups) continue;
            foreach (Node back in transpose.Output.Consumers.ToArray())
            {
                if (!MergeReshapes.IsView(back)) continue;
                if (Rewrite.SameShape(back.Output, x)) graph.Replace(back, "ChannelShuffle", [x], Graph.EdgeKitDomain).Attributes.Set("groups", groups);
                else if (Parts(back.Output, map) is not { } parts) continue;
                else SplitShuffled(back, x, groups, parts);
                changed++;
            }
        }
        return changed;
    }

    /// <summary>The number of groups where the transposition shuffles the channels of a map [N,C,H,W] and nothing else.</summary>
    private static int? Groups(int[] map, int[] dims, int[] perm)
    {
        if (AxisSwap.Of(dims, perm) is not { } swap) return null;
        bool channelsOnly = swap.Inner == map[2] * map[3] && swap.First * swap.Second == map[1];
        return channelsOnly ? swap.First : null;
    }

    /// <summary>k where the value is [k, 1, C/k, H, W] of a map [1,C,H,W] and is read only by Gathers of one part each.</summary>
    private static int? Parts(Value value, int[] map)
    {
        if (value.Shape is not [> 1, 1, _, _, _] s || map[0] != 1 || s[0] * s[2] != map[1] || s[3] != map[2] || s[4] != map[3]) return null;
        return value.Consumers.Count > 0 && value.Consumers.All(g => g.Is("Gather") && g.Attributes.Int("axis", 0) == 0 && g.ConstantInput(1) is { Rank: 0 }) ? s[0] : null;
    }

    private static void SplitShuffled(Node back, Value x, int groups, int parts)
    {
        Graph graph = back.Graph;
        int[] map = x.Dims;
        Node shuffle = graph.InsertBefore(back, "ChannelShuffle", [x], name: $"{back.Name}.shuffle", domain: Graph.EdgeKitDomain);
        shuffle.Attributes.Set("groups", groups);
        shuffle.Output.Type = x.Type;
        shuffle.Output.Shape = map;
        long[] sizes = new long[parts];
        Array.Fill(sizes, map[1] / parts);
        Value sizesInput = graph.NewConstant($"{back.Name}.split", Tensor.Vector(sizes));
        Node split = graph.InsertAfter(shuffle, "Split", [shuffle.Output, sizesInput], parts, $"{back.Name}.split");
        split.Attributes.Set("axis", 1);
        foreach (Value part in split.Outputs)
        {
            part.Type = x.Type;
            part.Shape = [1, map[1] / parts, map[2], map[3]];
        }
        foreach (Node gather in back.Output.Consumers.ToArray())
        {
            long index = gather.ConstantInput(1)!.ToInt64s()[0];
            graph.Replace(gather, "Identity", [split.Outputs[(int)(index < 0 ? index + parts : index)]]);
        }
    }
}
