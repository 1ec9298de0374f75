using EdgeKit.Onnx;
using EdgeKit.Pruning.Identities;

namespace EdgeKit.Pruning.Widths;

/// <summary>
/// Chooses what to remove for a MAC budget: again and again the chunk of channels that costs the least score for each multiply-accumulate it saves.
/// </summary>
internal static class WidthSearch
{
    /// <summary>Chooses channel groups.</summary>
    /// <param name="identities">The channels.</param>
    /// <param name="atoms">What may be removed.</param>
    /// <param name="summary">The graph's multiply-accumulates.</param>
    /// <param name="options">Budget and widths.</param>
    /// <param name="progress">Receives the share of the saving that is reached.</param>
    /// <param name="cancellation">Stops the search.</param>
    /// <returns>The removed groups; they fall short of the budget where nothing more can go.</returns>
    public static HashSet<int> Choose(ChannelIdentities identities, IReadOnlyList<ChannelAtom> atoms, ModelSummary summary, PruneOptions options,
        IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        var widths = new ChannelWidths(identities, options);
        var model = new MacModel(identities, summary);
        var removed = new HashSet<int>();
        double budget = options.MacBudget * summary.Macs;
        List<Supply> supplies = [.. atoms.GroupBy(widths.LayersOf).Select(static g => new Supply([.. g.OrderBy(static a => a.Score)]))];
        while (model.Macs > budget)
        {
            cancellation.ThrowIfCancellationRequested();
            if (Cheapest(supplies, widths, model, model.Macs - budget) is not (Supply best, ChannelAtom[] chunk)) break;
            model.Remove(chunk.SelectMany(static a => a.Groups));
            widths.Remove(chunk);
            removed.UnionWith(chunk.SelectMany(static a => a.Groups));
            best.Atoms = best.Atoms[chunk.Length..];
            progress?.Report(Math.Min(1, (summary.Macs - model.Macs) / (summary.Macs - budget)));
        }
        return removed;
    }

    // The chunk with the least score for what it saves. Savings past the need are worth nothing, so the last chunk is not larger than it must be.
    private static (Supply Supply, ChannelAtom[] Chunk)? Cheapest(IEnumerable<Supply> supplies, ChannelWidths widths, MacModel model, double need)
    {
        (Supply, ChannelAtom[])? cheapest = null;
        double least = double.PositiveInfinity;
        foreach (Supply supply in supplies)
        {
            ChannelAtom[] chunk = supply.Atoms[..widths.Chunk(supply.Atoms)];
            double saving = model.Saving(chunk.SelectMany(static a => a.Groups));
            if (saving <= 0) continue;
            double price = chunk.Sum(static a => a.Score) / Math.Min(saving, need);
            if (price < least) (cheapest, least) = ((supply, chunk), price);
        }
        return cheapest;
    }

    // Atoms of the same layers, cheapest first.
    private sealed class Supply(ChannelAtom[] atoms)
    {
        public ChannelAtom[] Atoms { get; set; } = atoms;
    }
}
