using EdgeKit.Compiler;
using EdgeKit.Onnx;
using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.OnnxRuntime;
using EdgeKit.Runtime.Plan;
using EdgeKit.Testing;
using Xunit;

namespace EdgeKit.Conformance.Runtime;

/// <summary>INT8 Add and Mul of all pairs of codes, and global average pooling, against ONNX Runtime, code for code.</summary>
public sealed class Int8ElementwiseTests
{
    [OrtTheory]
    [InlineData("Add", 0.02f, 125, 0.05f, 140, 0.04f, 133)]
    [InlineData("Add", 1f, 128, 0.5f, 128, 1f, 128)]
    [InlineData("Add", 0.0235f, 0, 0.0191f, 0, 0.0312f, 0)]
    [InlineData("Mul", 0.02f, 0, 0.0039f, 0, 0.013f, 28)]
    [InlineData("Mul", 0.031f, 117, 0.017f, 139, 0.0213f, 121)]
    [InlineData("Mul", 1f, 128, 0.5f, 128, 4f, 128)]
    public void All_pairs_of_codes(string op, float scaleA, byte zeroA, float scaleB, byte zeroB, float scaleY, byte zeroY)
    {
        int[] shape = [256, 256];
        var graph = new Graph();
        Value a = Quantized(graph, graph.AddInput("a", ElementType.Float, shape), scaleA, zeroA);
        Value b = Quantized(graph, graph.AddInput("b", ElementType.Float, shape), scaleB, zeroB);
        graph.AddOutput(Quantized(graph, graph.Append(op, [a, b]).Output, scaleY, zeroY));
        AssertEqual(graph, shape, i => (i / 256 - zeroA) * scaleA, i => (i % 256 - zeroB) * scaleB);
    }

    [OrtTheory]
    [InlineData(7, 37, 0.05f, 0, 0.021f, 0)]
    [InlineData(5, 8, 0.05f, 117, 0.013f, 133)]
    public void Global_average_pool(int size, int channels, float scale, byte zero, float scaleY, byte zeroY)
    {
        int[] shape = [1, channels, size, size];
        var graph = new Graph();
        Value x = Quantized(graph, graph.AddInput("x", ElementType.Float, shape), scale, zero);
        graph.AddOutput(Quantized(graph, graph.Append("GlobalAveragePool", [x]).Output, scaleY, zeroY));
        var random = new Random(31);
        float[] values = [.. Enumerable.Range(0, channels * size * size).Select(_ => (random.Next(256) - zero) * scale)];
        AssertEqual(graph, shape, i => values[i]);
    }

    /// <summary>The value through QuantizeLinear and DequantizeLinear; ONNX Runtime fuses what lies between such pairs.</summary>
    private static Value Quantized(Graph graph, Value value, float scale, byte zero)
    {
        Value[] parameters = [graph.NewConstant($"{value.Name}_scale", Tensor.Scalar(scale)), graph.NewConstant($"{value.Name}_zero", Tensor.Of<byte>([zero]))];
        return graph.Append("DequantizeLinear", [graph.Append("QuantizeLinear", [value, .. parameters]).Output, .. parameters]).Output;
    }

    private static void AssertEqual(Graph graph, int[] shape, params Func<int, float>[] inputs)
    {
        ShapeInference.Run(graph);
        float[][] values = [.. inputs.Select(f => Enumerable.Range(0, Tensor.ElementCount(shape)).Select(f).ToArray())];
        using OrtSession ort = OrtSession.FromBytes(OnnxFile.Serialize(graph));
        float[] theirs = ort.Run([.. values.Select((v, i) => OrtTensor.Create<float>(graph.Inputs[i].Name, shape, v))])[0].AsSpan<float>().ToArray();
        using Session session = Session.Load(PlanFile.Parse(PlanCompiler.Compile(graph), "elementwise"));
        for (int i = 0; i < values.Length; i++) session.SetInput(i, values[i]);
        session.Run();
        Assert.Equal(theirs, session.GetOutput(0));
    }
}
