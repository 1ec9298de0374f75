using EdgeKit.Onnx;
using EdgeKit.Testing.Operators;
using Xunit;

namespace EdgeKit.Tests.Onnx;

/// <summary>The reference operators against outputs of ONNX Runtime that were stored: an outside oracle where ONNX Runtime is not at hand.</summary>
public class GoldenOperatorTests
{
    private static readonly Lazy<GoldenFile> Golden = new(static () => GoldenFile.Read(GoldenFile.PathOf("operators.bin.gz")));

    public static TheoryData<string> Names => [.. OperatorCases.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Agrees_with_stored_outputs(string name)
    {
        OperatorCase test = OperatorCases.Create(name);
        Assert.True(Golden.Value.Outputs.TryGetValue(name, out Tensor[]? expected), $"no outputs of '{name}' are stored; run tests/write-golden");
        Dictionary<string, Tensor> actual = ReferenceExecutor.Run(test.Graph, test.Feeds);
        for (int i = 0; i < expected!.Length; i++) TensorAssert.Close(expected[i], actual[test.Graph.Outputs[i].Name], test.Tolerance, $"{name} ({Golden.Value.Engine})");
    }
}
