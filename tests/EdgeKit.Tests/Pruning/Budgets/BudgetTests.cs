using EdgeKit.Onnx;
using EdgeKit.Pruning;
using EdgeKit.Pruning.Budgets;
using EdgeKit.Pruning.Identities;
using EdgeKit.Pruning.Scores;
using EdgeKit.Pruning.Surgery;
using EdgeKit.Pruning.Widths;
using Xunit;

namespace EdgeKit.Tests.Pruning.Budgets;

public class BudgetTests
{
    [Theory]
    [InlineData("0.8", 0.8, true)]
    [InlineData("1", 1, true)]
    [InlineData("1.5", 1.5, false)]
    [InlineData("200M", 2e8, false)]
    [InlineData("0.5G", 5e8, false)]
    [InlineData("90k", 9e4, false)]
    [InlineData("250000", 250000, false)]
    public void A_limit_up_to_one_is_a_share(string text, double limit, bool isShare) =>
        Assert.Equal(new Budget(BudgetQuantity.Macs, limit, isShare), Budget.Parse(BudgetQuantity.Macs, text));

    [Theory]
    [InlineData("")]
    [InlineData("M")]
    [InlineData("0")]
    [InlineData("-3M")]
    [InlineData("NaN")]
    [InlineData("1e999")]
    [InlineData("12 apples")]
    public void Other_limits_are_refused(string text) => Assert.Throws<FormatException>(() => Budget.Parse(BudgetQuantity.Macs, text));

    [Theory]
    [InlineData("mobilenet-v2")]
    [InlineData("mobilenet-v3-small")]
    [InlineData("shufflenet-v1")]
    [InlineData("shufflenet-v2")]
    [InlineData("squeezenet-1.1")]
    public void Models_of_weights_tell_what_the_pruned_graph_costs(string network)
    {
        Graph graph = Network(network);
        ChannelIdentities identities = ChannelIdentities.Of(graph);
        ModelSummary summary = ModelSummary.Of(graph);
        var options = new PruneOptions { MacBudget = 0.6 };
        var widths = new ChannelWidths(identities, options);
        CostModel macs = WeightCosts.Macs(identities, summary, widths), parameters = WeightCosts.Parameters(identities, summary, widths);
        Assert.Equal(summary.Macs, macs.Total, 1e-6 * summary.Macs);
        Assert.Equal(summary.Parameters, parameters.Total, 1e-6 * summary.Parameters);

        var costs = new AdditiveCosts(MagnitudeScore.L1.Score(identities, ScoreInputs.None));
        ChannelAtoms atoms = ChannelAtoms.Of(identities, costs.Scores);
        HashSet<int> removed = WidthSearch.Choose(identities, atoms.Atoms, costs, summary, options);
        ChannelAtom[] gone = [.. atoms.Atoms.Where(a => a.Groups.All(removed.Contains))];
        Dictionary<int, int> changes = widths.Changes(gone);
        double saving = macs.Saving(changes);
        widths.Remove(gone);
        macs.Update(changes);
        parameters.Update(changes);
        ModelSummary pruned = ModelSummary.Of(ChannelSurgery.Remove(identities, removed));
        Assert.Equal(pruned.Macs, macs.Total, 1e-6 * summary.Macs);
        Assert.Equal(summary.Macs - pruned.Macs, saving, 1e-6 * summary.Macs);
        Assert.Equal(pruned.Parameters, parameters.Total, 1e-6 * summary.Parameters);
    }

    [Theory]
    [InlineData(BudgetQuantity.Macs)]
    [InlineData(BudgetQuantity.Parameters)]
    [InlineData(BudgetQuantity.Time)]
    public void The_search_reaches_a_budget_and_stops_there(BudgetQuantity quantity)
    {
        Graph graph = Network("mobilenet-v2");
        PruneResult result = Pruner.Prune(graph, new PruneOptions { Budgets = [new Budget(quantity, 0.7, IsShare: true)], Target = new SteppedCosts() });
        BudgetOutcome outcome = Assert.Single(result.Report.Budgets);
        Assert.True(outcome.IsMet);
        Assert.InRange(outcome.Reached / outcome.Original, 0.6, 0.7);
    }

