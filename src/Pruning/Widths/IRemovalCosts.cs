namespace EdgeKit.Pruning.Widths;

/// <summary>What it costs to remove atoms, which may depend on what is gone already.</summary>
internal interface IRemovalCosts
{
    /// <summary>What each channel group costs if nothing else goes.</summary>
    double[] Scores { get; }

    /// <summary>The order in which the atoms of some layers go, each with what it adds when those before it are gone too; found out as far as it is asked for.</summary>
    IEnumerable<(ChannelAtom Atom, double Cost)> Order(IReadOnlyList<ChannelAtom> atoms);

    /// <summary>Takes note that atoms are gone.</summary>
    void Remove(IReadOnlyList<ChannelAtom> atoms);

    /// <summary>Whether what <paramref name="atoms"/> cost has changed now that atoms of other layers, <paramref name="gone"/>, are gone.</summary>
    bool Depend(IReadOnlyList<ChannelAtom> atoms, IReadOnlyList<ChannelAtom> gone);
}

/// <summary>Costs that add up, whatever is gone.</summary>
/// <param name="scores">One a channel group.</param>
internal sealed class AdditiveCosts(double[] scores) : IRemovalCosts
{
    /// <inheritdoc/>
    public double[] Scores => scores;

    /// <inheritdoc/>
    public IEnumerable<(ChannelAtom Atom, double Cost)> Order(IReadOnlyList<ChannelAtom> atoms) => atoms.OrderBy(static a => a.Score).Select(static a => (a, a.Score));

    /// <inheritdoc/>
    public void Remove(IReadOnlyList<ChannelAtom> atoms)
    {
    }

    /// <inheritdoc/>
    public bool Depend(IReadOnlyList<ChannelAtom> atoms, IReadOnlyList<ChannelAtom> gone) => false;
}
