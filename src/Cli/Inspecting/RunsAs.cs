using EdgeKit.Cli.Models;
using EdgeKit.Compiler;
using EdgeKit.Onnx;
using EdgeKit.Quantization;
using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Cli.Inspecting;

/// <summary>How EdgeKit's runtime takes each node of a file: of a float model, how it would after quantization.</summary>
internal sealed class RunsAs
{
    public const string Int8 = "int8";
    public const string Float = "float";
    public const string Unsupported = "unsupported";

    /// <summary>The node vanishes into another one, or into constants.</summary>
    public const string Folded = "folded";

    private readonly Dictionary<string, string> _byName;

    private RunsAs(Dictionary<string, string> byName, IReadOnlyList<FloatOperator> reasons)
    {
        _byName = byName;
        Reasons = reasons;
    }

    /// <summary>What does not run in INT8, and why.</summary>
    public IReadOnlyList<FloatOperator> Reasons { get; }

    /// <summary>One of the constants, for a node of the file.</summary>
    public string Of(Node node) => _byName.GetValueOrDefault(node.Name, Folded);

    /// <summary>Looks at a decluttered model.</summary>
    public static RunsAs Of(OnnxModel model) => model.IsQuantized ? OfQuantized(model) : OfFloat(model.Graph);

    private static RunsAs OfFloat(Graph graph)
    {
        var byName = graph.Nodes.ToDictionary(static n => n.Name, PlanCompiler.Support, StringComparer.Ordinal);
        var reasons = new List<FloatOperator>();
        foreach (FloatOperator op in Quantizer.FloatOperators(graph).Where(op => byName[op.Node] != Unsupported))
        {
            byName[op.Node] = Float;
            reasons.Add(op);
        }
        reasons.AddRange(graph.Nodes.Where(n => byName[n.Name] == Unsupported)
            .Select(static n => new FloatOperator(n.Name, n.OpType, "the runtime does not have this operator")));
        return new RunsAs(byName, reasons);
    }

    private static RunsAs OfQuantized(OnnxModel model)
    {
        Node[] unsupported = [.. model.Graph.Nodes.Where(static n => PlanCompiler.Support(n) == Unsupported)];
        if (unsupported.Length > 0)
        {
            return new RunsAs(unsupported.ToDictionary(static n => n.Name, static _ => Unsupported, StringComparer.Ordinal),
                [.. unsupported.Select(static n => new FloatOperator(n.Name, n.OpType, "the runtime does not have this operator"))]);
        }
        using Session session = Session.Load(PlanFile.Parse(EkmModel.CompileBytes([model]), model.Path));
        var byName = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (OperatorInfo op in Enumerable.Range(0, session.OperatorCount).Select(session.Operator))
            byName[op.Name] = op.Inputs.Concat(op.Outputs).Any(t => session.Tensors[t].Type == PlanType.Int8) ? Int8 : Float;
        return new RunsAs(byName, []);
    }
}
