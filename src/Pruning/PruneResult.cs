using EdgeKit.Onnx;
using EdgeKit.Pruning.Budgets;
using EdgeKit.Pruning.Identities;
using EdgeKit.Pruning.Refit;
using EdgeKit.Pruning.Widths;

namespace EdgeKit.Pruning;

/// <summary>A pruned graph and the report on it.</summary>
/// <param name="Pruned">The graph, as far as it could be pruned.</param>
/// <param name="Report">What was done, as plain records.</param>
public sealed record PruneResult(Graph Pruned, PruneReport Report)
{
    internal static PruneResult Of(Graph graph, ChannelIdentities identities, ChannelAtoms atoms, Graph pruned, PruneOptions options)
    {
        ModelSummary original = ModelSummary.Of(graph);
        ModelSummary summary = ModelSummary.Of(pruned);
        return new PruneResult(pruned, new PruneReport
        {
            Score = options.Score.Name,
            Refit = RefitMethods.NameOf(options.Refit ?? RefitMethod.None),
            Budgets = [.. options.Budgets.Select(b => Outcome(b, graph, original, pruned, summary, options.Target))],
            Target = options.Target?.Name,
            Assumption = options.Target?.Assumption,
            Multiple = options.Multiple,
            MaxLayerRatio = options.MaxLayerRatio,
            MacsOriginal = original.Macs,
            Macs = summary.Macs,
            ParametersOriginal = original.Parameters,
            Parameters = summary.Parameters,
            Layers = Widths(original, summary),
            Frozen = FrozenChannels.Of(identities, atoms.Frozen),
        });
    }

    private static BudgetOutcome Outcome(Budget budget, Graph graph, ModelSummary original, Graph pruned, ModelSummary summary, ILayerCosts? target)
    {
        (string unit, double before, double after) = budget.Quantity switch
        {
            BudgetQuantity.Macs => ("MACs", original.Macs, summary.Macs),
            BudgetQuantity.Parameters => ("parameters", original.Parameters, summary.Parameters),
            _ => ("ms", TimeCosts.Of(graph, target!), TimeCosts.Of(pruned, target!)),
        };
        return new BudgetOutcome(budget.Quantity, unit, budget.Of(before), budget.IsShare, before, after);
    }

    private static LayerWidth[] Widths(ModelSummary original, ModelSummary pruned)
    {
        var after = pruned.Layers.ToDictionary(static l => l.Node.Name, StringComparer.Ordinal);
        return [.. original.Layers.Where(static l => l.Macs > 0 && l.Node.ConstantInput(1) is not null).Select(before =>
        {
            // A layer of a block that went as a whole has nothing left.
            LayerSummary? now = after.GetValueOrDefault(before.Node.Name);
            // Channels are the last axis behind a MatMul, axis 1 elsewhere.
            int axis = before.Node.OpType == "MatMul" ? before.OutputShape.Count - 1 : 1;
            return new LayerWidth(before.Node.Name, before.Node.OpType, before.OutputShape[axis], now?.OutputShape[axis] ?? 0,
                before.Macs, now?.Macs ?? 0, before.Parameters, now?.Parameters ?? 0);
        })];
    }
}
