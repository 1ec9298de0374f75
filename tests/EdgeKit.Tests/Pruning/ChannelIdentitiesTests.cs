using EdgeKit.Onnx;
using EdgeKit.Pruning.Identities;
using Xunit;

namespace EdgeKit.Tests.Pruning;

public class ChannelIdentitiesTests
{
    [Fact]
    public void A_layer_makes_channels_and_the_next_one_reads_them()
    {
        var n = new SketchNet();
        Value a = n.Conv(n.Input, 4, 3), b = n.Op("Relu", n.BatchNorm(a)), y = n.Conv(b, 2);
        ChannelIdentities ids = Of(n, y);

        Assert.Equal(ids.Of(a)!.Groups, ids.Of(b)!.Groups);
        Assert.Equal(4, ids.Of(a)!.Groups.Distinct().Count());
        ChannelGroup third = ids.Groups[ids.Of(a)!.Groups[2]];
        Assert.False(third.IsFrozen);
        Assert.Equal([a.Producer!], third.Producers);
        // Weights and bias of the first layer, four parameters of the normalization, a column of the second layer.
        Assert.Equal([(ChannelRole.Producer, 2), (ChannelRole.Parameter, 4), (ChannelRole.Consumer, 1)],
            third.Members.GroupBy(static m => m.Role).Select(static g => (g.Key, g.Count())));
        Assert.All(third.Members, static m => Assert.Equal(2, m.Position));
    }

    [Fact]
    public void Graph_outputs_are_frozen()
    {
        var n = new SketchNet();
        Value y = n.Op("Relu", n.Conv(n.Input, 4));
        ChannelIdentities ids = Of(n, y);
        Assert.All(ids.Groups, g => Assert.Equal([$"graph output '{y.Name}'"], g.FrozenReasons));
    }

    [Theory]
    [InlineData("Add")]
    [InlineData("Mul")]
    [InlineData("Max")]
    [InlineData("Div")]
    public void What_is_joined_element_by_element_is_one_channel(string op)
    {
        var n = new SketchNet();
        Value a = n.Conv(n.Input, 4), b = n.Conv(n.Input, 4, 3);
        ChannelIdentities ids = Of(n, n.Conv(n.Op(op, a, b), 2));
        Assert.Equal(ids.Of(a)!.Groups, ids.Of(b)!.Groups);
        Assert.Equal(2, ids.Groups[ids.Of(a)!.Groups[0]].Producers.Count());
    }

    [Fact]
    public void A_gate_goes_with_its_channels_and_its_hidden_ones_are_their_own()
    {
        var n = new SketchNet();
        Value a = n.Conv(n.Input, 6), gated = n.SqueezeExcite(a, 3);
        ChannelIdentities ids = Of(n, n.Conv(gated, 2));
        Value hidden = n.Graph.Nodes.First(v => v.OpType == "Conv" && v.Output.Dims[1] == 3).Output;
        Assert.Equal(ids.Of(a)!.Groups, ids.Of(gated)!.Groups);
        Assert.Empty(ids.Of(hidden)!.Groups.Intersect(ids.Of(a)!.Groups));
        Assert.All(ids.Groups.Where(g => ids.Of(a)!.Groups.Contains(g.Index)), static g => Assert.Equal(2, g.Producers.Count()));
    }

    [Fact]
    public void A_flat_gate_is_joined_along_channels()
    {
        var n = new SketchNet();
        Value a = n.Conv(n.Input, 6), gate = n.Gemm(n.With("Flatten", [n.Pool(a)], ("axis", 1)), 6);
        Value y = n.Op("Mul", a, n.Reshape(gate, 1, 6, 1, 1));
        ChannelIdentities ids = Of(n, n.Conv(y, 2));
        Assert.Equal(ids.Of(a)!.Groups, ids.Of(gate)!.Groups);
    }

