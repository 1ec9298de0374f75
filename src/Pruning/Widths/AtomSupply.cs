using System.Runtime.InteropServices;

namespace EdgeKit.Pruning.Widths;

/// <summary>Atoms of the same layers, in the order in which they go.</summary>
/// <param name="atoms">All of them.</param>
/// <param name="costs">What tells their order.</param>
internal sealed class AtomSupply(IReadOnlyList<ChannelAtom> atoms, IRemovalCosts costs)
{
    private readonly List<ChannelAtom> _left = [.. atoms];
    private readonly List<ChannelAtom> _first = [];
    private readonly List<double> _costs = [];
    private IEnumerator<(ChannelAtom Atom, double Cost)>? _rest;

    /// <summary>The atoms that are left, in no order.</summary>
    public IReadOnlyList<ChannelAtom> Left => _left;

    /// <summary>The first atoms in order, as many as there are up to <paramref name="count"/>.</summary>
    public ReadOnlySpan<ChannelAtom> First(int count)
    {
        _rest ??= costs.Order(_left).GetEnumerator();
        while (_first.Count < count && _rest.MoveNext())
        {
            _first.Add(_rest.Current.Atom);
            _costs.Add(_rest.Current.Cost);
        }
        return CollectionsMarshal.AsSpan(_first)[..Math.Min(count, _first.Count)];
    }

    /// <summary>What some of the first atoms cost.</summary>
    public double Cost(int from, int end) => _costs.GetRange(from, end - from).Sum();

    /// <summary>Takes the first atoms away.</summary>
    public ChannelAtom[] Take(int count)
    {
        ChannelAtom[] taken = First(count).ToArray();
        foreach (ChannelAtom atom in taken) _left.Remove(atom);
        _first.RemoveRange(0, count);
        _costs.RemoveRange(0, count);
        costs.Remove(taken);
        return taken;
    }

    /// <summary>Finds the order anew: costs have changed.</summary>
    public void Reorder()
    {
        _first.Clear();
        _costs.Clear();
        _rest?.Dispose();
        _rest = null;
    }
}
