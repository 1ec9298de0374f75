using EdgeKit.Onnx;
using EdgeKit.Runtime.OnnxRuntime;
using EdgeKit.Testing;
using EdgeKit.Testing.Operators;
using Xunit;

namespace EdgeKit.Conformance.Operators;

/// <summary>Operators that are written as others against ONNX Runtime: as computed here, and as the file that is written says.</summary>
public class ComposedConformanceTests
{
    public static TheoryData<string> Names => [.. ComposedCases.Names];

    [OrtTheory]
    [MemberData(nameof(Names))]
    public void Agrees_with_onnx_runtime(string name)
    {
        OperatorCase test = ComposedCases.Create(name);
        Graph graph = test.Inferred();
        Tensor[] expected = OrtOracle.Run(test.Graph, test.Feeds);
        Dictionary<string, Tensor> actual = ReferenceExecutor.Run(graph, test.Feeds);
        Tensor[] written = OrtOracle.Run(graph, test.Feeds);
        for (int i = 0; i < expected.Length; i++)
        {
            TensorAssert.Close(expected[i], actual[graph.Outputs[i].Name], test.Tolerance, name);
            TensorAssert.Close(expected[i], written[i], test.Tolerance, $"{name}, written out");
        }
    }

    [OrtFact]
    public void Golden_file_is_up_to_date()
    {
        string path = GoldenFile.PathOf("composed.bin.gz");
        if (Environment.GetEnvironmentVariable("EDGEKIT_WRITE_GOLDEN") == "1")
        {
            var outputs = ComposedCases.Names.ToDictionary(static name => name, static name =>
            {
                OperatorCase test = ComposedCases.Create(name);
                return OrtOracle.Run(test.Graph, test.Feeds);
            });
            new GoldenFile($"ONNX Runtime {OrtLibrary.Load().Version}", outputs).Write(path);
        }
        Assert.Equal(ComposedCases.Names, GoldenFile.Read(path).Outputs.Keys);
        Assert.InRange(new FileInfo(path).Length, 1, 700_000);
    }
}
