using EdgeKit.Onnx;
using EdgeKit.Quantization;
using Xunit;

namespace EdgeKit.Tests.Quantization;

public sealed class ScaleGroupsTests
{
    [Fact]
    public void What_data_movement_reads_and_writes_shares_parameters()
    {
        var net = new NetBuilder();
        Value conv = net.Conv(net.Input(1, 3, 8, 8), 3, 8);
        Value pooled = net.MaxPool(conv);
        Node split = net.Graph.Append("Split", [pooled, net.Graph.NewConstant("sizes", Tensor.Vector(4, 4))], 2);
        split.Attributes.Set("axis", 1);
        Value last = net.Conv(split.Outputs[1], 4, 2);
        IReadOnlyList<ScaleGroup> groups = Groups(net.Build(last, split.Outputs[0]));

        ScaleGroup group = Holding(groups, conv);
        Assert.Equal([conv, pooled, split.Outputs[0], split.Outputs[1]], group.Members);
        Assert.Equal([conv], group.Sources);
        Assert.NotSame(group, Holding(groups, last));
    }

    [Fact]
    public void A_shuffle_chain_of_concats_is_one_group_measured_where_values_are_made()
    {
        var net = new NetBuilder();
        Value x = net.Op("Relu", net.Conv(net.Input(1, 3, 4, 4), 3, 8));
        Value start = x;
        var made = new List<Value> { x };
        for (int unit = 0; unit < 3; unit++)
        {
            Node shuffle = net.Graph.Append("ChannelShuffle", [x], domain: Graph.EdgeKitDomain);
            shuffle.Attributes.Set("groups", 2);
            Node split = net.Graph.Append("Split", [shuffle.Output, net.Graph.NewConstant("sizes", Tensor.Vector(4, 4))], 2);
            split.Attributes.Set("axis", 1);
            Value branch = net.Op("Relu", net.Conv(split.Outputs[1], 4, 4));
            made.Add(branch);
            x = net.Concat(split.Outputs[0], branch);
        }
        IReadOnlyList<ScaleGroup> groups = Groups(net.Build(net.Conv(x, 8, 2)));
        ScaleGroup group = Holding(groups, start);
        Assert.Same(group, Holding(groups, x));
        Assert.Equal(made, group.Sources);
        Assert.Equal(0, group.Bounds.Low);
    }

    [Fact]
    public void A_rectified_branch_keeps_its_own_scale_in_a_signed_concat()
    {
        var net = new NetBuilder();
        Value input = net.Input(1, 3, 4, 4);
        Value rectified = net.Op("Relu", net.Conv(input, 3, 4));
        Value signed = net.Conv(input, 3, 4);
        Value joined = net.Concat(rectified, signed);
        IReadOnlyList<ScaleGroup> groups = Groups(net.Build(net.Conv(joined, 8, 2)));
        Assert.Same(Holding(groups, signed), Holding(groups, joined));
        Assert.NotSame(Holding(groups, rectified), Holding(groups, joined));
        Assert.Equal([signed, joined], Holding(groups, joined).Sources);
    }

    [Fact]
    public void Inputs_and_sigmoids_are_never_drawn_into_a_concats_group()
    {
        var net = new NetBuilder();
        Value input = net.Input(1, 3, 4, 4);
        Value conv = net.Conv(input, 3, 4);
        Value gate = net.Op("Sigmoid", conv);
        Value joined = net.Concat(gate, conv);
        IReadOnlyList<ScaleGroup> groups = Groups(net.Build(net.Conv(joined, 8, 2)));
        Assert.Single(Holding(groups, input).Members);
        Assert.Single(Holding(groups, gate).Members);
    }

    [Fact]
    public void Without_joining_a_concat_keeps_scales_of_its_own()
    {
        var net = new NetBuilder();
        Value input = net.Input(1, 3, 4, 4);
        Value left = net.Conv(input, 3, 4), right = net.Conv(input, 3, 4);
        Value joined = net.Concat(left, right);
        Graph graph = net.Build(net.Conv(joined, 8, 2));
        Assert.Equal(5, ScaleGroups.Of(new QuantizationPlan(graph, new HashSet<string>()), joinConcats: false).Count);
        Assert.Equal(3, Groups(graph).Count);
    }

    private static IReadOnlyList<ScaleGroup> Groups(Graph graph) =>
        ScaleGroups.Of(new QuantizationPlan(graph, new HashSet<string>()), joinConcats: true);

    private static ScaleGroup Holding(IReadOnlyList<ScaleGroup> groups, Value value) => groups.Single(g => g.Members.Contains(value));
}