    [Fact]
    public void An_amount_is_as_good_as_a_share()
    {
        Graph graph = Network("shufflenet-v2");
        long macs = ModelSummary.Of(graph).Macs;
        PruneResult share = Pruner.Prune(graph, new PruneOptions { MacBudget = 0.75 });
        PruneResult amount = Pruner.Prune(graph, new PruneOptions { Budgets = [new Budget(BudgetQuantity.Macs, 0.75 * macs, IsShare: false)] });
        Assert.Equal(share.Report.Macs, amount.Report.Macs);
        Assert.InRange(amount.Report.Macs, 0, (long)(0.75 * macs));
    }

    [Fact]
    public void All_of_several_budgets_are_met()
    {
        Graph graph = Network("mobilenet-v2");
        PruneResult result = Pruner.Prune(graph, new PruneOptions { Budgets = [Budget.MacShare(0.8), new Budget(BudgetQuantity.Parameters, 0.5, IsShare: true)] });
        Assert.All(result.Report.Budgets, static b => Assert.True(b.IsMet));
        Assert.InRange(result.Report.Parameters, 0, result.Report.ParametersOriginal / 2);
    }

    [Fact]
    public void What_saves_no_time_stays()
    {
        // Steps of 16: the multiples of 8 between them are as slow, and a layer of another size costs nothing at all.
        var n = new SketchNet(1, 1, 3, 16, 16);
        Value slow = n.Op("Relu", n.Conv(n.Op("Relu", n.Conv(n.Input, 64, 3)), 48, 3));
        Value small = n.With("MaxPool", [slow], ("kernel_shape", new[] { 2, 2 }), ("strides", new[] { 2, 2 }));
        Value free = n.Conv(n.Op("Relu", n.Conv(small, 64, 3)), 4);
        PruneResult result = Pruner.Prune(n.Done(free), new PruneOptions { Budgets = [new Budget(BudgetQuantity.Time, 0.5, IsShare: true)], Target = new SteppedCosts { FreeWidth = 8 } });
        Assert.True(result.Report.BudgetMet);
        Assert.Equal(0, result.Report.Layers[0].Channels % 16);
        Assert.Equal(0, result.Report.Layers[1].Channels % 16);
        Assert.Equal(64, result.Report.Layers[2].Channels);
    }

    [Fact]
    public void A_latency_budget_without_a_target_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Pruner.Prune(Network("squeezenet-1.1"), new PruneOptions { Budgets = [new Budget(BudgetQuantity.Time, 0.5, IsShare: true)] }));

    [Fact]
    public void A_time_that_cannot_be_met_is_said()
    {
        PruneResult result = Pruner.Prune(Network("squeezenet-1.1"), new PruneOptions { Budgets = [new Budget(BudgetQuantity.Time, 1e-9, IsShare: false)], Target = new SteppedCosts() });
        Assert.False(result.Report.BudgetMet);
        Assert.StartsWith("the budget of 0 ms can't be met, ", result.Report.Shortfall, StringComparison.Ordinal);
    }

    private static Graph Network(string name)
    {
        Graph graph = Zoo.Create(name, new ZooOptions { Width = 0.5, Size = 32, Classes = 10 });
        Declutter.Run(graph);
        ShapeInference.Run(graph);
        return graph;
    }

    /// <summary>A machine that takes channels in steps of 16.</summary>
    private sealed class SteppedCosts : ILayerCosts
    {
        public string Name => "stepped";

        public bool Int8 => true;

        public string? Assumption => null;

        /// <summary>Maps of this width cost nothing.</summary>
        public int FreeWidth { get; init; }

        public double CostOf(LayerShape shape) => shape.Width == FreeWidth ? 0
            : 1e-6 * shape.Height * shape.Width * Step(shape.Outputs) * (shape.Kind == LayerKind.Dense ? shape.KernelHeight * shape.KernelWidth * Step(shape.Inputs / shape.Groups) : 9);

        private static int Step(int channels) => (channels + 15) / 16 * 16;
    }
}
