using EdgeKit.Onnx;
using EdgeKit.Pruning;
using EdgeKit.Pruning.Identities;
using EdgeKit.Pruning.Scores;
using EdgeKit.Tests.Onnx.Passes;
using EdgeKit.Training.Distilling;
using Xunit;

namespace EdgeKit.Tests.Pruning.Scores;

public class ScoreTests
{
    private static readonly IChannelScore[] All = [MagnitudeScore.Group, MagnitudeScore.L1, MagnitudeScore.L2, new GeometricMedianScore(), new EntropyScore(), new TaylorScore(OutputGradients.Of), new SurgeonScore()];

    private static readonly Tensor[] Pictures = [.. Enumerable.Range(0, 10).Select(static i => TestNet.Picture([1, 3, 8, 8], new Random(i)))];

    public static TheoryData<string> Names => [.. All.Select(static s => s.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_order_of_channels_does_not_matter(string name)
    {
        int[] order = [3, 0, 5, 1, 7, 2, 6, 4];
        double[] plain = Scores(name, Net([.. Enumerable.Range(0, 8)], 1)), shuffled = Scores(name, Net(order, 1));
        for (int k = 0; k < order.Length; k++) Assert.Equal(plain[order[k]], shuffled[k], 1e-4 * plain.Max());
    }

    // What a layer reads may be written in any unit, if its weights are.
    [Fact]
    public void Least_squares_does_not_see_the_scale_of_a_channel()
    {
        double[] plain = Scores("obs", Net([.. Enumerable.Range(0, 8)], 1)), scaled = Scores("obs", Net([.. Enumerable.Range(0, 8)], 16));
        for (int k = 0; k < plain.Length; k++) Assert.Equal(plain[k], scaled[k], 1e-3 * plain.Max());
    }

    // The derivative by a gate at 1 is what removing the channel changes to first order: here every derivative by a weight is 1.
    [Fact]
    public void Taylor_is_the_square_of_the_derivative_by_a_gate()
    {
        ChannelIdentities ids = ChannelIdentities.Of(Net([.. Enumerable.Range(0, 8)], 1));
        double[] scores = new TaylorScore((graph, pictures, _) => pictures.Select(_ => (IReadOnlyDictionary<string, float[]>)graph.Nodes
            .Where(static n => n.Is("Conv")).ToDictionary(static n => n.Input(1).Name, static n => Enumerable.Repeat(1f, n.Input(1).Constant!.Length).ToArray())))
            .Score(ids, new ScoreInputs { Pictures = Pictures });
        foreach (ChannelGroup group in ids.Groups.Where(static g => !g.IsFrozen))
        {
            double sum = ids.WeightAxes.Where(static a => a is { IsWeights: true, Role: ChannelRole.Consumer })
                .Sum(a => a.Tensor.ToFloats().Select((w, k) => a.Channels[a.IndexOf(k)] == group.Index ? (double)w : 0).Sum());
            Assert.Equal(sum * sum, scores[group.Index], 1e-6 * (1 + sum * sum));
        }
    }

    [Fact]
    public void A_filter_in_the_middle_of_the_others_goes_first()
    {
        var n = new SketchNet(1, 1, 3, 8, 8);
        Value a = n.Conv(n.Input, 4), y = n.Conv(a, 2);
        Graph.SetConstant(a.Producer!.Input(1), Tensor.Of([5f, 0, 0, 0.1f, 0, 0, -5, 0, 0, 0, 5, 0], 4, 3, 1, 1));
        ChannelIdentities ids = ChannelIdentities.Of(n.Done(y));
        double[] scores = new GeometricMedianScore().Score(ids, ScoreInputs.None);
        Assert.Equal(ids.Of(a)!.Groups[1], Array.IndexOf(scores, ids.Of(a)!.Groups.Min(g => scores[g])));
    }

    [Fact]
    public void A_channel_that_is_always_the_same_has_no_entropy()
    {
        var n = new SketchNet(1, 1, 3, 8, 8);
        Value a = n.Conv(n.Input, 4), y = n.Conv(n.Op("Relu", a), 2);
        Graph.SetConstant(a.Producer!.Input(2), Tensor.Of([0f, 0, -100, 0], 4));
        ChannelIdentities ids = ChannelIdentities.Of(n.Done(y));
        double[] scores = new EntropyScore().Score(ids, new ScoreInputs { Pictures = Pictures });
        int[] g = ids.Of(a)!.Groups;
        Assert.Equal(0, scores[g[2]], 1e-12);
        Assert.All(new[] { 0, 1, 3 }, k => Assert.True(scores[g[k]] > 0.05));
    }

    [Fact]
    public void Batch_normalization_is_read_where_it_was_folded()
    {
        var n = new SketchNet(1, 1, 3, 8, 8);
        Value a = n.BatchNorm(n.Conv(n.Input, 4)), y = n.Conv(n.Op("Relu", a), 2);
        float[] gamma = [1, -3, 2, 4];
        Graph.SetConstant(a.Producer!.Input(1), Tensor.Of(gamma, 4));
        Graph graph = n.Done(y);
        double[] apart = Of(ChannelIdentities.Of(graph), ScoreInputs.None);
        var norms = new Dictionary<string, BatchNormStatistics>();
        Declutter.Run(graph, norms);
        ShapeInference.Run(graph);
        double[] folded = Of(ChannelIdentities.Of(graph), new ScoreInputs { BatchNorms = norms });
        for (int k = 0; k < gamma.Length; k++)
        {
            Assert.Equal(Math.Abs((double)gamma[k]) / 10, folded[k], 1e-9);
            Assert.Equal(folded[k], apart[k], 1e-9);
        }

        double[] Of(ChannelIdentities ids, ScoreInputs inputs)
        {
            double[] scores = new BatchNormScore().Score(ids, inputs);
            Value read = ids.Graph.Nodes.First(static v => v.OpType == "Relu").Input(0);
            return [.. ids.Of(read)!.Groups.Select(g => scores[g])];
        }
    }

    [Fact]
    public void Without_batch_normalization_the_message_names_the_way_out()
    {
        ModelException e = Assert.Throws<ModelException>(() => Pruner.Prune(Net([.. Enumerable.Range(0, 8)], 1), new PruneOptions { Score = new BatchNormScore() }));
        Assert.Contains("take another score", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("entropy")]
    [InlineData("obs")]
    public void A_score_of_pictures_needs_pictures(string name)
    {
        Graph graph = Net([.. Enumerable.Range(0, 8)], 1);
        ModelException e = Assert.Throws<ModelException>(() => Pruner.Prune(graph, new PruneOptions { Score = All.Single(s => s.Name == name) }));
        Assert.Contains("measured on pictures", e.Message, StringComparison.Ordinal);
    }

    // Eight channels, in a given order, of which the first is scaled and read by as much less.
    private static Graph Net(int[] order, float scale)
    {
        var n = new SketchNet(5, 1, 3, 8, 8);
        Value a = n.Conv(n.Input, 8, 3), y = n.Conv(n.Op("Relu", a), 6, 3);
        Node first = a.Producer!, second = y.Producer!;
        Graph.SetConstant(first.Input(1), Tensor.Of(Rows(first.ConstantInput(1)!.ToFloats(), 27), first.Input(1).Dims));
        Graph.SetConstant(first.Input(2), Tensor.Of(Rows(first.ConstantInput(2)!.ToFloats(), 1), 8));
        float[] read = second.ConstantInput(1)!.ToFloats(), columns = new float[read.Length];
        for (int k = 0; k < columns.Length; k++)
        {
            int c = k / 9 % 8;
            columns[k] = read[k - c * 9 + order[c] * 9] / (c == 0 ? scale : 1);
        }
        Graph.SetConstant(second.Input(1), Tensor.Of(columns, second.Input(1).Dims));
        return n.Done(n.Op("Relu", y), n.Conv(n.Op("Relu", y), 5));

        float[] Rows(float[] rows, int length) => [.. order.SelectMany((from, to) => rows[(from * length)..((from + 1) * length)].Select(v => to == 0 ? v * scale : v))];
    }

    private static double[] Scores(string name, Graph graph)
    {
        ChannelIdentities ids = ChannelIdentities.Of(graph);
        double[] scores = All.Single(s => s.Name == name).Score(ids, new ScoreInputs { Pictures = Pictures });
        return [.. ids.Of(graph.Nodes[0].Output)!.Groups.Select(g => scores[g])];
    }
}
