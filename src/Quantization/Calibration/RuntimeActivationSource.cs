using System.Runtime.InteropServices;
using EdgeKit.Compiler;
using EdgeKit.Onnx;
using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Quantization;

/// <summary>Runs calibration images on the float runtime. The observed values are made outputs of a copy of the graph, so that no fusion hides them.</summary>
/// <param name="graph">The float graph.</param>
public sealed class RuntimeActivationSource(Graph graph) : IActivationSource, IDisposable
{
    private Session? _session;
    private string[] _observed = [];

    /// <summary>The runtime where it takes every operator of the graph, else the reference operators: a model that only others will run can be quantized too.</summary>
    public static IActivationSource Create(Graph graph) =>
        graph.Nodes.All(static n => PlanCompiler.Support(n) != "unsupported") ? new RuntimeActivationSource(graph) : new ReferenceActivationSource(graph);

    /// <inheritdoc/>
    public void Run(IReadOnlyDictionary<string, Tensor> feeds, IReadOnlyCollection<string> values, ActivationVisitor visit)
    {
        if (_session is null || !values.Where(v => !feeds.ContainsKey(v)).SequenceEqual(_observed)) Compile(feeds, values);
        for (int i = 0; i < graph.Inputs.Count; i++)
        {
            if (!feeds.TryGetValue(graph.Inputs[i].Name, out Tensor? feed)) throw new ModelException($"no value is given for input '{graph.Inputs[i].Name}'");
            _session!.SetInput(i, feed.AsSpan<float>());
        }
        _session!.Run();
        foreach (string name in values)
        {
            if (feeds.TryGetValue(name, out Tensor? feed)) visit(name, feed.AsSpan<float>());
        }
        for (int i = 0; i < _observed.Length; i++) visit(_observed[i], MemoryMarshal.Cast<byte, float>(_session.OutputBytes(i)));
    }

    /// <inheritdoc/>
    public void Dispose() => _session?.Dispose();

    private void Compile(IReadOnlyDictionary<string, Tensor> feeds, IReadOnlyCollection<string> values)
    {
        _session?.Dispose();
        _observed = [.. values.Where(v => !feeds.ContainsKey(v))];
        Graph observed = graph.WithOutputs(_observed);
        _session = Session.Load(PlanFile.Parse(PlanCompiler.Compile(observed), graph.Name));
    }
}
