using EdgeKit.Onnx;
using EdgeKit.Statistics;
using Xunit;

namespace EdgeKit.Tests.Statistics;

public class LayerStatisticsTests
{
    [Fact]
    public void Moments_are_those_of_what_each_layer_reads()
    {
        Graph graph = Net();
        LinearLayer[] layers = [.. graph.Nodes.Select(LinearLayer.Of).OfType<LinearLayer>()];
        Assert.Contains(layers, static l => l.IsDepthwise);
        Tensor[] pictures = [Picture(1), Picture(2)];
        Dictionary<Node, GramMatrix[]> moments = LayerStatistics.Collect(graph, layers, pictures, positions: 5);
        Assert.Equal(layers.Length, moments.Count);
        foreach (LinearLayer layer in layers)
        {
            int column = layer.Columns / 2, group = layer.Groups - 1;
            double sum = 0, square = 0;
            int count = 0;
            for (int p = 0; p < pictures.Length; p++)
            {
                var feeds = new Dictionary<string, Tensor> { [graph.Inputs[0].Name] = pictures[p] };
                float[] input = layer.Input.Producer is null ? pictures[p].ToFloats() : ReferenceExecutor.Run(graph, feeds, [layer.Input.Name])[layer.Input.Name].ToFloats();
                float[] patch = new float[layer.Columns];
                foreach (int position in PositionSampler.Of(p, layer.Positions, 5))
                {
                    layer.Patch(input, group, position, patch);
                    sum += patch[column];
                    square += (double)patch[column] * patch[column];
                    count++;
                }
            }
            GramMatrix gram = moments[layer.Node][group];
            Assert.Equal(count, gram.Samples);
            Assert.Equal(sum / count, gram.Mean(column), 1e-4);
            Assert.Equal(square, gram[column, column], 1e-3 * Math.Max(1, square));
        }
    }

    [Fact]
    public void Without_pictures_or_with_infinite_ones_it_says_so()
    {
        Graph graph = Net();
        LinearLayer[] layers = [.. graph.Nodes.Select(LinearLayer.Of).OfType<LinearLayer>()];
        Assert.Contains("no picture", Assert.Throws<ModelException>(() => LayerStatistics.Collect(graph, layers, [])).Message, StringComparison.Ordinal);
        Tensor infinite = Picture(1);
        infinite.AsSpan<float>()[7] = float.PositiveInfinity;
        Assert.Contains("not finite on picture 1", Assert.Throws<ModelException>(() => LayerStatistics.Collect(graph, layers, [infinite])).Message, StringComparison.Ordinal);
    }

    private static Graph Net()
    {
        Graph graph = Zoo.Create("mobilenet-v2", new ZooOptions { Width = 0.35, Size = 32, Classes = 10 });
        ShapeInference.Run(graph);
        Declutter.Run(graph);
        ShapeInference.Run(graph);
        return graph;
    }

    private static Tensor Picture(int seed)
    {
        var random = new Random(seed);
        return Tensor.Of([.. Enumerable.Range(0, 3 * 32 * 32).Select(_ => random.NextSingle() * 2 - 1)], 1, 3, 32, 32);
    }
}
