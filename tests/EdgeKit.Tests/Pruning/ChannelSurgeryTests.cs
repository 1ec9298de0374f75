using EdgeKit.Onnx;
using EdgeKit.Pruning.Identities;
using EdgeKit.Pruning.Surgery;
using EdgeKit.Testing;
using Xunit;

namespace EdgeKit.Tests.Pruning;

public class ChannelSurgeryTests
{
    [Fact]
    public void Every_constant_of_a_channel_is_cut()
    {
        var n = new SketchNet();
        Value a = n.Conv(n.Input, 6, 3), b = n.Op("PRelu", n.Depthwise(n.BatchNorm(a), 2), n.Constant(12, 1, 1));
        Graph pruned = Prune(n, a, [1, 4], n.Conv(b, 5, 3));
        Assert.Equal([4, 3, 3, 3], Constant(pruned, "Conv", 0, 1).Shape);
        Assert.Equal([4], Constant(pruned, "Conv", 0, 2).Shape);
        Assert.All(Enumerable.Range(1, 4), i => Assert.Equal([4], Constant(pruned, "BatchNormalization", 0, i).Shape));
        Assert.Equal([8, 1, 3, 3], Constant(pruned, "Conv", 1, 1).Shape);
        Assert.Equal(4, pruned.Nodes.Where(static v => v.OpType == "Conv").ElementAt(1).Attributes.Int("group", 0));
        Assert.Equal([8, 1, 1], Constant(pruned, "PRelu", 0, 1).Shape);
        Assert.Equal([5, 8, 3, 3], Constant(pruned, "Conv", 2, 1).Shape);
    }

