using EdgeKit.Onnx;
using EdgeKit.Pruning;
using EdgeKit.Pruning.Identities;
using EdgeKit.Pruning.Scores;
using EdgeKit.Pruning.Widths;
using Xunit;

namespace EdgeKit.Tests.Pruning;

public class WidthSearchTests
{
    [Fact]
    public void Layers_keep_multiples_and_odd_widths_go_down_to_one()
    {
        var n = new SketchNet(1, 1, 3, 8, 8);
        Value a = n.Op("Relu", n.Conv(n.Input, 32, 3)), b = n.Op("Relu", n.Conv(a, 29, 3)), c = n.Conv(b, 16, 3);
        PruneResult result = Pruner.Prune(n.Done(n.Gemm(n.With("Flatten", [n.Pool(c)], ("axis", 1)), 10)), new PruneOptions { MacBudget = 0.5 });
        Assert.True(result.Report.BudgetMet);
        Assert.Null(result.Report.Shortfall);
        foreach (LayerWidth layer in result.Report.Layers.Take(3))
        {
            Assert.True(layer.Channels % 8 == 0 || layer.Channels == layer.ChannelsOriginal, $"{layer}");
            Assert.InRange(layer.Channels, 8, layer.ChannelsOriginal);
        }
        Assert.Equal(10, result.Report.Layers[3].Channels);
        Assert.Equal(ModelSummary.Of(result.Pruned).Macs, result.Report.Macs);
        Assert.Equal(result.Report.Macs, result.Report.Layers.Sum(static l => l.Macs));
    }

    [Fact]
    public void A_budget_that_cannot_be_met_is_said_with_the_reason()
    {
        var n = new SketchNet(1, 1, 3, 8, 8);
        Value a = n.Conv(n.Input, 32, 3);
        PruneResult result = Pruner.Prune(n.Done(n.With("Softmax", [n.Conv(a, 16, 3)], ("axis", 1))), new PruneOptions { MacBudget = 0.1 });
        Assert.False(result.Report.BudgetMet);
        Assert.Equal(8, result.Report.Layers[0].Channels);
        Assert.Equal(16, result.Report.Layers[1].Channels);
        Assert.Contains("budget of 10 % of the MACs can't be met, 25 % is the least", result.Report.Shortfall);
        Assert.Contains("16 channels have to stay (Softmax", result.Report.Shortfall);
        FrozenChannels frozen = Assert.Single(result.Report.Frozen);
        Assert.Equal(16, frozen.Channels);
    }

    [Fact]
    public void No_layer_loses_more_than_its_share()
    {
        var n = new SketchNet(1, 1, 3, 8, 8);
        Value a = n.Conv(n.Input, 40, 3), b = n.Conv(a, 40, 3);
        Graph graph = n.Done(n.Conv(b, 4));
        PruneResult result = Pruner.Prune(graph, new PruneOptions { MacBudget = 0.1, MaxLayerRatio = 0.5 });
        Assert.Equal([24, 24, 4], result.Report.Layers.Select(static l => l.Channels));
    }

    [Fact]
    public void The_cheapest_channels_go_first()
    {
        var n = new SketchNet(1, 1, 3, 4, 4);
        Value a = n.Conv(n.Input, 4), y = n.Conv(a, 2);
        float[] columns = [5, 0.1f, 4, 3, 5, 0.1f, 4, 3];
        Graph.SetConstant(y.Producer!.Input(1), Tensor.Of(columns, 2, 4, 1, 1));
        PruneResult result = Pruner.Prune(n.Done(y), new PruneOptions { MacBudget = 0.75, Multiple = 1 });
        Assert.Equal([5f, 4, 3, 5, 4, 3], result.Pruned.Nodes[1].ConstantInput(1)!.ToFloats());
    }

    [Fact]
    public void Magnitude_is_the_share_of_a_layers_norms_summed_over_layers()
    {
        var n = new SketchNet();
        Value a = n.Conv(n.Input, 2), y = n.Conv(a, 2), z = n.Conv(a, 1);
        Graph.SetConstant(a.Producer!.Input(1), Tensor.Of([1f, -2, 3, 0, 6, 0], 2, 3, 1, 1));
        Graph.SetConstant(y.Producer!.Input(1), Tensor.Of([3f, 1, -4, 0], 2, 2, 1, 1));
        Graph.SetConstant(z.Producer!.Input(1), Tensor.Of([1f, 1], 1, 2, 1, 1));
        ChannelIdentities ids = ChannelIdentities.Of(n.Done(y, z));
        int[] g = ids.Of(a)!.Groups;
        AssertScores(MagnitudeScore.L1, 7.0 / 8 + 0.5, 1.0 / 8 + 0.5);
        AssertScores(MagnitudeScore.L2, 5.0 / 6 + 0.5, 1.0 / 6 + 0.5);
        AssertScores(MagnitudeScore.FilterL1, 0.5, 0.5);
        AssertScores(MagnitudeScore.FilterL2, Math.Sqrt(14) / (Math.Sqrt(14) + 6), 6 / (Math.Sqrt(14) + 6));

        void AssertScores(MagnitudeScore score, params double[] expected)
        {
            double[] scores = score.Score(ids, ScoreInputs.None);
            for (int k = 0; k < expected.Length; k++) Assert.Equal(expected[k], scores[g[k]], 9);
        }
    }

