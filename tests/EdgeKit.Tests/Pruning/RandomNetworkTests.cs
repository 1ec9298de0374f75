using EdgeKit.Onnx;
using EdgeKit.Pruning;
using EdgeKit.Pruning.Identities;
using EdgeKit.Pruning.Surgery;
using EdgeKit.Testing;
using Xunit;

namespace EdgeKit.Tests.Pruning;

public class RandomNetworkTests
{
    [Fact]
    public void Pruned_networks_compute_what_masked_ones_do()
    {
        int removed = 0;
        for (int seed = 0; seed < 150; seed++) removed += PruningOracle.CheckRandom(RandomNetwork.Create(seed), seed, share: 0.4);
        Assert.True(removed > 1000, $"only {removed} channels were removed in all");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void The_search_removes_what_can_be_removed(int multiple)
    {
        int met = 0;
        for (int seed = 200; seed < 240; seed++)
        {
            double kept = PruningOracle.CheckSearch(RandomNetwork.Create(seed), new PruneOptions { MacBudget = 0.8, Multiple = multiple });
            if (kept <= 0.8) met++;
        }
        Assert.True(met >= (multiple == 1 ? 35 : 20), $"the budget was met {met} times of 40");
    }

    [Fact]
    public void The_check_sees_a_wrong_channel()
    {
        int seen = 0;
        for (int seed = 0; seed < 10; seed++)
        {
            Graph graph = RandomNetwork.Create(seed);
            ChannelIdentities identities = ChannelIdentities.Of(graph);
            HashSet<int> removed = PruningOracle.RandomRemoval(identities, seed, 0.4), other = PruningOracle.RandomRemoval(identities, seed + 1, 0.4);
            var feeds = PruningOracle.Feeds(graph, seed);
            Tensor a = ReferenceExecutor.Run(Masking.ZeroConsumers(identities, removed), feeds).Values.First();
            Tensor b = ReferenceExecutor.Run(ChannelSurgery.Remove(identities, other), feeds).Values.First();
            double[] x = a.ToDoubles(), y = b.ToDoubles();
            if (x.Zip(y, static (p, q) => Math.Abs(p - q)).Max() > 1e-3 * (x.Max() - x.Min())) seen++;
        }
        Assert.True(seen >= 8, $"{seen} of 10 wrong removals were seen");
    }
}