    [Fact]
    public void A_shuffle_whose_rest_is_still_one_stays_a_shuffle()
    {
        var n = new SketchNet();
        Value a = n.Conv(n.Input, 8);
        // Channels 1 and 5 are in the same column of the 2 x 4 grid.
        Graph pruned = Prune(n, a, [1, 5], n.Conv(n.RawShuffle(a, 2), 3));
        Node shuffle = Assert.Single(pruned.Nodes, static v => v.OpType == "ChannelShuffle");
        Assert.Equal(2, shuffle.Attributes.Int("groups", 0));
        Assert.DoesNotContain(pruned.Nodes, static v => v.OpType is "Reshape" or "Transpose");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Any_other_rest_of_a_shuffle_is_a_gather(bool raw)
    {
        var n = new SketchNet();
        Value a = n.Conv(n.Input, 8);
        Graph pruned = Prune(n, a, [1, 2, 7], n.Conv(raw ? n.RawShuffle(a, 2) : n.Shuffle(a, 2), 3));
        Node gather = Assert.Single(pruned.Nodes, static v => v.OpType == "Gather");
        // In order 0 4 (1) 5 (2) 6 3 (7) of the old numbers.
        Assert.Equal([0L, 2, 3, 4, 1], gather.ConstantInput(1)!.ToInt64s());
        Assert.Equal(1, gather.Attributes.Int("axis", 0));
    }

    [Fact]
    public void A_shuffle_of_which_one_group_is_left_vanishes()
    {
        var n = new SketchNet();
        Value a = n.Conv(n.Input, 8);
        Graph pruned = Prune(n, a, [4, 5, 6, 7], n.Conv(n.Shuffle(a, 2), 3));
        Assert.All(pruned.Nodes, static v => Assert.Equal("Conv", v.OpType));
    }

    [Fact]
    public void A_split_may_become_unequal()
    {
        var n = new SketchNet();
        Value a = n.Conv(n.Input, 8);
        Value[] halves = n.Split(a, 1, 4, 4);
        Graph pruned = Prune(n, a, [0, 1, 6], n.Concat(1, n.Conv(halves[0], 2), n.Conv(halves[1], 2)));
        Assert.Equal([2L, 3], Constant(pruned, "Split", 0, 1).ToInt64s());
    }

    [Fact]
    public void Slices_keep_their_form_where_a_range_says_it()
    {
        var n = new SketchNet();
        Value a = n.Conv(n.Input, 8);
        Graph pruned = Prune(n, a, [0, 5], n.Conv(n.Slice(a, 1, 2, 8), 3), n.Conv(n.Slice(a, 1, 1, 8, 2), 3));
        Node[] slices = [.. pruned.Nodes.Where(static v => v.OpType == "Slice")];
        Assert.Equal((1, 6), ((int)slices[0].ConstantInput(1)!.ToInt64s()[0], (int)slices[0].ConstantInput(2)!.ToInt64s()[0]));
        // 1 3 (5) 7 of the old numbers are 0 2 5 of those that are left: no range.
        Assert.Equal([0L, 2, 5], Assert.Single(pruned.Nodes, static v => v.OpType == "Gather").ConstantInput(1)!.ToInt64s());
    }

    [Fact]
    public void Channel_padding_shrinks_on_the_side_where_channels_went()
    {
        var n = new SketchNet();
        Value a = n.Conv(n.Input, 4), b = n.With("AveragePool", [n.Conv(a, 8)], ("kernel_shape", new[] { 3, 3 }), ("pads", new[] { 2, 2, 2, 2 })), sum = n.Op("Add", n.Pad(a, 0, 2, 1, 1, 0, 2, 1, 1), b);
        Graph pruned = Prune(n, sum, [0, 3, 4], n.Conv(sum, 3));
        Assert.Equal([0L, 1, 1, 1, 0, 2, 1, 1], Constant(pruned, "Pad", 0, 1).ToInt64s());
    }

    [Fact]
    public void Shape_constants_keep_their_wildcards()
    {
        var n = new SketchNet();
        Value a = n.Conv(n.Input, 4), flat = n.Reshape(a, 0, -1), back = n.Reshape(flat, 1, 4, 4, -1);
        Graph pruned = Prune(n, a, [2], n.Conv(back, 3));
        Assert.Equal([0L, -1], Constant(pruned, "Reshape", 0, 1).ToInt64s());
        Assert.Equal([1L, 3, 4, -1], Constant(pruned, "Reshape", 1, 1).ToInt64s());
    }

    [Fact]
    public void A_resize_to_sizes_gets_new_ones()
    {
        var n = new SketchNet();
        Value a = n.Conv(n.Input, 4), y = n.Op("Resize", a, null, null, n.Longs(1, 4, 8, 8));
        Graph pruned = Prune(n, a, [2], n.Conv(y, 3));
        Assert.Equal([1L, 3, 8, 8], Constant(pruned, "Resize", 0, 3).ToInt64s());
    }

    [Fact]
    public void Each_group_of_a_grouped_layer_keeps_its_own_columns()
    {
        var n = new SketchNet();
        Value a = n.Conv(n.Input, 6), b = n.Conv(a, 4, 1, 2);
        Tensor before = b.Producer!.ConstantInput(1)!;
        Graph pruned = Prune(n, a, [0, 5], n.Conv(b, 3));
        Tensor after = Constant(pruned, "Conv", 1, 1);
        Assert.Equal([4, 2, 1, 1], after.Shape);
        float[] w = before.ToFloats();
        Assert.Equal([w[1], w[2], w[4], w[5], w[6], w[7], w[9], w[10]], after.ToFloats());
        Assert.Equal(2, pruned.Nodes.Where(static v => v.OpType == "Conv").ElementAt(1).Attributes.Int("group", 0));
    }

    [Fact]
    public void The_original_is_not_changed()
    {
        Graph graph = RandomNetwork.Create(5);
        string before = Describe(graph);
        ChannelIdentities identities = ChannelIdentities.Of(graph);
        HashSet<int> removed = PruningOracle.RandomRemoval(identities, 5, 0.5);
        Assert.NotEmpty(removed);
        ChannelSurgery.Remove(identities, removed);
        Masking.ZeroConsumers(identities, removed);
        Assert.Equal(before, Describe(graph));

        static string Describe(Graph g) => string.Join('\n', g.Values.Select(static v => $"{v} {(v.IsConstant ? Convert.ToHexString(v.Constant!.Bytes) : "")}"));
    }

    // Removes channels by their position in a value, and checks what the result computes.
    private static Graph Prune(SketchNet net, Value value, int[] positions, params Value[] outputs)
    {
        ChannelIdentities identities = ChannelIdentities.Of(net.Done(outputs));
        HashSet<int> removed = [.. positions.Select(p => identities.Of(value)!.Groups[p])];
        Assert.DoesNotContain(removed, g => identities.Groups[g].IsFrozen);
        return PruningOracle.Check(identities, removed, 1);
    }

    private static Tensor Constant(Graph graph, string op, int which, int input) =>
        graph.Nodes.Where(n => n.OpType == op).ElementAt(which).ConstantInput(input)!;
}
