using EdgeKit.Onnx;
using EdgeKit.Pruning.Identities;
using EdgeKit.Pruning.Widths;

namespace EdgeKit.Pruning.Budgets;

/// <summary>The cost models of the quantities that budgets limit.</summary>
internal static class CostModels
{
    /// <summary>The model of a graph's cost at its present widths.</summary>
    /// <param name="quantity">What is limited.</param>
    /// <param name="identities">The channels.</param>
    /// <param name="summary">Costs of the whole graph.</param>
    /// <param name="widths">The widths.</param>
    /// <param name="target">What tells times.</param>
    public static CostModel Of(BudgetQuantity quantity, ChannelIdentities identities, ModelSummary summary, ChannelWidths widths, ILayerCosts? target) => quantity switch
    {
        BudgetQuantity.Macs => WeightCosts.Macs(identities, summary, widths),
        BudgetQuantity.Parameters => WeightCosts.Parameters(identities, summary, widths),
        _ => TimeCosts.Of(identities, widths, target!),
    };

    /// <summary>What a graph costs of each budget's quantity.</summary>
    public static double[] Costs(Graph graph, IReadOnlyList<Budget> budgets, ILayerCosts? target)
    {
        ModelSummary summary = ModelSummary.Of(graph);
        return [.. budgets.Select(b => b.Quantity switch
        {
            BudgetQuantity.Macs => summary.Macs,
            BudgetQuantity.Parameters => summary.Parameters,
            _ => TimeCosts.Of(graph, target!),
        })];
    }
}
