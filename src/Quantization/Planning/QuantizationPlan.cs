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
    private readonly HashSet<Node> _kept = [];
    private readonly HashSet<Value> _fused = [];
    private readonly HashSet<Value> _reachesWeights = [];
    private readonly List<Value> _values = [];
    private readonly List<FloatOperator> _float = [];
    private readonly IReadOnlySet<string> _keepFloat;
    private readonly bool _functionsAsTables;

    /// <summary>Plans the quantization of a decluttered graph with known types.</summary>
    /// <param name="graph">The float graph.</param>
    /// <param name="keepFloat">Names of nodes to leave in float. A layer and the rectifier that is fused into it stay together.</param>
    /// <param name="functionsAsTables">Whether functions that cannot be fused run in INT8.</param>
    public QuantizationPlan(Graph graph, IReadOnlySet<string> keepFloat, bool functionsAsTables = true)
    {
        Graph = graph;
        _keepFloat = keepFloat;
        _functionsAsTables = functionsAsTables;
        for (int i = graph.Nodes.Count - 1; i >= 0; i--)
        {
            Node node = graph.Nodes[i];
            bool weighted = QuantizableOperators.KindOf(node) == OperatorKind.Weighted && QuantizableOperators.Obstacle(node) is null;
            if (!weighted && !node.Outputs.Any(_reachesWeights.Contains)) continue;
            // Positions that are computed to sample at want more than 256 steps across a map, whatever follows the samples.
            int carried = node.Is("GridSample") ? 1 : node.Inputs.Count;
            foreach (Value? v in node.Inputs.Take(carried)) if (v is not null) _reachesWeights.Add(v);
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

    /// <summary>The values that are stored quantized, in graph order. Where a rectifier is fused, its output is, and its input is not; nor is what lies inside a <see cref="ChannelFunction"/>.</summary>
    public IReadOnlyList<Value> Values => _values;

    /// <summary>Nodes with float results that stay in float.</summary>
    public IReadOnlyList<FloatOperator> FloatOperators => _float;

    /// <summary>Number of INT8 nodes.</summary>
    public int QuantizedCount => _quantized.Count;

    /// <summary>Whether the node runs in INT8.</summary>
    public bool IsQuantized(Node node) => _quantized.Contains(node);

    /// <summary>The INT8 layers with weights, in graph order.</summary>
    public IEnumerable<Node> WeightedNodes => Graph.Nodes.Where(n => _quantized.Contains(n) && QuantizableOperators.KindOf(n) == OperatorKind.Weighted);

    /// <summary>Whether a layer with weights depends on the value.</summary>
    public bool ReachesWeights(Value value) => _reachesWeights.Contains(value);

    private string? ReasonForFloat(Node node)
    {
        if (Obstacle(node) is { } obstacle) return obstacle;
        if (Request(node) is not { } request) return null;
        _kept.Add(node);
        _fused.Remove(node.Input(0));
        return request;
    }

    private string? Request(Node node)
    {
        if (_keepFloat.Contains(node.Name)) return "kept in float on request";
        if (node.Input(0).Producer is { } producer && _kept.Contains(producer) && ReferenceEquals(RectifierOf(producer), node)) return "kept in float with the layer before it";
        if (ChannelFunction.Of(node) is { } function && function.Nodes.Any(n => _keepFloat.Contains(n.Name))) return "kept in float with the function that it is part of";
        return RectifierOf(node) is { } rectifier && _keepFloat.Contains(rectifier.Name) ? "kept in float with the rectifier after it" : null;
    }

    private string? Obstacle(Node node)
    {
        if (QuantizableOperators.KindOf(node) is not { } kind) return "the operator has no INT8 form";
        if (QuantizableOperators.Obstacle(node) is { } obstacle) return obstacle;
        if (kind == OperatorKind.Weighted) return null;
        if (FusesIntoProducer(node) || (_functionsAsTables && ContinuesFunction(node)))
        {
            _fused.Add(node.Input(0));
            return null;
        }
        if (kind == OperatorKind.Function && !_functionsAsTables) return "functions are kept in float on request";
        bool follows = node.Outputs.Any(_reachesWeights.Contains);
        foreach (int i in QuantizableOperators.ActivationInputs(node))
        {
            if (node.Input(i) is not { IsConstant: false } v) continue;
            // A picture may be moved or averaged in INT8; arithmetic on it (normalisation) is better done before it is rounded.
            bool ready = v.Producer is { } producer
                ? _quantized.Contains(producer) || _kept.Contains(producer)
                : follows && kind is OperatorKind.DataMovement or OperatorKind.Average;
            if (!ready)
                return "it reads float values, and rounding them here would save nothing";
        }
        return kind == OperatorKind.DataMovement || follows ? null : "no layer with weights follows, and float keeps the outputs unrounded";
    }

    private bool FusesIntoProducer(Node node) =>
        node.Input(0).Producer is { } producer && RectifierOf(producer) == node
        && _quantized.Contains(producer);

    private bool ContinuesFunction(Node node) =>
        ChannelFunction.Of(node) is { } function && function.Nodes.TakeWhile(n => n != node).LastOrDefault() is { } before && _quantized.Contains(before);

    /// <summary>The rectifier that the node could round after: all that reads its result.</summary>
    private Node? RectifierOf(Node node) =>
        QuantizableOperators.TakesRectifier(node) && node.Outputs is [{ Consumers: [var only] } value] && !Graph.IsOutput(value) && QuantizableOperators.IsRectifier(only) ? only : null;

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
