using EdgeKit.Compiler;
using EdgeKit.Onnx;
using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Plan;
using EdgeKit.Testing.Operators;
using Xunit;

namespace EdgeKit.Tests.Runtime;

/// <summary>Small quantized nets against outputs of ONNX Runtime that were stored: an outside oracle where ONNX Runtime is not at hand.</summary>
public class GoldenQdqTests
{
    private static readonly Lazy<GoldenFile> Golden = new(static () => GoldenFile.Read(GoldenFile.PathOf("qdq-nets.bin.gz")));

    public static TheoryData<string> Names => [.. OperatorCases.Names.Where(static n => n.StartsWith("Net/", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Names))]
    public void Equals_stored_outputs(string name)
    {
        Tensor[] stored = Golden.Value.Outputs[name];
        Graph graph = OnnxFile.Parse(stored[0].AsSpan<byte>(), name);
        ShapeInference.Run(graph);
        using Session session = Session.Load(PlanFile.Parse(PlanCompiler.Compile(graph), name));
        session.SetInput(0, OperatorCases.Create(name).Feeds.Values.Single().AsSpan<float>());
        session.Run();
        Assert.Contains(Enumerable.Range(0, session.OperatorCount), i => session.Operator(i).Kind == OperatorKind.Conv && session.Tensors[session.Operator(i).Outputs[0]].Type == PlanType.Int8);
        TensorAssert.Close(stored[1], Tensor.Of(session.GetOutput(0), stored[1].Shape), 1e-6, $"{name} ({Golden.Value.Engine})");
    }
}
