using EdgeKit.Onnx;
using EdgeKit.Pruning.Blocks;
using EdgeKit.Pruning.Budgets;
using EdgeKit.Pruning.Identities;
using EdgeKit.Pruning.LowRank;
using EdgeKit.Pruning.Refit;
using EdgeKit.Pruning.Scores;
using EdgeKit.Pruning.Surgery;
using EdgeKit.Pruning.Widths;
using EdgeKit.Statistics;

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
        FiniteNumbers.RequireWeights(graph);
        RefitMethod refit = options.Refit ?? (options.Pictures.Count == 0 ? RefitMethod.None : RefitMethod.LeastSquaresAndStatistics);
        if (options.Pictures.Count == 0)
        {
            if (options.Blocks) throw new ModelException("blocks are judged on pictures, and there are none");
            if (options.Score.NeedsPictures) throw new ModelException($"the score {options.Score.Name} is measured on pictures, and there are none");
            if (refit != RefitMethod.None) throw new ModelException("layers are fitted on pictures, and there are none");
        }
        options = options with { Refit = refit };
        (Graph start, FactorisedLayer[] factorised) = options.LowRank > 0
            ? Factorisation.Apply(graph, options.LowRank, options.Multiple, options.Target, options.Pictures, cancellation)
            : (graph, []);
        PruneResult result = options.Blocks
            ? BlockSearch.Run(graph, start, options with { Budgets = Amounts(graph, options) }, options.Pictures, g => PruneChannels(graph, g, options, progress, cancellation), cancellation)
            : PruneChannels(graph, start, options, progress, cancellation);
        return result with { Report = result.Report with { Factorised = factorised } };
    }

    // The graph to prune may be the original without some blocks: the budgets are of the original.
    private static PruneResult PruneChannels(Graph original, Graph graph, PruneOptions options, IProgress<double>? progress, CancellationToken cancellation)
    {
        ChannelIdentities identities = ChannelIdentities.Of(graph);
        var inputs = new ScoreInputs { Pictures = options.Pictures, BatchNorms = options.BatchNorms };
        IRemovalCosts costs = options.Score is SurgeonScore
            ? SurgeonScore.Measure(identities, inputs, Part(progress, 0, 0.4), cancellation)
            : new AdditiveCosts(options.Score.Score(identities, inputs, cancellation));
        ChannelAtoms atoms = ChannelAtoms.Of(identities, costs.Scores);
        HashSet<int> removed = WidthSearch.Choose(identities, atoms.Atoms, costs, ModelSummary.Of(graph), options with { Budgets = Amounts(original, options) }, Part(progress, 0.4, 0.5), cancellation);
        Graph pruned = ChannelSurgery.Remove(identities, removed);
        if (options.Refit == RefitMethod.Mean) MeanCompensation.Apply(identities, removed, pruned, options.Pictures, cancellation);
        else if (options.Refit != RefitMethod.None)
            SequentialRefit.Apply(original, identities, removed, pruned, options.Pictures, options.Refit == RefitMethod.LeastSquaresAndStatistics, Part(progress, 0.5, 1), cancellation);
        return PruneResult.Of(original, identities, atoms, pruned, options);
    }

    private static PartialProgress? Part(IProgress<double>? progress, double from, double to) => progress is null ? null : new PartialProgress(progress, from, to);

    private static Budget[] Amounts(Graph original, PruneOptions options) =>
        [.. options.Budgets.Zip(CostModels.Costs(original, options.Budgets, options.Target), static (b, cost) => new Budget(b.Quantity, b.Of(cost), IsShare: false))];

    // Reports at once, unlike Progress<T>.
    private sealed class PartialProgress(IProgress<double> whole, double from, double to) : IProgress<double>
    {
        public void Report(double value) => whole.Report(from + value * (to - from));
    }
}
