using EdgeKit.Compiler;
using EdgeKit.Onnx;
using EdgeKit.Onnx.Pointwise;
using EdgeKit.Runtime.Kernels.Elementwise;
using EdgeKit.Runtime.Plan;
using EdgeKit.Tests.Training;
using EdgeKit.Training;
using Xunit;

namespace EdgeKit.Tests.Onnx;

/// <summary>What the table of pointwise functions says holds for each, and the stages that read it agree.</summary>
public class PointwiseFunctionTests
{
    // Not where one of them has a corner.
    private static readonly float[] s_arguments = [-3.7f, -2.3f, -1.6f, -0.8f, -0.3f, 0.2f, 0.7f, 1.4f, 2.2f, 3.6f];

    public static TheoryData<string> Names => [.. PointwiseFunctions.All.Select(static f => f.OpType)];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_slope_is_the_derivative(string name)
    {
        PointwiseFunction f = Function(name);
        int tried = 0;
        foreach ((float a, float b) in new[] { f.Parameters(new AttributeMap()), (name == "Gelu" ? 1 : 0.4f, 0.9f) })
        {
            foreach (float x in s_arguments)
            {
                const float h = 1e-3f;
                double low = f.Value(x - h, a, b), high = f.Value(x + h, a, b);
                if (!double.IsFinite(low) || !double.IsFinite(high)) continue;
                double slope = f.Slope?.Invoke(x, a, b) ?? 0, expected = (high - low) / ((double)(x + h) - (x - h));
                Assert.True(Math.Abs(slope - expected) <= 3e-3 * Math.Max(1, Math.Abs(expected)), $"{name}'({x}; {a}, {b}) is {slope} where differences give {expected}");
                tried++;
            }
        }
        Assert.True(tried >= 4, $"{name}: {tried} arguments were tried");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void It_is_trained_through_where_it_has_a_slope(string name)
    {
        PointwiseFunction f = Function(name);
        Graph graph = GraphOf(f);
        if (f.Slope is null) Assert.Throws<ModelException>(() => new TrainingNetwork(graph));
        else GradientCheck.Run(graph, step: 1e-3, tolerance: 1e-2, input: r => (float)(r.NextDouble() * 0.3 + (name == "Acosh" ? 1.6 : 0.6)));
    }

    /// <summary>Relu is the runtime's Clip, and Clip is no function of one input.</summary>
    [Fact]
    public void The_runtime_has_every_activation_and_nothing_that_the_table_has_not()
    {
        string[] runtime = Enum.GetNames<UnaryFunction>(), table = [.. PointwiseFunctions.All.Select(static f => f.OpType)];
        Assert.Equal(["Clip"], runtime.Except(table));
        Assert.Equal(["Relu"], PointwiseFunctions.All.Where(static f => f.IsActivation).Select(static f => f.OpType).Except(runtime));
        foreach (PointwiseFunction f in PointwiseFunctions.All.Where(static f => f.IsActivation))
            Assert.Equal("int8", PlanCompiler.Support(GraphOf(f).Nodes[0]));
    }

    [Fact]
    public unsafe void Every_number_of_a_plan_has_a_loop_and_no_other()
    {
        foreach (UnaryFunction function in Enum.GetValues<UnaryFunction>()) Assert.True(UnaryFunctions.Loop(new UnaryParameters { Function = function }) != null, function.ToString());
        Assert.True(UnaryFunctions.Loop(new UnaryParameters { Function = (UnaryFunction)(-1) }) == null);
        Assert.True(UnaryFunctions.Loop(new UnaryParameters { Function = Enum.GetValues<UnaryFunction>().Max() + 1 }) == null);
    }

    private static PointwiseFunction Function(string name) => PointwiseFunctions.All.Single(f => f.OpType == name);

    private static Graph GraphOf(PointwiseFunction f)
    {
        var graph = new Graph();
        Node node = graph.Append(f.OpType, [graph.AddInput("x", ElementType.Float, [1, 4, 3, 3])], domain: f.Domain);
        graph.AddOutput(node.Output);
        return graph;
    }
}
