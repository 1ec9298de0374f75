using EdgeKit.Onnx;
using EdgeKit.Testing.Operators;
using Xunit;

namespace EdgeKit.Tests.Onnx;

/// <summary>Operators that are written as others, against stored outputs of ONNX Runtime: by the reference operators and compiled.</summary>
public class ComposedOperatorTests
{
    private static readonly Lazy<GoldenFile> Golden = new(static () => GoldenFile.Read(GoldenFile.PathOf("composed.bin.gz")));

    public static TheoryData<string> Names => [.. ComposedCases.Names];

    public static TheoryData<string> Compiled => [.. ComposedCases.Names.Where(ComposedCases.Compiles)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Agrees_with_stored_outputs(string name)
    {
        OperatorCase test = ComposedCases.Create(name);
        Graph graph = test.Inferred();
        Dictionary<string, Tensor> results = ReferenceExecutor.Run(graph, test.Feeds);
        Compare(test, [.. graph.Outputs.Select(o => results[o.Name])]);
    }

    [Theory]
    [MemberData(nameof(Compiled))]
    public void Agrees_when_compiled(string name)
    {
        OperatorCase test = ComposedCases.Create(name);
        Graph graph = test.Inferred();
        Declutter.Run(graph);
        ShapeInference.Run(graph);
        Compare(test, CompiledRun.Of(graph, test.Feeds));
    }

    private static void Compare(OperatorCase test, Tensor[] actual)
    {
        Assert.True(Golden.Value.Outputs.TryGetValue(test.Name, out Tensor[]? expected), $"no outputs of '{test.Name}' are stored; run tests/write-golden");
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++) TensorAssert.Close(expected[i], actual[i], test.Tolerance, $"{test.Name} ({Golden.Value.Engine})");
    }
}
