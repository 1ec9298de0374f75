using EdgeKit.Onnx;
using EdgeKit.Training.Distilling;
using Xunit;

namespace EdgeKit.Tests.Training.Distilling;

public class CutPointTests
{
    [Fact]
    public void In_a_residual_network_they_lie_between_the_blocks()
    {
        Graph graph = Zoo.Create("resnet-8", new ZooOptions { Size = 32, Classes = 10 });
        string[] cuts = [.. CutPoints.Of(graph).Select(static v => v.Name)];
        Assert.Contains("stem.relu", cuts);
        Assert.Contains("block1.add", cuts);
        Assert.Contains("block2.relu", cuts);
        // Beside a shortcut nothing passes through one value.
        Assert.DoesNotContain("block2.conv1.relu", cuts);
        Assert.Equal(["stem.relu", "block1.relu", "block2.relu"], CutPoints.EndsOfBlocks(graph, 8).Select(static v => v.Name));
    }

    [Fact]
    public void Of_many_some_are_taken_evenly_to_the_last()
    {
        Graph graph = Zoo.Create("mobilenet-v1", new ZooOptions { Size = 32, Classes = 10, Width = 0.25 });
        IReadOnlyList<Value> all = CutPoints.EndsOfBlocks(graph, 100), some = CutPoints.EndsOfBlocks(graph, 4);
        Assert.Equal(27, all.Count);
        Assert.Equal(4, some.Count);
        Assert.Equal(all[^1], some[^1]);
    }
}
