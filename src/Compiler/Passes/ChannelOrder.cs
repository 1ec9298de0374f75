using EdgeKit.Compiler.Ir;

namespace EdgeKit.Compiler.Passes;

/// <summary>
/// Where the channels of each tensor lie. Every operator wants the channels it reads or writes to be neighbours. Where the model's order does not give that (ShuffleNet: the next unit
/// reads every second channel of both halves), channels that all the same operators want are kept together and the groups are put into the order that serves most.
/// </summary>
internal sealed class ChannelOrder(ChannelGraph graph, bool reorder)
{
    /// <summary>Most groups of channels that all orders are tried of.</summary>
    private const int MaxGroups = 7;

    private readonly Dictionary<ChannelNode, bool> _tolerant = [];

    /// <summary>Sets the positions of all tensors; takes out of a wider tensor what cannot be written there in one piece.</summary>
    public void Choose()
    {
        for (int i = 0; i < graph.Nodes.Count; i++)
        {
            ChannelNode root = graph.Nodes[i];
            while (root.Host is null && !TryChoose(root)) { }
        }
    }

    /// <summary>What an operator may do with an order that is not the model's.</summary>
    public ChannelUse Allowed(PlanOperator op, ChannelUse use) => use switch
    {
        _ when !reorder => ChannelUse.InOrder,
        ChannelUse.Kept => IsTolerant(graph.Of(op.Output)) ? ChannelUse.Kept : ChannelUse.InOrder,
        _ => use,
    };

    private bool TryChoose(ChannelNode root)
    {
        var wants = new List<Want>();
        Collect(root, wants);
        if (wants.TrueForAll(w => w.IsMet(root.Positions)) || root.IsFixed || !reorder) return Written(wants, root.Positions);
        List<int[]> groups = Groups(root.Channels, wants);
        if (groups.Count > MaxGroups) return Written(wants, root.Positions);
        int best = int.MaxValue;
        foreach (int[] order in Permutations(groups.Count))
        {
            int[] positions = new int[root.Channels];
            int next = 0;
            foreach (int group in order)
            {
                foreach (int c in groups[group]) positions[c] = next++;
            }
            int cost = wants.Sum(w => w.IsMet(positions) ? 0 : w.Cost);
            if (cost >= best) continue;
            best = cost;
            root.Positions = positions;
        }
        return Written(wants, root.Positions);
    }

    /// <summary>Whether everything that is computed in place can be; what cannot gets memory of its own, and is copied.</summary>
    private static bool Written(List<Want> wants, int[] positions)
    {
        Want? unmet = wants.Find(w => w.Part is not null && !w.IsMet(positions));
        if (unmet is null) return true;
        ChannelNode part = unmet.Part!;
        part.Host!.Parts.Remove(part);
        part.Host = null;
        return false;
    }

    private void Collect(ChannelNode node, List<Want> wants)
    {
        int[] channels = node.RootChannels;
        if (node.Host is not null && node.Writer is { } writer)
            wants.Add(new Want(channels, InOrder: !reorder || ChannelUses.OfOutput(writer) != ChannelUse.AnyOrder, node));
        foreach ((PlanOperator op, ChannelUse use) in node.Reads) wants.Add(new Want(channels, Allowed(op, use) == ChannelUse.InOrder, null));
        foreach (ChannelNode alias in node.Targets.Where(t => t.IsAlias && t.Host == node).Distinct()) Collect(alias, wants);
        foreach (ChannelNode part in node.Parts) Collect(part, wants);
    }

    /// <summary>Whether whoever reads a tensor takes it in any order.</summary>
    private bool IsTolerant(ChannelNode? node)
    {
        if (node is null || node.IsFixed || node.Host is not null || node.Targets.Count > 0) return false;
        if (_tolerant.TryGetValue(node, out bool known)) return known;
        return _tolerant[node] = node.Reads.TrueForAll(r => r.Use == ChannelUse.AnyOrder || (r.Use == ChannelUse.Kept && IsTolerant(graph.Of(r.Operator.Output))));
    }

    /// <summary>Channels that the same operators want, each in the model's order.</summary>
    private static List<int[]> Groups(int channels, List<Want> wants)
    {
        var sets = wants.Select(w => w.Channels.ToHashSet()).ToList();
        return [.. Enumerable.Range(0, channels).GroupBy(c => string.Concat(sets.Select(s => s.Contains(c) ? '1' : '0'))).Select(static g => g.ToArray())];
    }

    /// <summary>All orders of numbers below <paramref name="count"/>, nearest to the natural one first.</summary>
    private static IEnumerable<int[]> Permutations(int count)
    {
        if (count == 0) return [[]];
        return Enumerable.Range(0, count).SelectMany(first => Permutations(count - 1).Select(rest => (int[])[first, .. rest.Select(i => i < first ? i : i + 1)]));
    }

    /// <summary>Channels of the root that an operator wants as neighbours.</summary>
    /// <param name="Channels">The channels, in the operator's order.</param>
    /// <param name="InOrder">Whether in that order.</param>
    /// <param name="Part">The tensor that they are computed into, null for a read.</param>
    private sealed record Want(int[] Channels, bool InOrder, ChannelNode? Part)
    {
        /// <summary>Elements to be copied where it is not met; a copy of what is read is as good as one of what is written, but leaves a view for the others.</summary>
        public int Cost => Part is null ? 2 * Channels.Length : 2 * Channels.Length + 1;

        public bool IsMet(int[] positions) => ChannelPositions.AreNeighbours(Array.ConvertAll(Channels, c => positions[c]), InOrder);
    }
}
