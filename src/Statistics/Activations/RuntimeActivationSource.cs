using EdgeKit.Compiler;
using EdgeKit.Onnx;
using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Statistics;

/// <summary>Runs calibration images on the float runtime. The observed values are made outputs of a copy of the graph, so that no fusion hides them.</summary>
/// <param name="graph">The float graph.</param>
/// <param name="threads">Threads of an inference; the values do not depend on it.</param>
public sealed class RuntimeActivationSource(Graph graph, int threads = 1) : IActivationSource, IDisposable
{
    private Session? _session;
    private string[] _observed = [];
    private float[] _buffer = [];

    /// <summary>The runtime where it takes every operator of the graph, else the reference operators: a model that only others will run can be quantized too.</summary>
    public static IActivationSource Create(Graph graph) => Create(graph, threads: 1);

    /// <inheritdoc cref="Create(Graph)"/>
    public static IActivationSource Create(Graph graph, int threads) =>
        graph.Nodes.All(static n => PlanCompiler.Support(n) != "unsupported") ? new RuntimeActivationSource(graph, threads) : new ReferenceActivationSource(graph);

    /// <inheritdoc/>
    public void Run(IReadOnlyDictionary<string, Tensor> feeds, IReadOnlyCollection<string> values, ActivationVisitor visit)
    {
        foreach (string name in values)
        {
            if (feeds.TryGetValue(name, out Tensor? feed)) visit(name, feed.AsSpan<float>());
        }
        string[] computed = [.. values.Where(v => !feeds.ContainsKey(v))];
        if (computed.Length == 0) return;
        if (_session is null || !computed.SequenceEqual(_observed)) Compile(computed);
        for (int i = 0; i < graph.Inputs.Count; i++)
        {
            if (!feeds.TryGetValue(graph.Inputs[i].Name, out Tensor? feed)) throw new ModelException($"no value is given for input '{graph.Inputs[i].Name}'");
            _session!.SetInput(i, feed.AsSpan<float>());
        }
        _session!.Run();
        for (int i = 0; i < _observed.Length; i++)
        {
            Span<float> data = Buffer(_session.Tensors[_session.Outputs[i]].ElementCount);
            _session.ReadOutput(i, data);
            visit(_observed[i], data);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _session?.Dispose();

    private Span<float> Buffer(int count)
    {
        if (_buffer.Length < count) _buffer = new float[count];
        return _buffer.AsSpan(0, count);
    }

    private void Compile(string[] values)
    {
        _session?.Dispose();
        _observed = values;
        _session = Session.Load(PlanFile.Parse(PlanCompiler.Compile(graph.WithOutputs(values)), graph.Name), new SessionOptions { Threads = threads });
    }
}
