using EdgeKit.Onnx;
using EdgeKit.Pruning;
using EdgeKit.Pruning.Blocks;
using EdgeKit.Pruning.Identities;
using EdgeKit.Pruning.Refit;
using EdgeKit.Pruning.Scores;
using EdgeKit.Pruning.Surgery;
using EdgeKit.Testing;
using EdgeKit.Tests.Onnx.Passes;
using Xunit;

namespace EdgeKit.Tests.Pruning.Refit;

public class SequentialRefitTests
{
    private static readonly Tensor[] Pictures = [.. Enumerable.Range(0, 20).Select(static i => TestNet.Picture([1, 3, 8, 8], new Random(i)))];

    // Three colours: whatever 1x1 filters make of them, three of their outputs give all others.
    [Theory]
    [InlineData("pointwise")]
    [InlineData("3x3")]
    [InlineData("gemm")]
    [InlineData("shortcut")]
    [InlineData("grouped")]
    [InlineData("concat")]
    public void Channels_that_others_give_are_not_missed(string kind)
    {
        var n = new SketchNet(7, 1, 3, 8, 8);
        Value a = n.Conv(n.Input, 6), y = kind switch
        {
            "pointwise" => n.Conv(a, 5),
            "3x3" => n.Conv(a, 5, 3),
            "gemm" => n.Gemm(n.With("Flatten", [n.Pool(a)], ("axis", 1)), 5),
            "shortcut" => n.Op("Add", n.Conv(a, 5), n.Conv(n.Input, 5, 3)),
            "grouped" => n.Conv(n.Concat(1, a, n.Conv(n.Input, 6)), 4, 3, 2),
            _ => n.Conv(n.Concat(1, a, n.Input), 5, 3),
        };
        Graph graph = n.Done(n.Op("Relu", y), y);
        ChannelIdentities ids = ChannelIdentities.Of(graph);
        int[] g = ids.Of(a)!.Groups;
        HashSet<int> removed = [g[1], g[4]];
        if (kind == "grouped") removed.UnionWith(ids.Of(graph.Nodes[1].Output)!.Groups.Take(2));
        Graph pruned = ChannelSurgery.Remove(ids, removed);
        double before = OutputError.Of(graph, pruned, Pictures, default);
        SequentialRefit.Apply(graph, ids, removed, pruned, Pictures, statistics: false);
        Assert.True(before > 1e-2, $"nothing was lost: {before}");
        foreach (Tensor picture in Pictures)
        {
            var feeds = new Dictionary<string, Tensor> { ["x"] = picture };
            Dictionary<string, Tensor> want = ReferenceExecutor.Run(graph, feeds), got = ReferenceExecutor.Run(pruned, feeds);
            foreach ((string name, Tensor value) in want)
            {
                double[] w = value.ToDoubles(), v = got[name].ToDoubles();
                Assert.Equal(w.Length, v.Length);
                Assert.InRange(w.Zip(v, static (p, q) => Math.Abs(p - q)).Max(), 0, 1e-4 * w.Max(Math.Abs));
            }
        }
    }

    [Theory]
    [InlineData("mobilenet-v2")]
    [InlineData("mobilenet-v3-small")]
    [InlineData("shufflenet-v1")]
    [InlineData("shufflenet-v2")]
    [InlineData("squeezenet-1.1")]
    [InlineData("resnet-18")]
    public void Zoo_networks_come_nearer_to_the_original(string network)
    {
        Graph graph = Zoo.Create(network, new ZooOptions { Width = 0.25, Size = 32, Classes = 10 });
        Declutter.Run(graph);
        ShapeInference.Run(graph);
        Tensor[] pictures = [.. Enumerable.Range(0, 40).Select(static i => TestNet.Picture([1, 3, 32, 32], new Random(i)))];
        var options = new PruneOptions { MacBudget = 0.8, Multiple = 2, Pictures = pictures, Score = new SurgeonScore() };
        PruneResult bare = Pruner.Prune(graph, options with { Refit = RefitMethod.None }), fitted = Pruner.Prune(graph, options with { Refit = RefitMethod.LeastSquares });
        Assert.True(fitted.Report.BudgetMet, fitted.Report.Shortfall);
        double before = OutputError.Of(graph, bare.Pruned, pictures, default), after = OutputError.Of(graph, fitted.Pruned, pictures, default);
        Assert.True(after < 0.7 * before, $"{before} -> {after}");
    }

    [Fact]
    public void Random_networks_are_fitted()
    {
        int better = 0, removed = 0;
        for (int seed = 0; seed < 25; seed++)
        {
            Graph graph = RandomNetwork.Create(seed);
            ChannelIdentities ids = ChannelIdentities.Of(graph);
            HashSet<int> gone = PruningOracle.RandomRemoval(ids, seed, 0.3);
            removed += gone.Count;
            Tensor[] pictures = [.. Enumerable.Range(0, 12).Select(i => TestNet.Picture(graph.Inputs[0].Dims, new Random(i)))];
            Graph bare = ChannelSurgery.Remove(ids, gone), fitted = ChannelSurgery.Remove(ids, gone);
            SequentialRefit.Apply(graph, ids, gone, fitted, pictures, statistics: seed % 2 == 1);
            if (Error(fitted) <= Error(bare)) better++;

            double Error(Graph changed) => pictures.Sum(p =>
            {
                var feeds = new Dictionary<string, Tensor> { ["x"] = p };
                return ReferenceExecutor.Run(graph, feeds).Zip(ReferenceExecutor.Run(changed, feeds), static (a, b) => a.Value.ToDoubles().Zip(b.Value.ToDoubles(), static (x, y) => (x - y) * (x - y)).Sum()).Sum();
            });
        }
        Assert.True(removed > 150, $"only {removed} channels were removed in all");
        Assert.True(better >= 20, $"{better} of 25 came nearer");
    }

    [Fact]
    public void Without_pictures_nothing_can_be_fitted()
    {
        var n = new SketchNet(1, 1, 3, 8, 8);
        Graph graph = n.Done(n.Conv(n.Conv(n.Input, 16), 4));
        Assert.Contains("there are none", Assert.Throws<ModelException>(() => Pruner.Prune(graph, new PruneOptions { Refit = RefitMethod.LeastSquares })).Message, StringComparison.Ordinal);
        Assert.Equal("none", Pruner.Prune(graph, new PruneOptions { MacBudget = 0.6 }).Report.Refit);
    }

    [Fact]
    public void A_cancelled_fit_stops()
    {
        var n = new SketchNet(1, 1, 3, 8, 8);
        Graph graph = n.Done(n.Conv(n.Conv(n.Input, 16), 4));
        ChannelIdentities ids = ChannelIdentities.Of(graph);
        HashSet<int> removed = [ids.Of(graph.Nodes[0].Output)!.Groups[0]];
        Graph pruned = ChannelSurgery.Remove(ids, removed);
        Assert.Throws<OperationCanceledException>(() => SequentialRefit.Apply(graph, ids, removed, pruned, Pictures, false, null, new CancellationToken(canceled: true)));
    }
}
