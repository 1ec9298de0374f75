using EdgeKit.Onnx;
using EdgeKit.Pruning;
using EdgeKit.Pruning.Blocks;
using EdgeKit.Tests.Onnx.Passes;
using Xunit;

namespace EdgeKit.Tests.Pruning.Blocks;

public class BlockTests
{
    [Fact]
    public void Identity_shortcuts_are_found_and_no_others()
    {
        var n = new SketchNet(1, 1, 3, 8, 8);
        Value stem = n.Conv(n.Input, 16), block = n.Op("Add", n.Conv(n.Op("Relu", n.Conv(stem, 32)), 16), stem);
        // The shortcut of the second is a layer; the third is read from inside; the fourth does not start from its shortcut.
        Value projected = n.Op("Add", n.Conv(block, 16), n.Conv(block, 16));
        Value inner = n.Conv(projected, 16), leaking = n.Op("Add", projected, n.Conv(n.Op("Relu", inner), 16));
        Value strange = n.Op("Add", leaking, n.Conv(n.Input, 16));
        Graph graph = n.Done(n.Conv(strange, 4), n.Conv(inner, 2));
        Assert.Equal([block.Producer], ResidualBlock.Of(graph).Select(static b => b.Sum));
        Assert.Same(stem, ResidualBlock.Of(graph)[0].Shortcut);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1.5)]
    public void Without_a_block_that_adds_a_constant_the_function_is_the_same(double constant)
    {
        var n = new SketchNet(2, 1, 3, 8, 8);
        Value stem = n.Conv(n.Input, 8, 3), last = n.Conv(n.Op("Relu", n.Conv(stem, 16)), 8);
        Graph.SetConstant(last.Producer!.Input(1), Tensor.Zeros(ElementType.Float, 8, 16, 1, 1));
        double[] means = [.. Enumerable.Repeat(constant, 8)];
        Graph.SetConstant(last.Producer!.Input(2), Tensor.Of([.. means.Select(static m => (float)m)], 8));
        Graph graph = n.Done(n.Conv(n.Op("Relu", n.Op("Add", stem, last)), 4));
        Graph without = Assert.Single(ResidualBlock.Of(graph)).Remove(means);
        Assert.Equal(2, without.Nodes.Count(static v => v.OpType == "Conv"));
        Assert.DoesNotContain(without.Nodes, static v => v.OpType == "Add");
        Tensor[] pictures = [.. Enumerable.Range(0, 3).Select(static i => TestNet.Picture([1, 3, 8, 8], new Random(i)))];
        Assert.InRange(OutputError.Of(graph, without, pictures, default), 0, 1e-10);
    }

    [Fact]
    public void A_block_that_gives_nothing_goes_before_channels()
    {
        var n = new SketchNet(3, 1, 3, 8, 8);
        Value x = n.Op("Relu", n.Conv(n.Input, 16, 3));
        Value idle = n.Conv(n.Op("Relu", n.Conv(x, 32)), 16);
        Graph.SetConstant(idle.Producer!.Input(1), Tensor.Zeros(ElementType.Float, 16, 32, 1, 1));
        Value first = n.Op("Add", x, idle), second = n.Op("Add", first, n.Conv(n.Op("Relu", n.Conv(first, 32)), 16));
        Graph graph = n.Done(n.Conv(second, 4));
        Tensor[] pictures = [.. Enumerable.Range(0, 8).Select(static i => TestNet.Picture([1, 3, 8, 8], new Random(i)))];
        var options = new PruneOptions { MacBudget = 0.7, Pictures = pictures };
        PruneResult channels = Pruner.Prune(graph, options), blocks = Pruner.Prune(graph, options with { Blocks = true });
        Assert.Equal([first.Producer!.Name], blocks.Report.RemovedBlocks);
        Assert.True(blocks.Report.BudgetMet);
        Assert.True(OutputError.Of(graph, blocks.Pruned, pictures, default) < OutputError.Of(graph, channels.Pruned, pictures, default));
        LayerWidth gone = blocks.Report.Layers.Single(l => l.Name == idle.Producer!.Name);
        Assert.Equal((16, 0, 0L), (gone.ChannelsOriginal, gone.Channels, gone.Macs));
    }
}
