using EdgeKit.Compiler;
using EdgeKit.Onnx;
using EdgeKit.Pruning.Budgets;
using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Plan;
using Xunit;

namespace EdgeKit.Tests.Pruning.Budgets;

public class TargetProfileTests
{
    private static readonly LayerShape s_layer = new(LayerKind.Dense, true, 32, 64, 14, 14);

    [Fact]
    public void A_profile_reads_what_it_wrote()
    {
        var kernel = new KernelCosts(LayerKind.Depthwise, true, 3, 2, 1, 16, 4, [1, 2.5, 3, 4, 5, 6, 7]);
        var profile = new TargetProfile("board", [kernel], 2e6, [new MeasuredLayer(s_layer, 0.125), new MeasuredLayer(s_layer.At(16, 64), 0.07)]);
        TargetProfile read = ProfileFile.Parse(ProfileFile.ToJson(profile), "p.json");
        Assert.Equal(ProfileFile.ToJson(profile), ProfileFile.ToJson(read));
        Assert.Equal("board", read.Name);
        Assert.Equal(profile.Layers, read.Layers);
        Assert.Equal(0.125, read.CostOf(s_layer));
        var depthwise = new LayerShape(LayerKind.Depthwise, true, 20, 20, 7, 7, 3, 3, 2, 20);
        Assert.Equal(49 * 2 + 2.5 * 49 + 4 * 7 * 2 + 5 * 7 + 6 * 2 + 7, read.InstructionsOf(depthwise));
        Assert.Equal(read.InstructionsOf(depthwise) / 2e6, read.CostOf(depthwise));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"version":2,"name":"x","layers":[]}""")]
    [InlineData("""{"version":1,"layers":[]}""")]
    [InlineData("""{"version":1,"name":"x"}""")]
    [InlineData("""{"version":1,"name":"x","layers":[{"kind":"dense","inputs":8,"outputs":8,"height":1,"width":1,"kernel_height":1,"kernel_width":1,"stride":1,"groups":1,"ms":-1}]}""")]
    [InlineData("""{"version":1,"name":"x","layers":[{"kind":"dense","inputs":0,"outputs":8,"height":1,"width":1,"kernel_height":1,"kernel_width":1,"stride":1,"groups":1,"ms":1}]}""")]
    [InlineData("""{"version":1,"name":"x","layers":[{"kind":"frobnicate","ms":1}]}""")]
    [InlineData("""{"version":1,"name":"x","kernels":[{"kind":"dense","row_tile":1,"column_tile":1,"depth_unit":1,"coefficients":[1]}],"instructions_per_ms":1}""")]
    [InlineData("""{"version":1,"name":"x","kernels":[{"kind":"dense","row_tile":0,"column_tile":1,"depth_unit":1,"coefficients":[]}],"instructions_per_ms":1}""")]
    [InlineData("""{"version":1,"name":"x","kernels":[{"kind":"table","row_tile":1,"column_tile":1,"depth_unit":1,"coefficients":[1,1,1]}]}""")]
    [InlineData("""{"version":1,"name":"x","colour":"green"}""")]
    public void A_malformed_profile_is_said_with_its_name(string json) =>
        Assert.StartsWith("bad.json: is no profile of a target: ", Assert.Throws<ModelException>(() => ProfileFile.Parse(json, "bad.json")).Message, StringComparison.Ordinal);

    [Fact]
    public void Times_are_interpolated_between_widths_and_never_fall()
    {
        var profile = new TargetProfile("host", [], 0,
            [new(s_layer.At(16, 32), 1), new(s_layer.At(16, 64), 3), new(s_layer.At(32, 32), 2), new(s_layer.At(32, 64), 4), new(s_layer.At(32, 128), 3.5)]);
        Assert.Equal(2.375, profile.CostOf(s_layer.At(24, 48)), 12);
        Assert.Equal(3.5, profile.CostOf(s_layer.At(32, 100)), 12);
        Assert.Equal(3.5, profile.CostOf(s_layer.At(32, 64)), 12);
        Assert.Equal(0.5, profile.CostOf(s_layer.At(16, 16)), 12);
        string unknown = Assert.Throws<ModelException>(() => profile.CostOf(s_layer with { KernelHeight = 5, KernelWidth = 5 })).Message;
        Assert.Contains("5x5", unknown, StringComparison.Ordinal);
        Assert.Contains("--save-target", unknown, StringComparison.Ordinal);
    }

    public static TheoryData<LayerShape> Shapes => new(
        new LayerShape(LayerKind.Dense, true, 24, 40, 7, 5),
        new LayerShape(LayerKind.Dense, true, 3, 16, 9, 9, 3, 3, 2),
        new LayerShape(LayerKind.Dense, false, 16, 32, 4, 4, 3, 3, 1, 4),
        new LayerShape(LayerKind.Depthwise, true, 24, 24, 6, 6, 5, 5, 2, 24),
        new LayerShape(LayerKind.Depthwise, false, 8, 8, 6, 6, 3, 3, 1, 8),
        new LayerShape(LayerKind.Binary, true, 16, 16, 5, 5),
        new LayerShape(LayerKind.Pool, true, 16, 16, 5, 5, 3, 3, 2),
        new LayerShape(LayerKind.Pool, false, 16, 16, 1, 1, 7, 7),
        new LayerShape(LayerKind.Table, true, 16, 16, 5, 5));

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_single_layer_has_the_shape_it_is_timed_for(LayerShape shape)
    {
        Graph graph = SingleLayer.Create(shape);
        Node layer = graph.Nodes.Single(n => LayerShape.Of(n, shape.Int8) is not null || n.OpType == "Conv");
        if (!shape.Int8) Assert.Equal(shape, LayerShape.Of(layer, int8: false));
        int[] y = layer.Output.Dims;
        Assert.Equal([1, shape.Outputs, shape.Height, shape.Width], y);
        using Session session = Session.Load(PlanFile.Parse(PlanCompiler.Compile(graph), "layer"));
        OperatorInfo own = Assert.Single(Enumerable.Range(0, session.OperatorCount).Select(session.Operator), o => o.Kind is not (OperatorKind.Quantize or OperatorKind.Dequantize));
        Assert.Equal(shape.Int8 ? PlanType.Int8 : PlanType.Float, session.Tensors[own.Inputs[0]].Type);
        Assert.Equal(shape.Macs, own.Macs);
    }

    [Fact]
    public void A_graph_measured_on_this_machine_is_profiled_completely()
    {
        Graph graph = Zoo.Create("mobilenet-v3-small", new ZooOptions { Width = 0.35, Size = 32, Classes = 10 });
        Declutter.Run(graph);
        ShapeInference.Run(graph);
        TargetProfile profile = HostMeasurement.Of(graph, int8: true);
        Assert.All(profile.Layers, static l => Assert.True(l.Ms > 0));
        Assert.True(profile.TimeOf(graph) > 0);
        Assert.Equal(2 * profile.TimeOf(graph), profile.Scaled(2).TimeOf(graph), 1e-9);
    }
}
