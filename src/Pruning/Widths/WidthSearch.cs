using EdgeKit.Onnx;
using EdgeKit.Pruning.Budgets;
using EdgeKit.Pruning.Identities;

namespace EdgeKit.Pruning.Widths;

/// <summary>
/// Chooses what to remove for budgets: again and again the chunk of channels that costs the least score for what it saves. A chunk that saves nothing of what
/// is still over its budget is never taken, however many multiply-accumulates it has.
/// </summary>
internal static class WidthSearch
{
    /// <summary>Chunks of the same layers that are weighed together: time falls in steps of whole tiles, so two may save what one does not.</summary>
    private const int MostTogether = 6;

    /// <summary>Chooses channel groups.</summary>
    /// <param name="identities">The channels.</param>
    /// <param name="atoms">What may be removed.</param>
    /// <param name="costs">What removing it costs.</param>
    /// <param name="summary">The graph's multiply-accumulates and parameters.</param>
    /// <param name="options">Budgets and widths.</param>
    /// <param name="progress">Receives the share of the saving that is reached.</param>
    /// <param name="cancellation">Stops the search.</param>
    /// <returns>The removed groups; they fall short of the budget where nothing more can go.</returns>
    public static HashSet<int> Choose(ChannelIdentities identities, IReadOnlyList<ChannelAtom> atoms, IRemovalCosts costs, ModelSummary summary, PruneOptions options,
        IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        var widths = new ChannelWidths(identities, options);
        Goal[] goals = [.. options.Budgets.Select(b => Goal.Of(b, CostModels.Of(b.Quantity, identities, summary, widths, options.Target)))];
        var removed = new HashSet<int>();
        List<AtomSupply> supplies = [.. atoms.GroupBy(widths.LayersOf).Select(g => new AtomSupply([.. g], costs))];
        while (Array.Exists(goals, static g => g.Need > 0))
        {
            cancellation.ThrowIfCancellationRequested();
            if (Cheapest(supplies, widths, goals, options.Multiple) is not (AtomSupply best, int count)) break;
            ChannelAtom[] chunk = best.Take(count);
            Dictionary<int, int> changes = widths.Changes(chunk);
            widths.Remove(chunk);
            foreach (Goal goal in goals) goal.Model.Update(changes);
            removed.UnionWith(chunk.SelectMany(static a => a.Groups));
            foreach (AtomSupply other in supplies)
                if (other != best && costs.Depend(other.Left, chunk)) other.Reorder();
            progress?.Report(goals.Min(static g => g.Progress));
        }
        return removed;
    }

    // Where several budgets are open, what is saved of each counts as a share of all that must be saved.
    private static (AtomSupply Supply, int Count)? Cheapest(IEnumerable<AtomSupply> supplies, ChannelWidths widths, Goal[] goals, int multiple)
    {
        (AtomSupply, int)? cheapest = null;
        double least = double.PositiveInfinity;
        foreach (AtomSupply supply in supplies)
        {
            int count = 0;
            double own = double.PositiveInfinity, score = 0;
            for (int k = 0; k < MostTogether; k++)
            {
                int next = widths.Chunk(supply.First(count + multiple), count);
                if (next == 0) break;
                score += supply.Cost(count, next);
                count = next;
                Dictionary<int, int> changes = widths.Changes(supply.First(count).ToArray());
                double gain = goals.Sum(g => g.Gain(changes));
                if (gain <= 0) continue;
                double price = score / gain;
                // More than the least only where it pays.
                if (price >= own) break;
                own = price;
                if (price < least) (cheapest, least) = ((supply, count), price);
            }
        }
        return cheapest;
    }

    /// <summary>A budget, and what the graph costs of it.</summary>
    private sealed record Goal(CostModel Model, double Limit)
    {
        // Of a share that is met exactly, rounding of sums may leave a rest.
        private const double Rounding = 1e-9;

        public static Goal Of(Budget budget, CostModel model) => new(model, budget.Of(model.Original) + Rounding * model.Original);

        public double Need => Model.Total - Limit;

        public double Progress => Need <= 0 ? 1 : (Model.Original - Model.Total) / (Model.Original - Limit);

        // Savings past the need are worth nothing, so the last chunk is not larger than it must be.
        public double Gain(Dictionary<int, int> changes) => Need <= 0 ? 0 : Math.Min(Model.Saving(changes), Need) / (Model.Original - Limit);
    }
}
