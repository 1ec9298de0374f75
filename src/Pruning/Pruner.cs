using EdgeKit.Onnx;
using EdgeKit.Pruning.Identities;
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
        ChannelIdentities identities = ChannelIdentities.Of(graph);
        ModelSummary original = ModelSummary.Of(graph);
        ChannelAtoms atoms = ChannelAtoms.Of(identities, options.Score.Score(identities));
        HashSet<int> removed = WidthSearch.Choose(identities, atoms.Atoms, original, options, progress, cancellation);
        Graph pruned = ChannelSurgery.Remove(identities, removed);
        if (options.Pictures is { } pictures) MeanCompensation.Apply(identities, removed, pruned, pictures, cancellation);
        return PruneResult.Of(identities, atoms, original, pruned, options);
    }
}
