using EdgeKit.Onnx;
using EdgeKit.Quantization;
using EdgeKit.Statistics;
using Xunit;

namespace EdgeKit.Tests.Quantization;

public sealed class FloatFallbackTests
{
    private static readonly int[] Shape = [1, 3, 16, 16];

    [Fact]
    public void A_hostile_layer_is_found_and_taken_back_and_nothing_more()
    {
        QuantizedModel model = Calibrate(HostileNet.Create());
        OutputLoss loss = Loss(model);
        double int8 = loss.Of(model.Write().Qdq);
        FallbackResult found = Search(model, loss, maxDrop: 10 * int8);
        Assert.True(found.Met);
        Assert.True(found.Drop <= 10 * int8);
        Assert.Equal(100 * int8, found.Int8Drop, 9);
        Assert.All(found.Reverted.SelectMany(static r => r.Group.Nodes), static n => Assert.Contains(n.Split('_')[0], HostileNet.Around));
        Assert.InRange(found.Reverted[0].GainShare, 0.5, 1);
        Assert.InRange(found.FloatMacs, 0.01, 0.5);
        FloatOperator first = found.Result.FloatOperators.Single(f => f.Node == found.Reverted[0].Group.Nodes[0]);
        Assert.Contains("fell back to float", first.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_goal_that_INT8_meets_costs_one_check()
    {
        QuantizedModel model = Calibrate(NetBuilder.Residual());
        FallbackResult found = FloatFallback.Search(model, () => throw new InvalidOperationException("nothing to rank"), 1, static _ => 1);
        Assert.True(found.Met);
        Assert.Empty(found.Reverted);
        Assert.Equal(1, found.Checks);
    }

    [Fact]
    public void A_goal_out_of_reach_ends_with_the_best_that_was_found()
    {
        QuantizedModel model = Calibrate(HostileNet.Create());
        OutputLoss loss = Loss(model);
        FallbackResult found = Search(model, loss, maxDrop: -1);
        Assert.False(found.Met);
        Assert.True(found.Drop < found.Int8Drop / 5);
        Assert.InRange(found.FloatMacs, 0.01, 0.5);
        Assert.InRange(found.Checks, 2, 20);
    }

    [Fact]
    public void The_choice_is_the_same_every_time()
    {
        byte[][] files = [.. Enumerable.Range(0, 2).Select(static _ =>
        {
            QuantizedModel model = Calibrate(HostileNet.Create());
            return OnnxFile.Serialize(Search(model, Loss(model), maxDrop: -1).Result.Qdq);
        })];
        Assert.Equal(files[0], files[1]);
    }

    [Fact]
    public void Groups_are_layers_with_what_is_fused_to_them_gates_and_tensors()
    {
        var net = new NetBuilder();
        Value swish = net.Op("HardSwish", net.Conv(net.Input(1, 3, 8, 8), 3, 8, name: "stem"));
        Value squeeze = net.Op("Relu", net.Conv(net.Op("GlobalAveragePool", swish), 8, 4, name: "squeeze"));
        Value gate = net.Op("HardSigmoid", net.Conv(squeeze, 4, 8, name: "excite"));
        Graph graph = net.Build(net.Conv(net.Op("Mul", swish, gate), 8, 3, name: "last"));
        IReadOnlyList<LayerGroup> groups = LayerGroups.Of(Quantizer.Calibrate(graph, NetBuilder.Images(8, 1, 3, 8, 8)).Plan);
        Assert.Equal(["gate", "stem", "head"], groups.Where(static g => g.Kind != "tensor").Select(static g => g.Kind));
        Assert.Equal(6, groups[0].Nodes.Count);
        Assert.Contains("squeeze", groups[0].Nodes);
        Assert.Contains("excite", groups[0].Nodes);
        Assert.Equal(2, groups[1].Nodes.Count);
        Assert.All(groups, static g => Assert.True(g.Cost > g.Macs));
        Assert.Contains(groups, static g => g.Kind == "tensor" && g.Nodes.Contains("stem") && g.Nodes.Contains("squeeze"));
    }

    [Fact]
    public void Divergence_knows_logits_and_probabilities()
    {
        float[] logits = [1, 2, 4], shifted = [11, 12, 14];
        Assert.Equal(0, OutputLoss.Divergence(logits, shifted), 6);
        Assert.Equal(0.5 * Math.Log(0.5 / 0.25) + 0.5 * Math.Log(0.5 / 0.75), OutputLoss.Divergence([0.5f, 0.5f], [0.25f, 0.75f]), 6);
        Assert.Equal(0.5 * Math.Log(0.5 / 0.25) + 0.5 * Math.Log(0.5 / 0.75), OutputLoss.Divergence([0, 0], [0, MathF.Log(3)]), 6);
    }

    // Balancing would mend most of what makes the layer hostile.
    private static QuantizedModel Calibrate(Graph graph) =>
        Quantizer.Calibrate(graph, NetBuilder.Images(12, Shape), new QuantizeOptions { Method = CalibrationMethod.MinMax, Without = new HashSet<string> { "balance" } });

    private static OutputLoss Loss(QuantizedModel model) => new(model.Float, [.. NetBuilder.Images(40, Shape).Skip(20)]);

    private static FallbackResult Search(QuantizedModel model, OutputLoss loss, double maxDrop) =>
        FloatFallback.Search(model, static () => [.. NetBuilder.Images(12, Shape)], maxDrop, result => 100 * loss.Of(result.Qdq));
}
