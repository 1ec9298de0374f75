using EdgeKit.Onnx;
using EdgeKit.Testing;
using EdgeKit.Testing.Operators;
using Xunit;

namespace EdgeKit.Conformance.Operators;

/// <summary>The reference executor on whole models against ONNX Runtime on the same files.</summary>
public class RealModelTests
{
    public static TheoryData<string, int[]?> Models => new()
    {
        { "fastestdet_352.onnx", null },
        { "mobilenet_v1_0.25_128.onnx", null },
        { "mobilenet_v2_1.0_224.onnx", null },
        { "nanodet_m_416.onnx", null },
        { "ppocr_v2_cls.onnx", [1, 3, 48, 192] },
        { "ppocr_v3_det.onnx", [1, 3, 192, 160] },
        { "resnet20_cifar10.onnx", null },
        { "resnet8_cifar10.onnx", null },
        { "retinaface_mobilenet0.25_240x320.onnx", null },
        { "shufflenet_v2_1.0_224.onnx", null },
        { "squeezenet1.1_224.onnx", null },
        { "twinlitenet_360x640.onnx", null },
        { "ultraface_rfb_320.onnx", null },
        { "vww_96_mobilenet_v1_0.25.onnx", null },
    };

    [OrtTheory(Data = true)]
    [MemberData(nameof(Models))]
    public void Agrees_with_onnx_runtime(string file, int[]? shape)
    {
        string path = TestData.Model(file);
        Graph graph = OnnxFile.Load(path);
        ShapeInference.Run(graph, shape is null ? null : new Dictionary<string, int[]> { [""] = shape });
        Value input = graph.Inputs.Single();
        var feeds = new Dictionary<string, Tensor> { [input.Name] = new SeededValues(1).Floats(-1, 1, input.Dims) };
        Tensor[] expected = OrtOracle.Run(File.ReadAllBytes(path), feeds);
        Dictionary<string, Tensor> actual = ReferenceExecutor.Run(graph, feeds);
        for (int i = 0; i < expected.Length; i++) TensorAssert.Close(expected[i], actual[graph.Outputs[i].Name], 1e-4, $"{file} {graph.Outputs[i].Name}");
    }
}
