using EdgeKit.Onnx;
using EdgeKit.Pruning;
using EdgeKit.Pruning.Identities;
using EdgeKit.Pruning.Scores;
using EdgeKit.Pruning.Surgery;
using EdgeKit.Pruning.Widths;
using Xunit;

namespace EdgeKit.Testing;

/// <summary>
/// What pruning must do: the pruned graph computes what the original computes when nobody reads the removed channels.
/// </summary>
public static class PruningOracle
{
    /// <summary>Removes about a share of everything that may go, at random, and checks the result. Returns how many groups went.</summary>
    public static int CheckRandom(Graph graph, int seed, double share, double tolerance = 1e-5)
    {
        ChannelIdentities identities = ChannelIdentities.Of(graph);
        HashSet<int> removed = RandomRemoval(identities, seed, share);
        Check(identities, removed, seed, tolerance);
        return removed.Count;
    }

    /// <summary>Chooses channels by the pruner's own search and checks the result. Returns what is left of the multiply-accumulates.</summary>
    public static double CheckSearch(Graph graph, PruneOptions options, double tolerance = 1e-5)
    {
        ChannelIdentities identities = ChannelIdentities.Of(graph);
        ModelSummary summary = ModelSummary.Of(graph);
        var costs = new AdditiveCosts(options.Score.Score(identities, ScoreInputs.None));
        ChannelAtoms atoms = ChannelAtoms.Of(identities, costs.Scores);
        HashSet<int> removed = WidthSearch.Choose(identities, atoms.Atoms, costs, summary, options);
        Graph pruned = Check(identities, removed, 1, tolerance);
        return (double)ModelSummary.Of(pruned).Macs / summary.Macs;
    }

    /// <summary>Compares the pruned graph, computed by the reference operators, with the original whose consumers of removed channels are zeroed.</summary>
    public static Graph Check(ChannelIdentities identities, HashSet<int> removed, int seed, double tolerance = 1e-5)
    {
        Graph pruned = ChannelSurgery.Remove(identities, removed);
        Graph masked = Masking.ZeroConsumers(identities, removed);
        var feeds = Feeds(masked, seed);
        Dictionary<string, Tensor> expected = ReferenceExecutor.Run(masked, feeds), actual = ReferenceExecutor.Run(pruned, feeds);
        Assert.Equal(expected.Keys.Order(), actual.Keys.Order());
        foreach ((string name, Tensor e) in expected)
        {
            Assert.Equal(e.Shape, actual[name].Shape);
            double[] want = e.ToDoubles(), got = actual[name].ToDoubles();
            double range = want.Max() - want.Min();
            Assert.True(range > 1e-3 * want.Max(Math.Abs), $"{name} of {identities.Graph.Name} is almost constant ({want.Min()} to {want.Max()}): that shows nothing");
            double error = want.Zip(got, static (w, g) => Math.Abs(w - g)).Max();
            Assert.True(error <= tolerance * range, $"{name} of {identities.Graph.Name} is off by {error:g3} in a range of {range:g3}");
        }
        return pruned;
    }

    /// <summary>A random choice of about a share of all atoms that leaves every tensor at least one channel.</summary>
    public static HashSet<int> RandomRemoval(ChannelIdentities identities, int seed, double share)
    {
        var random = new Random(seed);
        double[] scores = [.. identities.Groups.Select(_ => random.NextDouble())];
        var widths = new ChannelWidths(identities, new PruneOptions { Multiple = 1, MaxLayerRatio = 1 });
        var removed = new HashSet<int>();
        foreach (ChannelAtom atom in ChannelAtoms.Of(identities, scores).Atoms)
        {
            if (random.NextDouble() >= share || widths.Chunk([atom]) == 0) continue;
            widths.Remove([atom]);
            removed.UnionWith(atom.Groups);
        }
        return removed;
    }

    /// <summary>Random inputs of a graph, standard normal.</summary>
    public static Dictionary<string, Tensor> Feeds(Graph graph, int seed)
    {
        var random = new Random(seed);
        return graph.Inputs.ToDictionary(static v => v.Name, v =>
        {
            float[] data = new float[Tensor.ElementCount(v.Dims)];
            for (int k = 0; k < data.Length; k++)
                data[k] = (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
            return Tensor.Of(data, v.Dims);
        });
    }
}
