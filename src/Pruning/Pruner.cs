using EdgeKit.Onnx;
using EdgeKit.Pruning.Blocks;
using EdgeKit.Pruning.Budgets;
using EdgeKit.Pruning.Identities;
using EdgeKit.Pruning.LowRank;
using EdgeKit.Pruning.Refit;
using EdgeKit.Pruning.Surgery;
using EdgeKit.Pruning.Widths;

namespace EdgeKit.Pruning;

/// <summary>Removes whole channels of a graph so that it needs fewer multiply-accumulates.</summary>
public static class Pruner
{
    /// <summary>Prunes a copy of a graph to a budget.</summary>
    /// <param name="graph">A float graph whose shapes are known; it is not changed.</param>
    /// <param name="options">What to prune it to.</param>
    /// <param name="progress">Receives the share of the search that is done, 0 to 1.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <returns>The pruned graph and what was done. Where the budget can't be met, the graph as far as it could be pruned, and why.</returns>
    /// <exception cref="ModelException">The model is quantized, or a shape is not known.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option lies outside of its range.</exception>
    public static PruneResult Prune(Graph graph, PruneOptions options, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        options.Validate();
        Tensor[] pictures = options.Blocks || options.LowRank > 0 ? [.. options.Pictures ?? []] : [];
        if (options.Blocks && pictures.Length == 0) throw new ModelException("blocks are judged on pictures, and there are none");
        (Graph start, FactorisedLayer[] factorised) = options.LowRank > 0
            ? Factorisation.Apply(graph, options.LowRank, options.Multiple, options.Target, pictures, cancellation)
            : (graph, []);
        PruneResult result = options.Blocks
            ? BlockSearch.Run(graph, start, options with { Budgets = Amounts(graph, options) }, pictures, g => PruneChannels(graph, g, options, progress, cancellation), cancellation)
            : PruneChannels(graph, start, options, progress, cancellation);
        return result with { Report = result.Report with { Factorised = factorised } };
    }

    // The graph to prune may be the original without some blocks: the budgets are of the original.
    private static PruneResult PruneChannels(Graph original, Graph graph, PruneOptions options, IProgress<double>? progress, CancellationToken cancellation)
    {
        ChannelIdentities identities = ChannelIdentities.Of(graph);
        ChannelAtoms atoms = ChannelAtoms.Of(identities, options.Score.Score(identities));
        HashSet<int> removed = WidthSearch.Choose(identities, atoms.Atoms, ModelSummary.Of(graph), options with { Budgets = Amounts(original, options) }, progress, cancellation);
        Graph pruned = ChannelSurgery.Remove(identities, removed);
        if (options.Pictures is { } pictures) MeanCompensation.Apply(identities, removed, pruned, pictures, cancellation);
        return PruneResult.Of(original, identities, atoms, pruned, options);
    }

    private static Budget[] Amounts(Graph original, PruneOptions options) =>
        [.. options.Budgets.Zip(CostModels.Costs(original, options.Budgets, options.Target), static (b, cost) => new Budget(b.Quantity, b.Of(cost), IsShare: false))];
}
