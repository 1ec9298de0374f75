using EdgeKit.Compiler;
using EdgeKit.Onnx;
using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Testing.Operators;

/// <summary>Runs graphs compiled.</summary>
public static class CompiledRun
{
    /// <summary>The outputs of a graph whose inputs and outputs are float, with shapes known.</summary>
    public static Tensor[] Of(Graph graph, IReadOnlyDictionary<string, Tensor> feeds)
    {
        using Session session = Session.Load(PlanFile.Parse(PlanCompiler.Compile(graph), graph.Name));
        for (int i = 0; i < graph.Inputs.Count; i++) session.SetInput(i, feeds[graph.Inputs[i].Name].AsSpan<float>());
        session.Run();
        return [.. graph.Outputs.Select((o, i) => Tensor.Of(session.GetOutput(i), o.Dims))];
    }
}
