using EdgeKit.Onnx;
using EdgeKit.Quantization;
using EdgeKit.Runtime.OnnxRuntime;
using EdgeKit.Testing;
using Xunit;

namespace EdgeKit.Conformance.Quantization;

/// <summary>The QDQ graphs of all real models in ONNX Runtime: they load, every convolution is fused, and the outputs are near the float model's.</summary>
public sealed class QdqModelTests
{
    [OrtTheory(Data = true)]
    [MemberData(nameof(RealModel.All), MemberType = typeof(RealModel))]
    public void OnnxRuntime_fuses_every_convolution_and_yields_nearly_the_float_outputs(string name)
    {
        Graph graph = RealModel.Load(name);
        Tensor image = Tensor.Of(RealModel.Input(name), graph.Inputs[0].Dims);
        Graph qdq = Quantizer.Quantize(graph, [image]).Qdq;
        Assert.True(qdq.Opset >= 13);
        OrtTensor[] inputs = [OrtTensor.Create<float>(graph.Inputs[0].Name, image.Shape, image.AsSpan<float>())];

        OrtTensor[] actual;
        string optimized = Path.Combine(Path.GetTempPath(), $"edgekit-{Guid.NewGuid():n}.onnx");
        try
        {
            using OrtSession quantized = OrtSession.FromBytes(OnnxFile.Serialize(qdq), new OrtOptions { OptimizedModelPath = optimized, Optimization = GraphOptimization.Extended });
            actual = quantized.Run(inputs);
            IReadOnlyList<Node> fused = OnnxFile.Load(optimized).Nodes;
            Assert.Equal(qdq.Nodes.Count(static n => n.OpType == "Conv"), fused.Count(static n => n.OpType == "QLinearConv"));
            Assert.DoesNotContain(fused, static n => n.OpType is "Conv" or "FusedConv" or "Relu" or "Clip");
        }
        finally
        {
            File.Delete(optimized);
        }

        using OrtSession original = OrtSession.FromFile(RealModel.Path(name));
        OrtTensor[] expected = original.Run(inputs);
        for (int i = 0; i < expected.Length; i++)
        {
            float[] e = expected[i].AsSpan<float>().ToArray(), a = actual[i].AsSpan<float>().ToArray();
            double signal = e.Sum(static v => (double)v * v), noise = e.Zip(a).Sum(static p => Math.Pow(p.First - p.Second, 2));
            Assert.True(10 * Math.Log10(signal / noise) > 6, $"{name} '{expected[i].Name}': {10 * Math.Log10(signal / noise):F1} dB");
        }
    }

    [OrtFact(Data = true)]
    public void The_symmetric_form_loads_and_holds_no_zero_point_but_0()
    {
        const string Name = "mobilenet_v1_0.25_128";
        Graph graph = RealModel.Load(Name);
        Tensor image = Tensor.Of(RealModel.Input(Name), graph.Inputs[0].Dims);
        Graph qdq = Quantizer.Quantize(graph, [image], new QuantizeOptions { Activations = ActivationScheme.Symmetric }).Qdq;
        Assert.All(qdq.Nodes.Where(static n => n.OpType is "QuantizeLinear" or "DequantizeLinear"),
            static n => Assert.All(n.ConstantInput(2)!.ToInt64s(), static z => Assert.Equal(0, z)));
        Assert.All(qdq.Nodes.Where(static n => n.OpType == "QuantizeLinear"), static n => Assert.Equal(ElementType.Int8, n.Output.Type));
        using OrtSession session = OrtSession.FromBytes(OnnxFile.Serialize(qdq));
        Assert.Equal(1001, session.Run([OrtTensor.Create<float>(graph.Inputs[0].Name, image.Shape, image.AsSpan<float>())])[0].AsSpan<float>().Length);
    }
}
