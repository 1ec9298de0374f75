using EdgeKit.Onnx;

namespace EdgeKit.Quantization;

/// <summary>
/// Which nodes of a float graph run in INT8 and which values are therefore stored quantized. Layers with weights always do. The operators between
/// them do when everything they read is INT8 already; after the last layer with weights only data movement does, since arithmetic on the outputs
/// is cheap in float and rounds nothing.
/// </summary>
internal sealed class QuantizationPlan
{
    private readonly HashSet<Node> _quantized = [];
    private readonly HashSet<Value> _fused = [];
    private readonly HashSet<Value> _reachesWeights = [];
    private readonly List<Value> _values = [];
    private readonly List<FloatOperator> _float = [];
    private readonly IReadOnlySet<string> _keepFloat;

    /// <summary>Plans the quantization of a decluttered graph with known types.</summary>
    public QuantizationPlan(Graph graph, IReadOnlySet<string> keepFloat)
    {
        Graph = graph;
        _keepFloat = keepFloat;
        for (int i = graph.Nodes.Count - 1; i >= 0; i--)
        {
            Node node = graph.Nodes[i];
            bool weighted = QuantizableOperators.KindOf(node) == OperatorKind.Weighted && QuantizableOperators.Obstacle(node) is null;
            if (!weighted && !node.Outputs.Any(_reachesWeights.Contains)) continue;
            foreach (Value? v in node.Inputs) if (v is not null) _reachesWeights.Add(v);
        }
        foreach (Node node in graph.Nodes)
        {
            if (node.Outputs[0].Type != ElementType.Float) continue;
            if (ReasonForFloat(node) is { } reason) _float.Add(new FloatOperator(node.Name, node.OpType, reason));
            else _quantized.Add(node);
        }
        CollectValues();
    }

    /// <summary>The float graph.</summary>
    public Graph Graph { get; }

    /// <summary>The values that are stored quantized, in graph order. Where a rectifier is fused, its output is, and its input is not.</summary>
    public IReadOnlyList<Value> Values => _values;

    /// <summary>Nodes with float results that stay in float.</summary>
    public IReadOnlyList<FloatOperator> FloatOperators => _float;

    /// <summary>Number of INT8 nodes.</summary>
    public int QuantizedCount => _quantized.Count;

    /// <summary>Whether the node runs in INT8.</summary>
    public bool IsQuantized(Node node) => _quantized.Contains(node);

    /// <summary>Whether a layer with weights depends on the value.</summary>
    public bool ReachesWeights(Value value) => _reachesWeights.Contains(value);

    private string? ReasonForFloat(Node node)
    {
        if (_keepFloat.Contains(node.Name)) return "kept in float on request";
        if (QuantizableOperators.KindOf(node) is not { } kind) return "the operator has no INT8 form";
        if (QuantizableOperators.Obstacle(node) is { } obstacle) return obstacle;
        if (kind == OperatorKind.Weighted) return null;
        if (FusesIntoProducer(node))
        {
            _fused.Add(node.Input(0));
            return null;
        }
        bool follows = node.Outputs.Any(_reachesWeights.Contains);
        foreach (int i in QuantizableOperators.ActivationInputs(node))
        {
            if (node.Input(i) is not { IsConstant: false } v) continue;
            // A picture may be moved or averaged in INT8; arithmetic on it (normalisation) is better done before it is rounded.
            bool ready = v.Producer is { } producer
                ? _quantized.Contains(producer)
                : follows && kind is OperatorKind.DataMovement or OperatorKind.Average;
            if (!ready)
                return "it reads float values, and rounding them here would save nothing";
        }
        return kind == OperatorKind.DataMovement || follows ? null : "no layer with weights follows, and float keeps the outputs unrounded";
    }

    private bool FusesIntoProducer(Node node) =>
        QuantizableOperators.IsRectifier(node)
        && node.Input(0) is { Producer: { } producer, Consumers.Count: 1 } value
        && !Graph.IsOutput(value)
        && _quantized.Contains(producer) && QuantizableOperators.TakesRectifier(producer);

    private void CollectValues()
    {
        var seen = new HashSet<Value>(_fused);
        foreach (Node node in Graph.Nodes)
        {
            if (!_quantized.Contains(node)) continue;
            foreach (int i in QuantizableOperators.ActivationInputs(node))
                if (node.Input(i) is { IsConstant: false } v && seen.Add(v)) _values.Add(v);
            foreach (Value v in node.Outputs)
                if (seen.Add(v)) _values.Add(v);
        }
    }
}