    [Fact]
    public void A_map_of_one_channel_joins_nothing()
    {
        var n = new SketchNet();
        Value a = n.Conv(n.Input, 4), attention = n.Conv(a, 1, 3);
        ChannelIdentities ids = Of(n, n.Conv(n.Op("Mul", a, attention), 2));
        Assert.Equal(4, ids.Of(a)!.Groups.Distinct().Count());
        Assert.All(ids.Of(a)!.Groups, g => Assert.False(ids.Groups[g].IsFrozen));
    }

    [Fact]
    public void An_operand_with_fixed_channels_fixes_the_other()
    {
        var n = new SketchNet();
        Value a = n.Conv(n.Input, 3), y = n.Op("Add", a, n.Input);
        ChannelIdentities ids = Of(n, n.Conv(y, 2));
        Assert.All(ids.Of(a)!.Groups, g => Assert.Contains("fixed", Assert.Single(ids.Groups[g].FrozenReasons)));
    }

    [Fact]
    public void Concat_split_slice_and_gather_pick_entries()
    {
        var n = new SketchNet();
        Value a = n.Conv(n.Input, 3), b = n.Conv(n.Input, 4), joined = n.Concat(1, a, b);
        Value[] parts = n.Split(joined, 1, 2, 5);
        Value sliced = n.Slice(joined, 1, 0, 7, 3), gathered = n.Gather(joined, 1, 6, 0, -2);
        ChannelIdentities ids = Of(n, n.Conv(parts[0], 2), n.Conv(parts[1], 2), n.Conv(sliced, 2), n.Conv(gathered, 2));
        int[] all = ids.Of(joined)!.Groups;
        Assert.Equal([.. ids.Of(a)!.Groups, .. ids.Of(b)!.Groups], all);
        Assert.Equal(all[..2], ids.Of(parts[0])!.Groups);
        Assert.Equal(all[2..], ids.Of(parts[1])!.Groups);
        Assert.Equal([all[0], all[3], all[6]], ids.Of(sliced)!.Groups);
        Assert.Equal([all[6], all[0], all[5]], ids.Of(gathered)!.Groups);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_raw_shuffle_is_the_shuffle(int groups)
    {
        var n = new SketchNet();
        Value a = n.Conv(n.Input, 12), raw = n.RawShuffle(a, groups), known = n.Shuffle(a, groups);
        ChannelIdentities ids = Of(n, n.Conv(raw, 2), n.Conv(known, 2));
        Assert.Equal(ids.Of(known)!.Groups, ids.Of(raw)!.Groups);
        int[] from = ids.Of(a)!.Groups;
        for (int i = 0; i < groups; i++)
            for (int j = 0; j < 12 / groups; j++) Assert.Equal(from[i * (12 / groups) + j], ids.Of(raw)!.Groups[j * groups + i]);
        Assert.All(from, g => Assert.False(ids.Groups[g].IsFrozen));
        MovementRegion region = Assert.Single(ids.Regions);
        Assert.Equal(Movement.Shuffled(12, groups), region.Exits[0].Source);
    }

    [Fact]
    public void A_reshape_that_keeps_its_axes_ties_what_shares_a_column()
    {
        // Inside, an activation works on [1,2,6,4,4]: channel k goes with channel 6+k.
        var n = new SketchNet();
        Value a = n.Conv(n.Input, 12), inner = n.Op("Relu", n.Reshape(a, 1, 2, 6, 4, 4));
        ChannelIdentities ids = Of(n, n.Conv(n.Reshape(inner, 1, 12, 4, 4), 2));
        int[] groups = ids.Of(a)!.Groups;
        Assert.Equal(groups[..6], groups[6..]);
        Assert.Equal(6, groups.Distinct().Count());
        Assert.Equal(2, ids.Of(inner)!.Axis);
    }

    [Fact]
    public void Flatten_repeats_each_channel_over_its_plane()
    {
        var n = new SketchNet();
        Value a = n.Conv(n.Input, 3), flat = n.With("Flatten", [a], ("axis", 1));
        ChannelIdentities ids = Of(n, n.Gemm(flat, 2));
        Assert.Equal(ids.Of(a)!.Groups.SelectMany(static g => Enumerable.Repeat(g, 16)), ids.Of(flat)!.Groups);
    }

    [Fact]
    public void Nhwc_has_its_channels_last()
    {
        var n = new SketchNet();
        Value a = n.Conv(n.Input, 3), last = n.Transpose(a, 0, 2, 3, 1), product = n.Op("MatMul", last, n.Constant(3, 5)), back = n.Transpose(product, 0, 3, 1, 2);
        ChannelIdentities ids = Of(n, n.Conv(back, 2));
        Assert.Equal(3, ids.Of(last)!.Axis);
        Assert.Equal(ids.Of(a)!.Groups, ids.Of(last)!.Groups);
        Assert.Equal(1, ids.Of(back)!.Axis);
        Assert.Equal(ids.Of(product)!.Groups, ids.Of(back)!.Groups);
    }

    [Fact]
    public void A_product_of_activations_passes_columns_and_keeps_what_it_sums_over()
    {
        // Attention: q kT over the features of q and k, then times v.
        var n = new SketchNet(1, 1, 6, 8);
        Value q = n.Op("MatMul", n.Input, n.Constant(8, 4)), k = n.Op("MatMul", n.Input, n.Constant(8, 4)), v = n.Op("MatMul", n.Input, n.Constant(8, 5));
        Value mixed = n.Op("MatMul", n.Op("MatMul", q, n.Transpose(k, 0, 2, 1)), v);
        ChannelIdentities ids = Of(n, n.Op("MatMul", mixed, n.Constant(5, 3)));
        Assert.All(ids.Of(q)!.Groups.Concat(ids.Of(k)!.Groups), g => Assert.Contains("sums over them", Assert.Single(ids.Groups[g].FrozenReasons)));
        Assert.Equal(ids.Of(v)!.Groups, ids.Of(mixed)!.Groups);
        Assert.All(ids.Of(v)!.Groups, g => Assert.False(ids.Groups[g].IsFrozen));
    }

    [Fact]
    public void Rows_of_a_product_pass_where_its_columns_are_fixed()
    {
        var n = new SketchNet(1, 1, 6, 8);
        Value rows = n.Transpose(n.Op("MatMul", n.Input, n.Constant(8, 4)), 0, 2, 1), product = n.Op("MatMul", rows, n.Input);
        ChannelIdentities ids = Of(n, n.Op("MatMul", n.Transpose(product, 0, 2, 1), n.Constant(4, 3)));
        Assert.Equal(1, ids.Of(product)!.Axis);
        Assert.Equal(ids.Of(rows)!.Groups, ids.Of(product)!.Groups);
        Assert.All(ids.Of(product)!.Groups, g => Assert.False(ids.Groups[g].IsFrozen));
    }

    [Theory]
    [InlineData("DCR")]
    [InlineData("CRD")]
    public void Depth_to_space_unites_the_channels_of_a_block(string mode)
    {
        var n = new SketchNet();
        Value a = n.Conv(n.Input, 12), y = n.With("DepthToSpace", [a], ("blocksize", 2), ("mode", mode));
        ChannelIdentities ids = Of(n, n.Conv(y, 2));
        int[] from = ids.Of(a)!.Groups, to = ids.Of(y)!.Groups;
        Assert.Equal(3, to.Distinct().Count());
        for (int k = 0; k < 12; k++) Assert.Equal(to[mode == "DCR" ? k % 3 : k / 4], from[k]);
    }

    [Fact]
    public void Depthwise_filters_follow_their_channels()
    {
        var n = new SketchNet();
        Value a = n.Conv(n.Input, 3), b = n.Depthwise(a, 2);
        ChannelIdentities ids = Of(n, n.Conv(b, 2));
        int[] g = ids.Of(a)!.Groups;
        Assert.Equal([g[0], g[0], g[1], g[1], g[2], g[2]], ids.Of(b)!.Groups);
        Assert.Equal(2, ids.Groups[g[1]].Members.Count(m => m.Node == b.Producer && m.Input == 1));
    }

    [Fact]
    public void A_zero_padded_shortcut_goes_with_what_it_is_added_to()
    {
        var n = new SketchNet();
        Value a = n.Conv(n.Input, 4), padded = n.Pad(a, 0, 2, 0, 0, 0, 2, 0, 0), b = n.Conv(a, 8, 3);
        ChannelIdentities ids = Of(n, n.Conv(n.Op("Add", padded, b), 2));
        Assert.Equal(ids.Of(padded)!.Groups, ids.Of(b)!.Groups);
        Assert.Equal(ids.Of(a)!.Groups, ids.Of(b)!.Groups[2..6]);
        Assert.All(ids.Of(b)!.Groups, g => Assert.False(ids.Groups[g].IsFrozen));
    }

    [Fact]
    public void Padding_alone_is_no_layer()
    {
        var n = new SketchNet();
        Value a = n.Conv(n.Input, 4), padded = n.Pad(a, 0, 0, 0, 0, 0, 1, 0, 0);
        ChannelIdentities ids = Of(n, n.Conv(padded, 2));
        Assert.Equal(["no layer computes them"], ids.Groups[ids.Of(padded)!.Groups[4]].FrozenReasons);
        Assert.False(ids.Groups[ids.Of(padded)!.Groups[0]].IsFrozen);
    }

    [Theory]
    [InlineData("Softmax", true)]
    [InlineData("LayerNormalization", true)]
    [InlineData("LRN", true)]
    [InlineData("ReduceMax", true)]
    [InlineData("ReduceMean", false)]
    public void Operators_that_combine_channels_freeze_them(string op, bool frozen)
    {
        var n = new SketchNet();
        Value a = n.Conv(n.Input, 4);
        Value y = op switch
        {
            "Softmax" => n.With(op, [a], ("axis", 1)),
            "LayerNormalization" => n.With(op, [a, n.Constant(4, 4, 4)], ("axis", 1)),
            "LRN" => n.With(op, [a], ("size", 3)),
            "ReduceMax" => n.With(op, [a], ("axes", new[] { 1 }), ("keepdims", 1)),
            _ => n.With(op, [a], ("axes", new[] { 2, 3 }), ("keepdims", 1)),
        };
        n.Graph.AddOutput(n.Conv(y, 2));
        ChannelIdentities ids = ChannelIdentities.Of(n.Graph);
        Assert.All(ids.Of(a)!.Groups, g => Assert.Equal(frozen, ids.Groups[g].IsFrozen));
    }

    [Fact]
    public void An_unknown_operator_freezes_what_it_reads_and_is_named()
    {
        var n = new SketchNet();
        Value a = n.Conv(n.Input, 4);
        Node custom = n.Graph.Append("Mystery", [a], domain: "com.example");
        custom.Output.Shape = [1, 4, 4, 4];
        n.Graph.AddOutput(custom.Output);
        ChannelIdentities ids = ChannelIdentities.Of(n.Graph);
        Assert.All(ids.Of(a)!.Groups, g => Assert.Equal(["Mystery is not followed"], ids.Groups[g].FrozenReasons));
    }

    [Fact]
    public void A_quantized_model_is_refused()
    {
        var n = new SketchNet();
        Value a = n.Conv(n.Input, 4);
        Value scale = n.Graph.NewConstant("s", Tensor.Scalar(0.1f)), zero = n.Graph.NewConstant("z", Tensor.Scalar((byte)128));
        n.Graph.AddOutput(n.Op("QuantizeLinear", a, scale, zero));
        var error = Assert.Throws<ModelException>(() => ChannelIdentities.Of(n.Graph));
        Assert.Contains("prune the float model first", error.Message);
    }

    private static ChannelIdentities Of(SketchNet net, params Value[] outputs) => ChannelIdentities.Of(net.Done(outputs));
}
