using EdgeKit.Onnx;
using EdgeKit.Pruning;
using EdgeKit.Pruning.Refit;
using Xunit;

namespace EdgeKit.Tests.Pruning;

public class MeanCompensationTests
{
    [Fact]
    public void Removing_a_constant_channel_changes_nothing_once_its_mean_is_kept()
    {
        Graph graph = WithConstantChannel();
        Tensor picture = Tensor.Of([.. Enumerable.Range(0, 48).Select(static i => i * 0.1f - 2)], 1, 3, 4, 4);
        float[] expected = Run(graph, picture);
        var options = new PruneOptions { MacBudget = 0.95, Multiple = 1 };

        PruneResult bare = Pruner.Prune(graph, options);
        PruneResult compensated = Pruner.Prune(graph, options with { Pictures = [picture], Refit = RefitMethod.Mean });

        Assert.Equal([3, 3, 1, 1], bare.Pruned.Nodes[0].Input(1).Dims);
        Assert.Contains(Run(bare.Pruned, picture).Zip(expected), static p => Math.Abs(p.First - p.Second) > 1);
        Assert.All(Run(compensated.Pruned, picture).Zip(expected), static p => Assert.Equal(p.First, p.Second, 1e-4));
    }

    // Four channels, of which one is 5 everywhere: all its weights are zero, so magnitude takes it first.
    private static Graph WithConstantChannel()
    {
        var graph = new Graph();
        Value x = graph.AddInput("x", ElementType.Float, [1, 3, 4, 4]);
        float[] first = [1, 2, -1, 2, -1, 1, -1, 1, 2, 0, 0, 0];
        Node expand = graph.Append("Conv", [x, graph.NewConstant("w1", Tensor.Of(first, 4, 3, 1, 1)), graph.NewConstant("b1", Tensor.Of([0f, 1, 0, 5], 4))]);
        Node relu = graph.Append("Relu", [expand.Output]);
        float[] second = [1, -2, 1, 1, 2, 1, -1, 0.5f];
        Node project = graph.Append("Conv", [relu.Output, graph.NewConstant("w2", Tensor.Of(second, 2, 4, 1, 1)), graph.NewConstant("b2", Tensor.Of([1f, 2], 2))]);
        graph.AddOutput(project.Output);
        ShapeInference.Run(graph);
        return graph;
    }

    private static float[] Run(Graph graph, Tensor picture) =>
        ReferenceExecutor.Run(graph, new Dictionary<string, Tensor> { ["x"] = picture })[graph.Outputs[0].Name].ToFloats();
}
