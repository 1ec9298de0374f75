using EdgeKit.Onnx;

namespace EdgeKit.Pruning.Identities;

/// <summary>Which channel group lies at each position of a value's channel axis.</summary>
/// <param name="Axis">The channel axis.</param>
/// <param name="Groups">Indices into <see cref="ChannelIdentities.Groups"/>.</param>
internal sealed record ChannelVector(int Axis, int[] Groups);

/// <summary>
/// The identities of all channels of a graph. Every layer gives its output channels identities of their own; each operator carries them on by its
/// rule; what an operator joins is united. The classes that result are what pruning can remove without changing anything else.
/// </summary>
public sealed class ChannelIdentities
{
    private readonly Dictionary<Value, ChannelVector> _vectors = [];

    private ChannelIdentities(IdentityBuilder builder, IReadOnlyList<MovementRegion> regions)
    {
        Graph = builder.Graph;
        Regions = regions;
        int[] groupOf = new int[builder.Count];
        var groups = new Dictionary<int, int>();
        for (int id = 0; id < groupOf.Length; id++)
        {
            int root = builder.Find(id);
            if (!groups.TryGetValue(root, out int group)) groups.Add(root, group = groups.Count);
            groupOf[id] = group;
        }

        foreach (Value value in Graph.Values)
        {
            if (builder.Get(value)?.Map(id => groupOf[id]).Fold() is not { } identities) continue;
            if (identities.SingleAxis is >= 0 and int axis) _vectors.Add(value, new ChannelVector(axis, identities.Vector(axis)));
            else if (identities.Ids.Length == 1) builder.Freeze(builder.Get(value), $"'{value.Name}' has no other channel");
        }
        WeightAxes = [.. builder.WeightAxes.Select(w => w with { Channels = Array.ConvertAll(w.Channels, id => groupOf[id]) })];
        EqualCounts = [.. builder.EqualCounts.Select(e => e with { Channels = Array.ConvertAll(e.Channels, id => groupOf[id]) })];
        Groups = MakeGroups(groups.Count, builder.Frozen.Select(f => (groupOf[f.Key], f.Value)));
    }

    /// <summary>The graph.</summary>
    public Graph Graph { get; }

    /// <summary>All channel groups.</summary>
    public IReadOnlyList<ChannelGroup> Groups { get; }

    /// <summary>Constants that are cut with the channels.</summary>
    internal IReadOnlyList<WeightAxis> WeightAxes { get; }

    /// <summary>Demands of grouped layers.</summary>
    internal IReadOnlyList<EqualCounts> EqualCounts { get; }

    /// <summary>Movements that only pick channels, though channels lie along several axes inside.</summary>
    internal IReadOnlyList<MovementRegion> Regions { get; }

    /// <summary>Values whose channels are tracked.</summary>
    internal IEnumerable<KeyValuePair<Value, ChannelVector>> Vectors => _vectors;

    /// <summary>Carries identities through a graph whose shapes are all known.</summary>
    /// <exception cref="ModelException">The model is quantized, or a shape is not known.</exception>
    public static ChannelIdentities Of(Graph graph)
    {
        var builder = new IdentityBuilder(graph);
        foreach (Node node in graph.Nodes) IdentityRules.Apply(node, builder);
        foreach (Value output in graph.Outputs) builder.Freeze(builder.Get(output), $"graph output '{output.Name}'");
        return new ChannelIdentities(builder, FindRegions(builder));
    }

    /// <summary>The channels of a value, or null where none are tracked.</summary>
    internal ChannelVector? Of(Value value) => _vectors.GetValueOrDefault(value);

    // A value whose channels lie along several axes is either inside of a region that can be replaced, or it must stay a full grid:
    // then what it holds in one slab goes together.
    private static List<MovementRegion> FindRegions(IdentityBuilder builder)
    {
        var regions = new List<MovementRegion>();
        var inside = new HashSet<Value>();
        foreach (Node node in builder.Graph.Nodes)
        {
            if (!node.Outputs.Any(Spread)) continue;
            if (node.Inputs.Any(v => v is not null && inside.Contains(v)))
            {
                inside.UnionWith(node.Outputs);
                continue;
            }
            if (Folded(node.Optional(0)) is { SingleAxis: >= 0 and int axis } && MovementRegion.Find(node, axis, Spread) is { } region)
            {
                regions.Add(region);
                inside.UnionWith(node.Outputs);
                continue;
            }
            foreach (Value value in node.Outputs.Where(Spread))
            {
                IdentityTensor identities = Folded(value)!;
                builder.UniteToAxis(identities, identities.Axes.MaxBy(a => Classes(identities, a)));
            }
        }
        return regions;

        IdentityTensor? Folded(Value? value) => builder.Get(value)?.Map(builder.Find).Fold();

        bool Spread(Value value) => Folded(value)?.Axes.Skip(1).Any() ?? false;
    }

    // How many classes would be left if everything in one slab across the axis were united.
    private static int Classes(IdentityTensor identities, int axis)
    {
        var sets = new UnionFind();
        var set = new Dictionary<int, int>();
        int[] ids = identities.Ids;
        foreach (int id in ids)
        {
            if (!set.ContainsKey(id)) set.Add(id, sets.Add());
        }
        int inner = identities.Shape.Skip(axis + 1).Aggregate(1, static (n, d) => n * d), length = identities.Shape[axis];
        int[] first = new int[length];
        Array.Fill(first, -1);
        for (int k = 0; k < ids.Length; k++)
        {
            int p = k / inner % length;
            if (first[p] < 0) first[p] = set[ids[k]];
            else sets.Unite(first[p], set[ids[k]]);
        }
        return first.Select(sets.Find).Distinct().Count();
    }

    private ChannelGroup[] MakeGroups(int count, IEnumerable<(int Group, string Reason)> frozen)
    {
        var members = new List<ChannelMember>[count];
        var reasons = new List<string>[count];
        for (int g = 0; g < count; g++) (members[g], reasons[g]) = ([], []);
        foreach (WeightAxis w in WeightAxes)
        {
            for (int k = 0; k < w.Channels.Length; k++) members[w.Channels[k]].Add(new ChannelMember(w.Node, w.Input, w.Axis, k, w.Role));
        }
        foreach ((int group, string reason) in frozen)
        {
            if (!reasons[group].Contains(reason)) reasons[group].Add(reason);
        }
        for (int g = 0; g < count; g++)
        {
            if (reasons[g].Count == 0 && !members[g].Any(m => m.Role == ChannelRole.Producer)) reasons[g].Add("no layer computes them");
        }
        return [.. members.Select((m, g) => new ChannelGroup(g, m, reasons[g]))];
    }
}
