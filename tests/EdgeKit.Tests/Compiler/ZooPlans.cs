using System.Collections.Concurrent;
using EdgeKit.Compiler;
using EdgeKit.Onnx;
using EdgeKit.Quantization;
using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Plan;
using EdgeKit.Tests.Onnx.Passes;

namespace EdgeKit.Tests.Compiler;

/// <summary>Small builds of well-known networks, float and quantized, and runs of them.</summary>
internal static class ZooPlans
{
    private static readonly ConcurrentDictionary<(string Name, bool Int8), Graph> Graphs = [];

    public static Graph Graph(string name, bool int8) => Graphs.GetOrAdd((name, int8), static key => Build(key.Name, key.Int8));

    /// <summary>Outputs of one run on a seeded picture, with what the plan is made of.</summary>
    public static PlanRun Run(Graph graph, Optimizations without = Optimizations.None, int threads = 1)
    {
        byte[] file = PlanCompiler.Compile(graph, new CompileOptions { Without = without });
        using Session session = Session.Load(PlanFile.Parse(file, graph.Name), new SessionOptions { Threads = threads });
        for (int i = 0; i < session.Inputs.Count; i++)
            session.SetInput(i, TestNet.Picture(session.Tensors[session.Inputs[i]].LogicalDims, new Random(i + 7)).AsSpan<float>());
        session.Run();
        return new PlanRun([.. Enumerable.Range(0, session.Outputs.Count).Select(session.GetOutput)],
            [.. Enumerable.Range(0, session.OperatorCount).Select(session.Operator)], session.ArenaBytes);
    }

    private static Graph Build(string name, bool int8)
    {
        Graph graph = Zoo.Create(name, new ZooOptions { Size = 64, Width = 0.5, Classes = 20 });
        Declutter.Run(graph);
        ShapeInference.Run(graph);
        return int8 ? Quantizer.Quantize(graph, Enumerable.Range(0, 2).Select(static i => TestNet.Picture([1, 3, 64, 64], new Random(i)))).Qdq : graph;
    }
}

/// <summary>Outputs and content of a plan.</summary>
internal sealed record PlanRun(float[][] Outputs, OperatorInfo[] Operators, long ArenaBytes)
{
    public int Count(EdgeKit.Runtime.Plan.OperatorKind kind) => Operators.Count(op => op.Kind == kind);
}
