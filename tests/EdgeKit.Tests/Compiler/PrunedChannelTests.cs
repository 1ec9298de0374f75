using EdgeKit.Compiler;
using EdgeKit.Onnx;
using EdgeKit.Pruning;
using EdgeKit.Quantization;
using EdgeKit.Tests.Onnx.Passes;
using EdgeKit.Tests.Pruning;
using Xunit;
using OperatorKind = EdgeKit.Runtime.Plan.OperatorKind;

namespace EdgeKit.Tests.Compiler;

/// <summary>Gather of channels, as pruning leaves it of a shuffle: folded into the order of weights where that can be, else one operator.</summary>
public class PrunedChannelTests
{
    private const Optimizations Both = Optimizations.Views | Optimizations.Shuffle;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_gather_between_convolutions_is_an_order_of_weights(bool int8)
    {
        var n = new SketchNet(3, 1, 3, 8, 8);
        Value x = n.Conv(n.Input, 8), picked = n.Gather(x, 1, 5, 0, 7, 2, 1, 6);
        Graph graph = Prepared(n.Done(n.Conv(n.Depthwise(picked), 4)), int8);
        Assert.Equal(0, ZooPlans.Run(graph).Count(OperatorKind.Gather) + ZooPlans.Run(graph).Count(OperatorKind.Copy));
        AssertSame(graph, int8);
    }

    [Fact]
    public void Repeated_and_partly_used_channels_are_gathered()
    {
        var n = new SketchNet(4, 1, 3, 8, 8);
        Value x = n.Conv(n.Input, 12), repeated = n.Gather(x, 1, 3, 3, 0, 9), picked = n.Gather(x, 1, 11, 2, 7, 5, 1, 8, 0);
        Graph graph = Prepared(n.Done(n.Conv(n.Concat(1, repeated, picked, x), 4), n.Conv(picked, 3)), int8: true);
        AssertSame(graph, int8: true);
    }

    [Theory]
    [InlineData(0.8, true)]
    [InlineData(0.6, true)]
    [InlineData(0.6, false)]
    public void A_pruned_ShuffleNet_moves_little(double share, bool int8)
    {
        Graph graph = Zoo.Create("shufflenet-v2", new ZooOptions { Size = 64, Width = 0.5, Classes = 20 });
        Declutter.Run(graph);
        ShapeInference.Run(graph);
        Graph pruned = Prepared(Pruner.Prune(graph, new PruneOptions { MacBudget = share }).Pruned, int8);
        PlanRun run = ZooPlans.Run(pruned);
        // 13 units pass a half through; where its channels are in no order they are picked and then copied.
        Assert.InRange(run.Count(OperatorKind.Copy) + run.Count(OperatorKind.Gather), 0, 2 * 13);
        AssertSame(pruned, int8);
    }

    private static Graph Prepared(Graph graph, bool int8) =>
        int8 ? Quantizer.Quantize(graph, Enumerable.Range(0, 2).Select(i => TestNet.Picture(graph.Inputs[0].Dims, new Random(i)))).Qdq : graph;

    private static void AssertSame(Graph graph, bool int8)
    {
        PlanRun plain = ZooPlans.Run(graph, Both), views = ZooPlans.Run(graph), ordered = ZooPlans.Run(graph, Optimizations.Shuffle);
        for (int o = 0; o < plain.Outputs.Length; o++)
        {
            float range = plain.Outputs[o].Max() - plain.Outputs[o].Min();
            Assert.True(range > 0);
            for (int i = 0; i < plain.Outputs[o].Length; i++)
            {
                Assert.Equal(plain.Outputs[o][i], views.Outputs[o][i], int8 ? 0 : 1e-5f * range);
                Assert.Equal(plain.Outputs[o][i], ordered.Outputs[o][i], int8 ? 0 : 1e-5f * range);
            }
        }
    }
}
