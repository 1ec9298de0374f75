using EdgeKit.Onnx;
using EdgeKit.Testing;
using Xunit;

namespace EdgeKit.Tests.Onnx;

/// <summary>What ONNX Runtime joined is read as the operators it was; the conformance tests hold the results to ONNX Runtime's.</summary>
public sealed class FusedFormsTests
{
    [Fact]
    public void A_fused_convolution_keeps_its_name_and_attributes_and_is_prepared_like_any_other()
    {
        Graph graph = FusedConv("Relu").Parse();
        Assert.Equal(["Conv", "Relu"], graph.Nodes.Select(static n => n.OpType));
        Assert.Equal([1, 1, 1, 1], graph.Nodes[0].Attributes.Ints("pads")!);
        Assert.False(graph.Nodes[0].Attributes.Has("activation"));
        Assert.Equal("y", graph.Outputs[0].Name);
        ShapeInference.Run(graph);
        Assert.Equal([1, 2, 6, 6], graph.Outputs[0].Dims);
    }

    [Theory]
    [InlineData("Erf", "activation 'Erf' is not supported")]
    [InlineData("Clip", "has 1 elements, too few for Clip")]
    public void What_is_not_known_is_refused_by_node(string activation, string message)
    {
        ModelException e = Assert.Throws<ModelException>(() => FusedConv(activation, 0.5f).Parse());
        Assert.StartsWith("test.onnx: node '", e.Message, StringComparison.Ordinal);
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    private static OnnxModelBuilder FusedConv(string activation, params float[] parameters) => new OnnxModelBuilder()
        .Input("x", 1, 3, 6, 6)
        .Constant("w", Tensor.Of(new float[2 * 3 * 3 * 3], 2, 3, 3, 3))
        .NodeOf("com.microsoft", "FusedConv", "x w", "y", ("pads", new[] { 1, 1, 1, 1 }), ("activation", activation), ("activation_params", parameters))
        .Output("y");
}
