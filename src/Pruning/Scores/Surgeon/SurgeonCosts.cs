using EdgeKit.Pruning.Identities;
using EdgeKit.Pruning.Widths;

namespace EdgeKit.Pruning.Scores;

/// <summary>What removing channels costs the layers that read them, when these then do as well as they can without.</summary>
internal sealed class SurgeonCosts : IRemovalCosts
{
    private readonly double[] _others;
    private readonly Dictionary<ChannelAtom, Cut[]> _cuts = [];
    private readonly Dictionary<int, SurgeonReader[]> _readersOf;

    /// <summary>Begins with all channels there.</summary>
    /// <param name="identities">The channels.</param>
    /// <param name="readers">The layers that read them.</param>
    /// <param name="others">What each group costs readers that are not among these.</param>
    public SurgeonCosts(ChannelIdentities identities, SurgeonReader[] readers, double[] others)
    {
        _others = others;
        _readersOf = readers.SelectMany(static r => r.Groups.Select(g => (Group: g, Reader: r))).GroupBy(static p => p.Group).ToDictionary(static g => g.Key, static g => g.Select(static p => p.Reader).ToArray());
        Scores = [.. identities.Groups.Select(g => g.IsFrozen ? 0 : Cost(new ChannelAtom([g.Index], 0), static p => p))];
    }

    /// <inheritdoc/>
    public double[] Scores { get; }

    /// <inheritdoc/>
    public IEnumerable<(ChannelAtom Atom, double Cost)> Order(IReadOnlyList<ChannelAtom> atoms)
    {
        var left = atoms.ToList();
        var copies = new Dictionary<LayerSurgeon, LayerSurgeon>();
        while (left.Count > 0)
        {
            ChannelAtom next = left[0];
            double least = double.PositiveInfinity;
            foreach (ChannelAtom atom in left)
            {
                double cost = Cost(atom, p => copies.GetValueOrDefault(p, p));
                if (cost < least) (next, least) = (atom, cost);
            }
            yield return (next, least);
            left.Remove(next);
            foreach (Cut cut in Cuts(next))
            {
                if (!copies.TryGetValue(cut.Part, out LayerSurgeon? copy)) copies.Add(cut.Part, copy = cut.Part.Clone());
                copy.Remove(cut.Columns);
            }
        }
    }

    /// <inheritdoc/>
    public void Remove(IReadOnlyList<ChannelAtom> atoms)
    {
        foreach (Cut cut in atoms.SelectMany(Cuts)) cut.Part.Remove(cut.Columns);
    }

    /// <inheritdoc/>
    public bool Depend(IReadOnlyList<ChannelAtom> atoms, IReadOnlyList<ChannelAtom> gone)
    {
        HashSet<LayerSurgeon> touched = [.. gone.SelectMany(Cuts).Select(static c => c.Part)];
        return atoms.Any(a => Cuts(a).Any(c => touched.Contains(c.Part)));
    }

    private double Cost(ChannelAtom atom, Func<LayerSurgeon, LayerSurgeon> now)
    {
        double cost = atom.Groups.Sum(g => _others[g]);
        foreach (Cut cut in Cuts(atom)) cost += cut.Reader.Scale * now(cut.Part).Cost(cut.Columns);
        return cost;
    }

    private Cut[] Cuts(ChannelAtom atom)
    {
        if (!_cuts.TryGetValue(atom, out Cut[]? cuts))
        {
            cuts = [.. atom.Groups.SelectMany(g => _readersOf.GetValueOrDefault(g) ?? []).Distinct().SelectMany(r => r.Columns(atom.Groups).Select(c => new Cut(r, r.Parts[c.Part], c.Columns)))];
            _cuts.Add(atom, cuts);
        }
        return cuts;
    }

    private sealed record Cut(SurgeonReader Reader, LayerSurgeon Part, int[] Columns);
}
