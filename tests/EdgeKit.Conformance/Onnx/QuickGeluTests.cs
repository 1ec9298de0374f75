using EdgeKit.Onnx;
using EdgeKit.Testing;
using EdgeKit.Testing.Operators;
using Xunit;

namespace EdgeKit.Conformance.Onnx;

/// <summary>QuickGelu of com.microsoft, as ONNX Runtime computes it.</summary>
public sealed class QuickGeluTests
{
    [OrtTheory]
    [InlineData(null)]
    [InlineData(1f)]
    [InlineData(0.5f)]
    [InlineData(-2f)]
    public void Reference_and_plan_compute_what_onnx_runtime_does(float? alpha)
    {
        var b = new CaseBuilder($"QuickGelu/{alpha}");
        Value x = b.In(b.Values.Floats(-8, 8, 1, 5, 9, 7));
        OperatorCase test = b.Build(b.Op("com.microsoft:QuickGelu", [x], alpha is { } a ? [("alpha", a)] : []));
        Tensor[] expected = EdgeKit.Testing.Operators.OrtOracle.Run(test.Graph, test.Feeds);
        Graph graph = test.Inferred();
        TensorAssert.Close(expected[0], ReferenceExecutor.Run(graph, test.Feeds)[graph.Outputs[0].Name], 1e-6, "reference");
        TensorAssert.Close(expected[0], CompiledRun.Of(graph, test.Feeds)[0], 1e-6, "plan");
    }
}
