using EdgeKit.Onnx;
using EdgeKit.Testing;
using Xunit;

namespace EdgeKit.Conformance.Onnx;

/// <summary>ONNX Runtime's FusedConv is taken apart into what it computes.</summary>
public sealed class FusedConvTests
{
    [OrtTheory]
    [InlineData("")]
    [InlineData("Relu")]
    [InlineData("Sigmoid")]
    [InlineData("Tanh")]
    [InlineData("LeakyRelu", 0.3f)]
    [InlineData("Clip", -0.25f, 0.5f)]
    [InlineData("HardSigmoid", 0.3f, 0.6f)]
    public void Computes_what_onnx_runtime_does(string activation, params float[] parameters)
    {
        byte[] model = FusedConv(activation, parameters, "x w b", "x");
        Graph graph = OnnxFile.Parse(model, activation);
        OrtOracle.AssertClose(OrtOracle.Run(model), OrtOracle.Run(OnnxFile.Serialize(graph)), 1e-5f);
    }

    [OrtFact]
    public void A_fourth_input_is_added_before_the_activation()
    {
        byte[] model = FusedConv("Relu", [], "x w b z", "x", "z");
        OrtOracle.AssertClose(OrtOracle.Run(model), OrtOracle.Run(OnnxFile.Serialize(OnnxFile.Parse(model, "sum"))), 1e-5f);
    }

    private static byte[] FusedConv(string activation, float[] parameters, string read, params string[] inputs)
    {
        var random = new Random(2);
        Tensor Random(params int[] shape) => Tensor.Of(Enumerable.Range(0, Tensor.ElementCount(shape)).Select(_ => random.NextSingle() - 0.5f).ToArray(), shape);
        var model = new OnnxModelBuilder();
        foreach (string input in inputs) model.Input(input, 1, 4, 6, 5);
        List<(string, object)> attributes = [("pads", new[] { 1, 1, 1, 1 })];
        if (activation.Length > 0) attributes.Add(("activation", activation));
        if (parameters.Length > 0) attributes.Add(("activation_params", parameters));
        return model.Constant("w", Random(4, 4, 3, 3)).Constant("b", Random(4)).NodeOf("com.microsoft", "FusedConv", read, "y", [.. attributes]).Output("y").ToBytes();
    }
}
