using EdgeKit.Pruning.Identities;

namespace EdgeKit.Pruning.Widths;

/// <summary>
/// Builds the atoms of removal. Any set of atoms leaves every grouped layer with equally many channels in each of its groups:
/// where one partition binds, the k-th cheapest channels of all its groups form an atom; where two bind (a shuffle between two grouped layers),
/// cheapest perfect matchings do, which exist as long as channels are left (König); where more bind, atoms take from every kind of channel in proportion.
/// </summary>
internal sealed class ChannelAtoms
{
    private readonly ChannelIdentities _identities;
    private readonly double[] _scores;
    private readonly List<ChannelAtom> _atoms = [];
    private readonly Dictionary<int, string> _frozen = [];

    private ChannelAtoms(ChannelIdentities identities, double[] scores)
    {
        _identities = identities;
        _scores = scores;
    }

    /// <summary>Everything that may be removed.</summary>
    public IReadOnlyList<ChannelAtom> Atoms => _atoms;

    /// <summary>Groups that must stay, by index, with the reason: those frozen by the graph and those that grouped layers bind.</summary>
    public IReadOnlyDictionary<int, string> Frozen => _frozen;

    /// <summary>Builds the atoms for given scores of the groups.</summary>
    public static ChannelAtoms Of(ChannelIdentities identities, double[] scores)
    {
        var atoms = new ChannelAtoms(identities, scores);
        atoms.Build();
        return atoms;
    }

    private void Build()
    {
        foreach (ChannelGroup group in _identities.Groups)
            if (group.IsFrozen) _frozen.Add(group.Index, string.Join("; ", group.FrozenReasons));
        EqualCounts[] demands = [.. _identities.EqualCounts.DistinctBy(static e => (e.Groups, string.Join(',', e.Channels)))];
        FreezeBound(demands);

        var places = Places(demands);
        foreach (ChannelGroup group in _identities.Groups)
            if (!places.ContainsKey(group.Index) && !_frozen.ContainsKey(group.Index)) _atoms.Add(new ChannelAtom([group.Index], _scores[group.Index]));
        foreach (int[] component in Components(demands, places)) Bundle(component, places);
    }

    // A grouped layer with a frozen channel can't be thinned equally.
    private void FreezeBound(EqualCounts[] demands)
    {
        for (bool changed = true; changed;)
        {
            changed = false;
            foreach (EqualCounts e in demands)
            {
                if (!e.Channels.Any(_frozen.ContainsKey)) continue;
                foreach (int c in e.Channels) changed |= _frozen.TryAdd(c, $"{e.Node} keeps its groups equal and others of its channels are fixed");
            }
        }
    }

    // Where each bound group lies: (demand, group of the layer) for each of its positions.
    private Dictionary<int, List<(int Demand, int Part)>> Places(EqualCounts[] demands)
    {
        var places = new Dictionary<int, List<(int, int)>>();
        for (int d = 0; d < demands.Length; d++)
        {
            for (int k = 0; k < demands[d].Channels.Length; k++)
            {
                int group = demands[d].Channels[k];
                if (_frozen.ContainsKey(group)) continue;
                if (!places.TryGetValue(group, out var list)) places.Add(group, list = []);
                list.Add((d, k / demands[d].Size));
            }
        }
        return places;
    }

    private static IEnumerable<int[]> Components(EqualCounts[] demands, Dictionary<int, List<(int Demand, int Part)>> places)
    {
        var sets = new UnionFind();
        foreach (EqualCounts _ in demands) sets.Add();
        foreach (var list in places.Values)
            foreach ((int demand, _) in list) sets.Unite(list[0].Demand, demand);
        return places.Keys.Order().GroupBy(g => sets.Find(places[g][0].Demand)).Select(static g => g.ToArray());
    }

    private void Bundle(int[] component, Dictionary<int, List<(int Demand, int Part)>> places)
    {
        int[] demands = [.. component.SelectMany(g => places[g]).Select(static p => p.Demand).Distinct().Order()];
        if (demands.Length == 2 && MatchPairs(component, demands, places)) return;

        // Cells of groups that no demand and no layer tells apart; the whole is balanced, so any proportional part of it is.
        int[][] cells = [.. component.GroupBy(Signature).Select(c => c.OrderBy(g => _scores[g]).ToArray())];
        int atoms = cells.Aggregate(0, static (gcd, c) => Gcd(gcd, c.Length));
        if (atoms == 1)
        {
            string layers = string.Join(", ", component.SelectMany(g => _identities.Groups[g].Producers).Distinct().Take(3));
            foreach (int g in component) _frozen.Add(g, $"the groups of {layers} can't be thinned equally");
            return;
        }
        for (int k = 0; k < atoms; k++) Add([.. cells.SelectMany(c => c.AsSpan(k * (c.Length / atoms), c.Length / atoms).ToArray())]);

        string Signature(int group) => string.Join(' ', places[group].Order().Select(static p => $"{p.Demand}.{p.Part}")) + "|" +
            string.Join(' ', _identities.Groups[group].Producers.Select(static n => n.Name));
    }

    private bool MatchPairs(int[] component, int[] demands, Dictionary<int, List<(int Demand, int Part)>> places)
    {
        int parts = component.Max(g => places[g].Max(static p => p.Part)) + 1;
        if (parts > CellMatching.MaxParts) return false;
        var cells = new Queue<int>[parts, parts];
        for (int r = 0; r < parts; r++)
            for (int c = 0; c < parts; c++) cells[r, c] = new Queue<int>();
        foreach (int group in component.OrderBy(g => _scores[g]))
        {
            int[] row = [.. places[group].Where(p => p.Demand == demands[0]).Select(static p => p.Part)];
            int[] column = [.. places[group].Where(p => p.Demand == demands[1]).Select(static p => p.Part)];
            if (row.Length != 1 || column.Length != 1) return false;
            cells[row[0], column[0]].Enqueue(group);
        }
        // Both partitions need the same number of parts, filled equally.
        int total = component.Length / parts;
        for (int p = 0; p < parts; p++)
        {
            if (Enumerable.Range(0, parts).Sum(q => cells[p, q].Count) != total || Enumerable.Range(0, parts).Sum(q => cells[q, p].Count) != total) return false;
        }
        for (int k = 0; k < total; k++)
        {
            int[] columns = CellMatching.Cheapest(parts, (r, c) => cells[r, c].TryPeek(out int g) ? _scores[g] : double.PositiveInfinity);
            Add([.. columns.Select((c, r) => cells[r, c].Dequeue())]);
        }
        return true;
    }

    private void Add(int[] groups) => _atoms.Add(new ChannelAtom(groups, groups.Sum(g => _scores[g])));

    private static int Gcd(int a, int b) => b == 0 ? a : Gcd(b, a % b);
}
