using EdgeKit.Onnx;
using EdgeKit.Runtime.OnnxRuntime;
using EdgeKit.Testing;
using Xunit;

namespace EdgeKit.Conformance.Onnx;

/// <summary>ONNX Runtime takes what we write, and computes what it should.</summary>
public sealed class WrittenModelTests
{
    public static TheoryData<string> Models()
    {
        var names = new TheoryData<string>();
        if (TestData.Root is null) return names;
        foreach (string path in Directory.GetFiles(Path.Combine(TestData.Root, "models"), "*.onnx").Order(StringComparer.Ordinal)) names.Add(Path.GetFileName(path));
        return names;
    }

    [OrtTheory(Data = true)]
    [MemberData(nameof(Models))]
    public void A_real_model_computes_the_same_after_writing(string name)
    {
        const int size = 64;
        byte[] original = File.ReadAllBytes(TestData.Model(name));
        OrtTensor[] expected = OrtOracle.Run(original, size);
        Graph graph = OnnxFile.Load(TestData.Model(name));
        bool dynamic = graph.Inputs[0].Shape![2] < 0;
        ShapeInference.Run(graph, dynamic ? new Dictionary<string, int[]> { [""] = [size, size] } : null);
        Assert.Equal(expected.Select(static t => t.Shape), graph.Outputs.Select(static v => v.Dims));
        OrtOracle.AssertClose(expected, OrtOracle.Run(OnnxFile.Serialize(graph), size), 1e-5f);
    }

    [OrtTheory]
    [InlineData(13)]
    [InlineData(20)]
    public void Operators_that_EdgeKit_recognises_are_spelled_out(int opset)
    {
        float[] x = Run(opset, "Relu", "").Input;
        AssertClose(x.Select(static v => v / (1 + Math.Exp(-v))), Run(opset, "Silu", Graph.EdgeKitDomain).Output);
        AssertClose(x.Select(static v => v * Math.Clamp(v / 6.0 + 0.5, 0, 1)), Run(opset, "HardSwish", "").Output);
        AssertClose(x.Select(static v => 0.5 * v * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (v + 0.044715 * v * v * v)))), Run(opset, "Gelu", "", ("approximate", "tanh")).Output);
        // The exact form and the approximation differ by less than 0.001.
        float[] exact = Run(opset, "Gelu", "", ("approximate", "none")).Output;
        float[] near = Run(opset, "Gelu", "", ("approximate", "tanh")).Output;
        Assert.All(exact.Zip(near), static p => Assert.InRange(p.First - p.Second, -1e-3f, 1e-3f));
        Assert.NotEqual(exact, near);
    }

    [OrtTheory]
    [InlineData(13)]
    [InlineData(18)]
    public void A_channel_shuffle_is_spelled_out(int opset)
    {
        (float[] x, float[] y) = Run(opset, "ChannelShuffle", Graph.EdgeKitDomain, ("groups", 2));
        const int plane = 4, groups = 2, each = 3;
        for (int j = 0; j < each; j++)
        {
            for (int i = 0; i < groups; i++)
                Assert.Equal(x.AsSpan((i * each + j) * plane, plane).ToArray(), y.AsSpan((j * groups + i) * plane, plane).ToArray());
        }
    }

    private static (float[] Input, float[] Output) Run(int opset, string op, string domain, params (string Name, object Value)[] attributes)
    {
        var graph = new Graph { Opset = opset };
        Value x = graph.AddInput("x", ElementType.Float, [1, 6, 2, 2]);
        Node node = graph.Append(op, [x], domain: domain);
        foreach ((string name, object value) in attributes) node.Attributes.Set(name, value);
        Node copy = graph.Append("Identity", [x]);
        graph.AddOutput(copy.Output);
        graph.AddOutput(node.Output);
        ShapeInference.Run(graph);
        OrtTensor[] outputs = OrtOracle.Run(OnnxFile.Serialize(graph));
        return (outputs[0].AsSpan<float>().ToArray(), outputs[1].AsSpan<float>().ToArray());
    }

    private static void AssertClose(IEnumerable<double> expected, float[] actual) =>
        Assert.All(expected.Zip(actual), static p => Assert.InRange(p.Second - p.First, -1e-5, 1e-5));
}
