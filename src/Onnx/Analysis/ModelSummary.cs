using EdgeKit.Onnx.Analysis;

namespace EdgeKit.Onnx;

/// <summary>Sizes and costs of a model, layer by layer and in all.</summary>
public sealed class ModelSummary
{
    private ModelSummary(Graph graph, IReadOnlyList<LayerSummary> layers, long peak)
    {
        Name = graph.Name;
        Layers = layers;
        PeakActivationBytes = peak;
        Parameters = layers.Sum(static l => l.Parameters);
        Macs = layers.Sum(static l => l.Macs);
        ActivationBytes = layers.Sum(static l => l.ActivationBytes);
    }

    /// <summary>Name of the model.</summary>
    public string Name { get; }

    /// <summary>One entry a node, in topological order.</summary>
    public IReadOnlyList<LayerSummary> Layers { get; }

    /// <summary>Learned numbers of all layers.</summary>
    public long Parameters { get; }

    /// <summary>Multiply-accumulate operations of one run.</summary>
    public long Macs { get; }

    /// <summary>Bytes of all layers' outputs together.</summary>
    public long ActivationBytes { get; }

    /// <summary>
    /// The most bytes of inputs and activations that are alive at once when nodes run in order and a tensor lives to its last reader; nodes that only
    /// reshape take no memory, nothing else works in place.
    /// </summary>
    public long PeakActivationBytes { get; }

    /// <summary>Summarises a graph whose shapes are known.</summary>
    /// <exception cref="ModelException">A shape is not known.</exception>
    public static ModelSummary Of(Graph graph)
    {
        var counted = new HashSet<Value>();
        IReadOnlyDictionary<Value, ReceptiveField> fields = ReceptiveFields.Of(graph);
        var layers = new List<LayerSummary>(graph.Nodes.Count);
        foreach (Node node in graph.Nodes)
        {
            layers.Add(new LayerSummary
            {
                Node = node,
                OutputShape = node.Outputs[0].Dims,
                Parameters = LayerCost.Parameters(node, counted),
                Macs = LayerCost.Macs(node),
                ActivationBytes = node.Outputs.Sum(ActivationMemory.Bytes),
                ReceptiveField = fields.TryGetValue(node.Outputs[0], out ReceptiveField field) ? field : null,
            });
        }
        return new ModelSummary(graph, layers, ActivationMemory.Peak(graph));
    }
}
