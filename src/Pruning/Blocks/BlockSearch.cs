using EdgeKit.Onnx;
using EdgeKit.Pruning.Budgets;
using EdgeKit.Statistics;

namespace EdgeKit.Pruning.Blocks;

/// <summary>
/// Whole blocks against channels: as long as a model without one more block, its channels pruned to the same budgets, gives outputs nearer to the original's, the block goes.
/// Blocks are tried in order of the error that each makes alone for what it saves.
/// </summary>
internal static class BlockSearch
{
    /// <summary>Blocks that may fail one after the other before the search ends.</summary>
    private const int MostFailures = 2;

    /// <summary>Pictures that errors are measured on.</summary>
    private const int MostPictures = 48;

    /// <summary>Prunes to the budgets with the blocks that pay.</summary>
    /// <param name="original">What the outputs are compared with.</param>
    /// <param name="graph">The graph to take blocks from.</param>
    /// <param name="options">The budgets, as amounts.</param>
    /// <param name="pictures">Inputs, NCHW; at least one.</param>
    /// <param name="prune">Prunes the channels of a graph to the budgets.</param>
    /// <param name="cancellation">Stops the work.</param>
    public static PruneResult Run(Graph original, Graph graph, PruneOptions options, IReadOnlyList<Tensor> pictures, Func<Graph, PruneResult> prune, CancellationToken cancellation)
    {
        pictures = [.. pictures.Where((_, i) => i % Math.Max(1, pictures.Count / MostPictures) == 0).Take(MostPictures)];
        double[] costs = CostModels.Costs(graph, options.Budgets, options.Target);
        double[] needs = [.. options.Budgets.Select((b, i) => costs[i] - b.Limit)];
        PruneResult best = prune(graph);
        double error = OutputError.Of(original, best.Pruned, pictures, cancellation);
        var gone = new List<string>();
        Graph current = graph;
        int failures = 0;
        foreach (string name in Ranked(graph, options, pictures, costs, needs, cancellation))
        {
            if (failures == MostFailures) break;
            // A block's neighbours may have gone with their means folded: what it adds is measured anew.
            if (Array.Find(ResidualBlock.Of(current), b => b.Name == name) is not { } block) continue;
            Graph trial = block.Remove(Means(current, [block], pictures, cancellation)[name]);
            PruneResult result = prune(trial);
            double own = OutputError.Of(original, result.Pruned, pictures, cancellation);
            // A budget that channels alone do not meet is met at any price.
            if (best.Report.BudgetMet == result.Report.BudgetMet ? !(own < error) : best.Report.BudgetMet)
            {
                failures++;
                continue;
            }
            (current, best, error, failures) = (trial, result, own, 0);
            gone.Add(name);
        }
        return best with { Report = best.Report with { RemovedBlocks = gone, OutputError = error } };
    }

    private static IEnumerable<string> Ranked(Graph graph, PruneOptions options, IReadOnlyList<Tensor> pictures, double[] costs, double[] needs, CancellationToken cancellation)
    {
        ResidualBlock[] blocks = ResidualBlock.Of(graph);
        if (blocks.Length == 0) return [];
        Dictionary<string, double[]> means = Means(graph, blocks, pictures, cancellation);
        return [.. blocks.Select(b =>
        {
            Graph without = b.Remove(means[b.Name]);
            double[] left = CostModels.Costs(without, options.Budgets, options.Target);
            double gain = needs.Select((need, i) => need > 0 ? Math.Min(costs[i] - left[i], need) / need : 0).Sum();
            return (b.Name, Price: gain > 0 ? OutputError.Of(graph, without, pictures, cancellation) / gain : double.PositiveInfinity);
        }).Where(static b => double.IsFinite(b.Price)).OrderBy(static b => b.Price).Select(static b => b.Name)];
    }

    // What blocks add on average, a number a channel.
    private static Dictionary<string, double[]> Means(Graph graph, ResidualBlock[] blocks, IReadOnlyList<Tensor> pictures, CancellationToken cancellation)
    {
        var ofValue = blocks.ToDictionary(static b => b.Added.Name);
        var means = blocks.ToDictionary(static b => b.Name, static b => new double[b.Added.Dims[1]]);
        ActivationPass.Run(graph, [.. ofValue.Keys], pictures, (_, value, data) =>
        {
            double[] sums = means[ofValue[value].Name];
            int plane = data.Length / sums.Length;
            for (int c = 0; c < sums.Length; c++)
            {
                double sum = 0;
                foreach (float v in data.AsSpan(c * plane, plane)) sum += v;
                sums[c] += sum / plane / pictures.Count;
            }
        }, null, cancellation);
        return means;
    }
}
