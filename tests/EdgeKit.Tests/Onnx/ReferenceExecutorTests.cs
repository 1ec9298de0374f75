using EdgeKit.Onnx;
using EdgeKit.Testing.Operators;
using Xunit;

namespace EdgeKit.Tests.Onnx;

public class ReferenceExecutorTests
{
    private readonly Graph _graph = new();
    private readonly Value _x;
    private readonly Value _sum;

    public ReferenceExecutorTests()
    {
        _x = _graph.AddInput("x", ElementType.Float, [-1, 2]);
        _sum = _graph.Append("Add", [_x, _x], name: "sum").Output;
        _graph.AddOutput(_graph.Append("Relu", [_graph.Append("Neg", [_sum], name: "negative").Output], name: "y").Output);
    }

    [Fact]
    public void Returns_outputs_and_what_else_is_asked_for()
    {
        var results = ReferenceExecutor.Run(_graph, Feed(ReferenceRun.Vector(-1, 2).Reshape(1, 2)), ["sum", "x"]);
        Assert.Equal(["sum", "x", "y"], results.Keys.Order(StringComparer.Ordinal));
        TensorAssert.Equal(results["y"], [1, 2], 2f, 0);
        TensorAssert.Equal(results["sum"], [1, 2], -2f, 4);
    }

    [Fact]
    public void A_constant_or_an_input_may_be_an_output()
    {
        _graph.AddOutput(_x);
        _graph.AddOutput(_graph.NewConstant("seven", Tensor.Scalar(7f)));
        var results = ReferenceExecutor.Run(_graph, Feed(ReferenceRun.Counting(1, 2)));
        TensorAssert.Equal(results["seven"], [], 7f);
        TensorAssert.Equal(results["x"], [1, 2], 0f, 1);
    }

    [Fact]
    public void A_missing_feed_is_named()
    {
        var error = Assert.Throws<ModelException>(() => ReferenceExecutor.Run(_graph, new Dictionary<string, Tensor>()));
        Assert.Contains("'x' is not fed", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new[] { 1, 3 })]
    [InlineData(new[] { 2 })]
    public void A_feed_of_another_shape_is_refused(int[] shape) =>
        Assert.Throws<ModelException>(() => ReferenceExecutor.Run(_graph, Feed(ReferenceRun.Counting(shape))));

    [Fact]
    public void A_feed_of_another_type_is_refused() =>
        Assert.Throws<ModelException>(() => ReferenceExecutor.Run(_graph, Feed(Tensor.Vector(1, 2).Reshape(1, 2))));

    [Fact]
    public void An_unknown_value_is_named()
    {
        var error = Assert.Throws<ModelException>(() => ReferenceExecutor.Run(_graph, Feed(ReferenceRun.Counting(1, 2)), ["nowhere"]));
        Assert.Contains("nowhere", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_result_does_not_depend_on_the_number_of_threads()
    {
        OperatorCase net = OperatorCases.Create("Net/inverted residual");
        Tensor first = ReferenceExecutor.Run(net.Graph, net.Feeds).Values.Single();
        Task<Tensor>[] runs = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(() => ReferenceExecutor.Run(net.Graph, net.Feeds).Values.Single()))];
        foreach (Task<Tensor> run in runs) Assert.Equal(first.ToFloats(), (await run).ToFloats());
    }

    private static Dictionary<string, Tensor> Feed(Tensor tensor) => new() { ["x"] = tensor };
}