    [Fact]
    public void A_grouped_layer_loses_equally_many_of_each_group()
    {
        var n = new SketchNet();
        Value a = n.Conv(n.Input, 6), y = n.Conv(n.Conv(a, 4, 1, 2), 3);
        ChannelIdentities ids = ChannelIdentities.Of(n.Done(y));
        int[] g = ids.Of(a)!.Groups;
        double[] scores = new double[ids.Groups.Count];
        for (int k = 0; k < 6; k++) scores[g[k]] = new[] { 3, 1, 2, 4, 6, 5 }[k];
        ChannelAtoms atoms = ChannelAtoms.Of(ids, scores);
        // By rank within the groups {3,1,2} and {4,6,5}.
        Assert.Equal([(1, 3), (2, 5), (0, 4)], atoms.Atoms.Where(t => t.Groups.All(g.Contains)).OrderBy(static t => t.Score)
            .Select(t => (Array.IndexOf(g, t.Groups.Min()), Array.IndexOf(g, t.Groups.Max()))));
    }

    [Fact]
    public void A_shuffle_between_grouped_layers_is_thinned_in_balance()
    {
        var n = new SketchNet();
        Value a = n.Conv(n.Conv(n.Input, 12), 12, 1, 3), y = n.Conv(n.Conv(n.Shuffle(a, 3), 6, 1, 3), 2);
        ChannelIdentities ids = ChannelIdentities.Of(n.Done(y));
        int[] g = ids.Of(a)!.Groups, shuffled = [.. Movement.Shuffled(12, 3).Select(s => g[s])];
        double[] scores = [.. ids.Groups.Select(static c => (c.Index * 7919 % 13) + 1.0)];
        ChannelAtom[] atoms = [.. ChannelAtoms.Of(ids, scores).Atoms.Where(t => g.Contains(t.Groups[0]))];
        Assert.Equal(4, atoms.Length);
        Assert.All(atoms, t =>
        {
            Assert.Equal([0, 1, 2], t.Groups.Select(c => Array.IndexOf(g, c) / 4).Order());
            Assert.Equal([0, 1, 2], t.Groups.Select(c => Array.IndexOf(shuffled, c) / 4).Order());
        });
        Assert.Equal(12, atoms.SelectMany(static t => t.Groups).Distinct().Count());
    }

    [Fact]
    public void A_grouped_layer_with_a_fixed_channel_stays()
    {
        var n = new SketchNet();
        Value a = n.Conv(n.Input, 4), y = n.Conv(a, 4, 1, 2);
        ChannelIdentities ids = ChannelIdentities.Of(n.Done(n.Conv(y, 2), n.Slice(a, 1, 0, 1)));
        ChannelAtoms atoms = ChannelAtoms.Of(ids, new double[ids.Groups.Count]);
        int[] g = ids.Of(a)!.Groups;
        Assert.Contains("groups equal", atoms.Frozen[g[3]]);
        Assert.DoesNotContain(atoms.Atoms, t => t.Groups.Any(g.Contains));
    }

    [Fact]
    public void The_cheapest_matching_is_found()
    {
        double[,] cost = { { 4, 1, 3 }, { 2, 0, 5 }, { 3, 2, double.PositiveInfinity } };
        Assert.Equal([2, 1, 0], CellMatching.Cheapest(3, (r, c) => cost[r, c]));
    }

    [Theory]
    [InlineData(0, 8, 0.5)]
    [InlineData(1.1, 8, 0.5)]
    [InlineData(double.NaN, 8, 0.5)]
    [InlineData(0.5, 0, 0.5)]
    [InlineData(0.5, 8, -0.1)]
    public void Options_out_of_range_are_refused(double budget, int multiple, double ratio)
    {
        Graph graph = RandomNetwork.Create(1);
        Assert.Throws<ArgumentOutOfRangeException>(() => Pruner.Prune(graph, new PruneOptions { MacBudget = budget, Multiple = multiple, MaxLayerRatio = ratio }));
    }

    [Fact]
    public void The_text_fits_its_columns_and_a_cancelled_search_stops()
    {
        Graph graph = Zoo.Create("mobilenet-v2", new ZooOptions { Width = 0.35, Size = 32, Classes = 10 });
        PruneResult result = Pruner.Prune(graph, new PruneOptions { MacBudget = 0.8 });
        string[] lines = result.Report.ToText(80).Split('\n');
        Assert.All(lines.Take(1 + result.Report.Layers.Count), static l => Assert.True(l.Length <= 80, l));
        Assert.Contains(lines, static l => l.StartsWith("MACs", StringComparison.Ordinal));
        Assert.Throws<OperationCanceledException>(() => Pruner.Prune(graph, new PruneOptions { MacBudget = 0.8 }, null, new CancellationToken(canceled: true)));
    }
}
