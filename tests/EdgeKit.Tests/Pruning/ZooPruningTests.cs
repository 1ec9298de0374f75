using EdgeKit.Onnx;
using EdgeKit.Pruning;
using EdgeKit.Pruning.Scores;
using EdgeKit.Testing;
using Xunit;

namespace EdgeKit.Tests.Pruning;

public class ZooPruningTests
{
    public static TheoryData<string, bool> Networks
    {
        get
        {
            var data = new TheoryData<string, bool>();
            foreach (string name in Zoo.Names)
            {
                data.Add(name, true);
                data.Add(name, false);
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void A_pruned_network_computes_what_the_masked_one_does(string name, bool declutter)
    {
        Graph graph = Create(name, declutter);
        Assert.True(PruningOracle.CheckRandom(graph, seed: 7, share: 0.3) > 0, "nothing was prunable");
        foreach (int multiple in new[] { 1, 8 })
        {
            double kept = PruningOracle.CheckSearch(graph, new PruneOptions { MacBudget = 0.7, Multiple = multiple, Score = MagnitudeScore.L1 });
            Assert.InRange(kept, 0.3, multiple == 1 ? 0.7 : 0.999);
        }
    }

    private static Graph Create(string name, bool declutter)
    {
        Graph graph = Zoo.Create(name, new ZooOptions { Width = name.StartsWith("resnet", StringComparison.Ordinal) ? 0.25 : 0.5, Size = 32, Classes = 10 });
        if (declutter) Declutter.Run(graph);
        ShapeInference.Run(graph);
        return graph;
    }
}
