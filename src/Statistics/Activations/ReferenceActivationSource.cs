using EdgeKit.Onnx;

namespace EdgeKit.Statistics;

/// <summary>Runs calibration images on the float reference operators: slow, and right for every operator that EdgeKit reads.</summary>
/// <param name="graph">The float graph.</param>
public sealed class ReferenceActivationSource(Graph graph) : IActivationSource
{
    /// <inheritdoc/>
    public void Run(IReadOnlyDictionary<string, Tensor> feeds, IReadOnlyCollection<string> values, ActivationVisitor visit)
    {
        Dictionary<string, Tensor> results = ReferenceExecutor.Run(graph, feeds, values);
        foreach (string name in values) visit(name, (feeds.TryGetValue(name, out Tensor? input) ? input : results[name]).AsSpan<float>());
    }
}
