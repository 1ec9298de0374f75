using EdgeKit.Compiler;
using EdgeKit.Onnx;
using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Quantization;

/// <summary>A quantized graph on the runtime, by the exact integer rule.</summary>
internal sealed class IntegerEngine : IDisposable
{
    private readonly Session _session;

    /// <summary>Loads an instance of a compiled graph.</summary>
    public IntegerEngine(PlanFile plan) => _session = Session.Load(plan);

    /// <summary>Compiles what <paramref name="outputs"/> of a QDQ graph need.</summary>
    public static PlanFile Compile(Graph qdq, IEnumerable<string> outputs) => PlanFile.Parse(PlanCompiler.Compile(qdq.WithOutputs(outputs)), qdq.Name);

    /// <summary>Whether the runtime takes every operator.</summary>
    public static bool CanRun(Graph qdq) => qdq.Nodes.All(static n => PlanCompiler.Support(n) != "unsupported");

    /// <summary>Runs one inference.</summary>
    /// <param name="feeds">The inputs by name, in NCHW.</param>
    /// <param name="inputs">Names of the inputs in the graph's order.</param>
    public void Run(IReadOnlyDictionary<string, Tensor> feeds, IReadOnlyList<string> inputs)
    {
        for (int i = 0; i < _session.Inputs.Count; i++) _session.SetInput(i, feeds[inputs[i]].AsSpan<float>());
        _session.Run();
    }

    /// <summary>An output as real values in NCHW.</summary>
    public float[] Output(int index) => _session.GetOutput(index);

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();
}
