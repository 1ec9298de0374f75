using EdgeKit.Onnx;
using EdgeKit.Testing;
using EdgeKit.Testing.Operators;
using Xunit;

namespace EdgeKit.Conformance.Operators;

/// <summary>The reference operators against ONNX Runtime: floats close, everything else equal.</summary>
public class OperatorConformanceTests
{
    public static TheoryData<string> Names => [.. OperatorCases.Names];

    [OrtTheory]
    [MemberData(nameof(Names))]
    public void Agrees_with_onnx_runtime(string name)
    {
        OperatorCase test = OperatorCases.Create(name);
        Tensor[] expected = OrtOracle.Run(test.Graph, test.Feeds);
        Dictionary<string, Tensor> actual = ReferenceExecutor.Run(test.Graph, test.Feeds);
        Assert.Equal(test.Graph.Outputs.Count, expected.Length);
        for (int i = 0; i < expected.Length; i++) TensorAssert.Close(expected[i], actual[test.Graph.Outputs[i].Name], test.Tolerance, name);
    }
}
