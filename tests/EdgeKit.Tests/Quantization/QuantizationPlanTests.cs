using EdgeKit.Onnx;
using EdgeKit.Quantization;
using Xunit;

namespace EdgeKit.Tests.Quantization;

public sealed class QuantizationPlanTests
{
    [Fact]
    public void Everything_between_the_weights_is_quantized_and_a_rectified_value_only_after_its_rectifier()
    {
        Graph graph = NetBuilder.Residual();
        QuantizationPlan plan = Plan(graph);
        Assert.All(graph.Nodes, n => Assert.True(plan.IsQuantized(n), n.ToString()));
        Assert.Empty(plan.FloatOperators);
        Assert.DoesNotContain(plan.Values, static v => v.Name is "stem" or "depthwise");
        Assert.Contains(plan.Values, static v => v.Name == "image");
        Assert.Contains(plan.Values, static v => v.Producer is { OpType: "Relu" });
    }

    [Fact]
    public void A_rectifier_is_not_fused_when_the_value_before_it_is_read_elsewhere()
    {
        var net = new NetBuilder();
        Value conv = net.Conv(net.Input(1, 3, 4, 4), 3, 4);
        Value sum = net.Op("Add", conv, net.Op("Relu", conv));
        Graph graph = net.Build(net.Conv(sum, 4, 2));
        QuantizationPlan plan = Plan(graph);
        Assert.Contains(conv, plan.Values);
        Assert.All(graph.Nodes, n => Assert.True(plan.IsQuantized(n)));
    }

    [Fact]
    public void A_clip_that_does_not_start_at_zero_is_a_function_of_its_own()
    {
        var net = new NetBuilder();
        Value conv = net.Conv(net.Input(1, 3, 4, 4), 3, 4);
        Graph graph = net.Build(net.Conv(net.Clip(conv, -1, 1), 4, 2));
        Assert.Contains(conv, Plan(graph).Values);
    }

    [Fact]
    public void Arithmetic_on_the_outputs_stays_in_float_and_moving_them_does_not()
    {
        var net = new NetBuilder();
        Value conv = net.Conv(net.Input(1, 3, 4, 4), 3, 4);
        Value flat = net.Op("Flatten", conv);
        Value softmax = net.Op("Softmax", flat);
        Value gate = net.Op("Sigmoid", flat);
        Graph graph = net.Build(softmax, gate);
        QuantizationPlan plan = Plan(graph);
        Assert.True(plan.IsQuantized(flat.Producer!));
        Assert.Equal(["Softmax", "Sigmoid"], plan.FloatOperators.Select(static f => f.OpType));
        Assert.Equal("the operator has no INT8 form", plan.FloatOperators[0].Reason);
        Assert.Contains("no layer with weights follows", plan.FloatOperators[1].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Arithmetic_on_float_values_stays_in_float_until_the_next_layer_with_weights()
    {
        var net = new NetBuilder();
        Value conv = net.Conv(net.Input(1, 3, 4, 4), 3, 4);
        Value exp = net.Op("Exp", conv);
        Value product = net.Op("Mul", exp, conv);
        Value last = net.Conv(product, 4, 2);
        Graph graph = net.Build(last);
        QuantizationPlan plan = Plan(graph);
        Assert.Equal(["Exp", "Mul"], plan.FloatOperators.Select(static f => f.OpType));
        Assert.Equal(["image", conv.Name, product.Name, last.Name], plan.Values.Select(static v => v.Name));
    }

    [Fact]
    public void A_node_can_be_kept_in_float()
    {
        Graph graph = NetBuilder.Residual();
        var plan = new QuantizationPlan(graph, new HashSet<string> { "stem" });
        Assert.Equal("kept in float on request", plan.FloatOperators[0].Reason);
        Assert.Equal(["Conv", "Relu"], plan.FloatOperators.Take(2).Select(static f => f.OpType));
        Assert.DoesNotContain(plan.Values, static v => v.Name == "image");
    }

    [Fact]
    public void A_product_of_two_activations_stays_in_float()
    {
        var net = new NetBuilder();
        Value flat = net.Op("Flatten", net.Conv(net.Input(1, 3, 1, 1), 3, 4));
        Graph graph = net.Build(net.Op("MatMul", flat, net.Op("Transpose", flat)));
        Assert.Equal("MatMul", Plan(graph).FloatOperators.Single().OpType);
    }

    [Fact]
    public void A_picture_is_averaged_and_moved_in_INT8_and_normalised_in_float()
    {
        var net = new NetBuilder();
        Value input = net.Input(1, 3, 4, 4);
        Value moved = net.Conv(net.Op("GlobalAveragePool", net.MaxPool(input)), 3, 4);
        Value scaled = net.Op("Mul", input, net.Graph.NewConstant("factor", Tensor.Scalar(0.1f)));
        Graph graph = net.Build(moved, net.Conv(scaled, 3, 4));
        QuantizationPlan plan = Plan(graph);
        Assert.Equal("Mul", plan.FloatOperators.Single().OpType);
        Assert.Contains(scaled, plan.Values);
        Assert.Contains(input, plan.Values);
    }

    private static QuantizationPlan Plan(Graph graph) => new(graph, new HashSet<string>());
}
