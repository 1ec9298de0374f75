using EdgeKit.Compiler;
using EdgeKit.Onnx;
using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.NodeTests;

/// <summary>What computes a graph: the reference operators, and the runtime on a compiled plan.</summary>
internal static class Engines
{
    /// <summary>Runs the reference operators.</summary>
    public static Tensor[] Reference(Graph graph, Dictionary<string, Tensor> feeds)
    {
        Dictionary<string, Tensor> results = ReferenceExecutor.Run(graph, feeds);
        return [.. graph.Outputs.Select(o => results[o.Name])];
    }

    /// <summary>Compiles and runs; null where the runtime does not take the graph, whose inputs and outputs must be float.</summary>
    public static Tensor[]? Runtime(Graph graph, Dictionary<string, Tensor> feeds)
    {
        if (graph.Inputs.Count == 0 || graph.Inputs.Concat(graph.Outputs).Any(static v => v.Type != ElementType.Float)) return null;
        Graph copy = graph.Clone();
        byte[] plan;
        try
        {
            Declutter.Run(copy);
            ShapeInference.Run(copy);
            plan = PlanCompiler.Compile(copy);
        }
        catch (ModelException)
        {
            return null;
        }
        using Session session = Session.Load(PlanFile.Parse(plan, graph.Name));
        for (int i = 0; i < copy.Inputs.Count; i++) session.SetInput(i, feeds[copy.Inputs[i].Name].AsSpan<float>());
        session.Run();
        return [.. graph.Outputs.Select((o, i) => Tensor.Of(session.GetOutput(i), o.Dims))];
    }
}
