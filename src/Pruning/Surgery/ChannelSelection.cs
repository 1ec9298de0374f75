using EdgeKit.Onnx;
using EdgeKit.Pruning.Identities;

namespace EdgeKit.Pruning.Surgery;

/// <summary>Channels picked from a value, in the simplest form that says it: nothing, a shuffle, a slice, or a gather with constant indices.</summary>
/// <param name="Axis">The channel axis.</param>
/// <param name="Width">Number of channels to pick from.</param>
/// <param name="Picks">For each channel of the result the channel it is.</param>
internal sealed record ChannelSelection(int Axis, int Width, int[] Picks)
{
    private bool IsAll => Picks.Length == Width && Step == 1;

    // The constant distance of successive picks, or 0.
    private int Step
    {
        get
        {
            int step = Picks.Length == 1 ? 1 : Picks[1] - Picks[0];
            return step > 0 && Enumerable.Range(0, Picks.Length).All(k => Picks[k] == Picks[0] + k * step) ? step : 0;
        }
    }

    /// <summary>What is left of a selection when channels go.</summary>
    /// <param name="from">The channels that it picks from.</param>
    /// <param name="source">For each channel of the result its position among them.</param>
    /// <param name="kept">Whether a channel group stays.</param>
    public static ChannelSelection Of(ChannelVector from, int[] source, Predicate<int> kept)
    {
        int[] rank = new int[from.Groups.Length];
        int width = 0;
        for (int c = 0; c < rank.Length; c++) rank[c] = kept(from.Groups[c]) ? width++ : -1;
        return new ChannelSelection(from.Axis, width, [.. source.Select(s => rank[s]).Where(static r => r >= 0)]);
    }

    /// <summary>Puts the selection before <paramref name="anchor"/> and returns its result, <paramref name="x"/> itself where it takes all.</summary>
    public Value Emit(Graph graph, Value x, Node anchor, string name)
    {
        if (IsAll) return x;
        if (Axis == 1 && ShuffleGroups() is > 1 and int groups)
        {
            Node shuffle = graph.InsertBefore(anchor, "ChannelShuffle", [x], 1, name, Graph.EdgeKitDomain);
            shuffle.Attributes.Set("groups", groups);
            return shuffle.Output;
        }
        if (Step is > 0 and int step)
        {
            Value[] bounds = [.. new[] { Picks[0], Picks[^1] + 1, Axis, step }.Select((v, k) => graph.NewConstant($"{name}_slice{k}", Tensor.Vector(v)))];
            return graph.InsertBefore(anchor, "Slice", [x, .. bounds], 1, name).Output;
        }
        Node gather = graph.InsertBefore(anchor, "Gather", [x, Indices(graph, name)], 1, name);
        gather.Attributes.Set("axis", Axis);
        return gather.Output;
    }

    /// <summary>Makes a Slice say the selection. It may cut other axes too: only its entry for the channel axis changes.</summary>
    /// <param name="graph">The pruned graph.</param>
    /// <param name="node">The node as it was.</param>
    /// <param name="entry">Which of its starts and ends is for the channel axis.</param>
    /// <param name="copy">The node in the pruned graph.</param>
    public void RewriteSlice(Graph graph, Node node, int entry, Node copy)
    {
        int step = Step;
        if (step == 0) copy.SetInput(0, Emit(graph, copy.Input(0), copy, node.Name + "_channels"));
        SetEntry(1, step == 0 ? 0 : Picks[0]);
        SetEntry(2, step == 0 ? Picks.Length : Picks[^1] + 1);
        if (node.Optional(4) is not null) SetEntry(4, Math.Max(step, 1));

        void SetEntry(int input, int value)
        {
            long[] values = node.ConstantInput(input)!.ToInt64s();
            values[entry] = value;
            copy.SetInput(input, graph.NewConstant(node.Input(input).Name, Tensor.Vector(values)));
        }
    }

    // The number of groups of which the selection is a channel shuffle, or 0.
    private int ShuffleGroups()
    {
        if (Picks.Length != Width) return 0;
        for (int groups = 2; groups <= Width / 2; groups++)
        {
            if (Width % groups == 0 && Movement.Shuffled(Width, groups).AsSpan().SequenceEqual(Picks)) return groups;
        }
        return 0;
    }

    private Value Indices(Graph graph, string name) =>
        graph.NewConstant($"{name}_channels", Tensor.Vector(Array.ConvertAll(Picks, static p => (long)p)));
}
