using EdgeKit.Onnx;
using EdgeKit.Pruning.Identities;
using EdgeKit.Pruning.Widths;

namespace EdgeKit.Pruning.Budgets;

/// <summary>Costs that are proportional to the weights a layer keeps: multiply-accumulates and parameters.</summary>
internal static class WeightCosts
{
    /// <summary>Multiply-accumulates: of a layer, its own times the kept share along each channel axis of its weights.</summary>
    public static CostModel Macs(ChannelIdentities identities, ModelSummary summary, ChannelWidths widths)
    {
        var macs = summary.Layers.ToDictionary(static l => l.Node, static l => (double)l.Macs);
        CostTerm[] terms = [.. identities.WeightAxes.Where(static w => w.IsWeights).GroupBy(static w => w.Node).Select(g => Proportional(macs[g.Key], g, widths))];
        return Model(widths, terms, summary.Macs);
    }

    /// <summary>Parameters, as <see cref="LayerSummary.Parameters"/> counts them: of a constant, its elements times the kept share along each of its channel axes.</summary>
    public static CostModel Parameters(ChannelIdentities identities, ModelSummary summary, ChannelWidths widths)
    {
        var counted = summary.Layers.Where(static l => l.Parameters > 0).Select(static l => l.Node).ToHashSet();
        CostTerm[] terms = [.. identities.WeightAxes.Where(w => counted.Contains(w.Node) && IsLearned(w))
            .GroupBy(static w => w.Node.Input(w.Input)).Select(g => Proportional(g.Key.Constant!.Length, g.Where(w => w.Node == g.First().Node && w.Input == g.First().Input), widths))];
        return Model(widths, terms, summary.Parameters);
    }

    // Running means and variances are measured, not learned.
    private static bool IsLearned(WeightAxis w) => w.Tensor.Length > 1 && (w.Node.OpType == "BatchNormalization" ? w.Input is 1 or 2 : true);

    private static CostTerm Proportional(double cost, IEnumerable<WeightAxis> axes, ChannelWidths widths)
    {
        WeightAxis[] all = [.. axes];
        return new CostTerm([.. all.Select(w => widths.IndexOf(w.Channels))], kept =>
        {
            double left = cost;
            for (int a = 0; a < all.Length; a++) left *= (double)kept[a] / all[a].Channels.Length;
            return left;
        });
    }

    private static CostModel Model(ChannelWidths widths, CostTerm[] terms, double total) =>
        new(widths, terms, total - new CostModel(widths, terms).Total);
}
