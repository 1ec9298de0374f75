using EdgeKit.Pruning.Widths;

namespace EdgeKit.Pruning.Budgets;

/// <summary>What a graph costs as channels go: a sum of terms, each of which depends on a few widths.</summary>
internal sealed class CostModel
{
    private readonly ChannelWidths _widths;
    private readonly CostTerm[] _terms;
    private readonly double[] _costs;
    private readonly Dictionary<int, int[]> _termsOfWidth;
    private readonly double _constant;

    /// <summary>A model of the graph as its widths are now.</summary>
    /// <param name="widths">The widths.</param>
    /// <param name="terms">What depends on them.</param>
    /// <param name="constant">What does not.</param>
    public CostModel(ChannelWidths widths, IEnumerable<CostTerm> terms, double constant = 0)
    {
        _widths = widths;
        _terms = [.. terms];
        _constant = constant;
        _costs = [.. _terms.Select(t => Cost(t, null))];
        _termsOfWidth = _terms.SelectMany(static (t, i) => t.Widths.Distinct().Select(w => (Width: w, Term: i)))
            .GroupBy(static p => p.Width).ToDictionary(static g => g.Key, static g => g.Select(static p => p.Term).ToArray());
        Original = Total;
    }

    /// <summary>What the graph cost when the model was made.</summary>
    public double Original { get; }

    /// <summary>What it costs now.</summary>
    public double Total => _constant + _costs.Sum();

    /// <summary>How much less it would cost.</summary>
    /// <param name="changes">For each width that changes, how many channels it loses.</param>
    public double Saving(IReadOnlyDictionary<int, int> changes) => Affected(changes).Sum(t => _costs[t] - Cost(_terms[t], changes));

    /// <summary>Takes note of widths that have changed.</summary>
    public void Update(IReadOnlyDictionary<int, int> changes)
    {
        foreach (int t in Affected(changes)) _costs[t] = Cost(_terms[t], null);
    }

    private IEnumerable<int> Affected(IReadOnlyDictionary<int, int> changes) =>
        changes.Keys.SelectMany(w => _termsOfWidth.GetValueOrDefault(w) ?? []).Distinct().Order();

    private double Cost(CostTerm term, IReadOnlyDictionary<int, int>? changes) =>
        term.Cost(Array.ConvertAll(term.Widths, w => _widths.Kept(w) - (changes?.GetValueOrDefault(w) ?? 0)));
}
