using EdgeKit.Onnx;
using EdgeKit.Quantization;
using EdgeKit.Runtime.OnnxRuntime;
using EdgeKit.Testing;
using EdgeKit.Testing.Operators;
using Xunit;

namespace EdgeKit.Conformance.Operators;

/// <summary>The golden file of quantized nets: each net as a QDQ model and what ONNX Runtime, which fuses it to QLinear operators, makes of it.</summary>
public class GoldenQdqFileTests
{
    [OrtFact]
    public void Golden_file_is_up_to_date()
    {
        string path = GoldenFile.PathOf("qdq-nets.bin.gz");
        string[] names = [.. OperatorCases.Names.Where(static n => n.StartsWith("Net/", StringComparison.Ordinal))];
        if (Environment.GetEnvironmentVariable("EDGEKIT_WRITE_GOLDEN") == "1")
            new GoldenFile($"ONNX Runtime {OrtLibrary.Load().Version}", names.ToDictionary(static n => n, Quantized)).Write(path);
        GoldenFile golden = GoldenFile.Read(path);
        Assert.Equal(names, golden.Outputs.Keys);
        foreach ((string name, Tensor[] stored) in golden.Outputs)
            Assert.Equal(stored[1].ToFloats(), Outputs(stored[0].AsSpan<byte>().ToArray(), OperatorCases.Create(name)).ToFloats());
    }

    private static Tensor[] Quantized(string name)
    {
        OperatorCase test = OperatorCases.Create(name);
        byte[] model = OnnxFile.Serialize(Quantizer.Calibrate(test.Graph, [test.Feeds]).Write().Qdq);
        return [Tensor.Of(model, model.Length), Outputs(model, test)];
    }

    private static Tensor Outputs(byte[] model, OperatorCase test)
    {
        using OrtSession session = OrtSession.FromBytes(model, new OrtOptions { Optimization = GraphOptimization.Extended, Spin = false });
        Tensor x = test.Feeds.Values.Single();
        OrtTensor y = session.Run([OrtTensor.Create<float>(session.Inputs[0].Name, x.Shape, x.AsSpan<float>())])[0];
        return Tensor.Of(y.AsSpan<float>().ToArray(), y.Shape);
    }
}
