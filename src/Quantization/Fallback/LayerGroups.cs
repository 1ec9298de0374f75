using EdgeKit.Onnx;

namespace EdgeKit.Quantization;

/// <summary>
/// What can go back to float: every layer with weights and the functions fused behind it, every squeeze-and-excitation gate as a whole, and, for errors
/// that come from the rounding of a tensor and not from one layer, everything around one tensor.
/// </summary>
internal sealed class LayerGroups
{
    // Moving an element through conversions and wider memory costs about as much as this many multiply-accumulates.
    private const double MacsPerElement = 4;

    private readonly QuantizationPlan _plan;
    private readonly Dictionary<Node, LayerSummary> _layers;
    private readonly Dictionary<Node, HashSet<Node>> _groupOf = [];
    private readonly List<LayerGroup> _groups = [];

    private LayerGroups(QuantizationPlan plan)
    {
        _plan = plan;
        _layers = ModelSummary.Of(plan.Graph).Layers.ToDictionary(static l => l.Node);
    }

    /// <summary>The groups of a plan, layers in graph order, then tensors. No two have the same nodes.</summary>
    public static IReadOnlyList<LayerGroup> Of(QuantizationPlan plan)
    {
        var groups = new LayerGroups(plan);
        foreach (Node node in plan.Graph.Nodes) groups.AddGate(node);
        groups.AddLayers();
        foreach (Value value in plan.Values) groups.AddTensor(value);
        return [.. groups._groups.DistinctBy(static g => string.Join('\n', g.Nodes))];
    }

    /// <summary>A product with one number a channel that an average of the whole picture went into.</summary>
    private void AddGate(Node product)
    {
        if (product.OpType != "Mul" || !_plan.IsQuantized(product)) return;
        foreach (Value? operand in product.Inputs)
        {
            if (operand?.Shape is not [_, _, 1, 1] || product.Output.Shape is [_, _, 1, 1]) continue;
            var nodes = new HashSet<Node> { product };
            Node? at = operand.Producer;
            while (at is not null && _plan.IsQuantized(at) && at.OpType is not ("GlobalAveragePool" or "ReduceMean") && nodes.Add(at)) at = at.Input(0).Producer;
            if (at?.OpType is not ("GlobalAveragePool" or "ReduceMean")) continue;
            if (_plan.IsQuantized(at)) nodes.Add(at);
            foreach (Node n in nodes) _groupOf[n] = nodes;
            Add(product.Name, "gate", nodes);
        }
    }

    private void AddLayers()
    {
        Node[] layers = [.. _plan.WeightedNodes];
        foreach (Node layer in layers)
        {
            if (_groupOf.ContainsKey(layer)) continue;
            var nodes = new HashSet<Node> { layer };
            for (Node last = layer; last.Outputs is [{ Consumers: [{ } next] } only] && !_plan.Graph.IsOutput(only) && _plan.IsQuantized(next)
                && (QuantizableOperators.KindOf(next) == OperatorKind.Function || ChannelFunction.Of(next) is not null) && !_groupOf.ContainsKey(next) && nodes.Add(next); last = next)
            {
            }
            foreach (Node n in nodes) _groupOf[n] = nodes;
            Add(layer.Name, layer == layers[0] ? "stem" : layer == layers[^1] ? "head" : "layer", nodes);
        }
    }

    private void AddTensor(Value value)
    {
        if (value.Producer is not { } producer || !_plan.IsQuantized(producer)) return;
        Node[] readers = [.. value.Consumers.Where(_plan.IsQuantized)];
        if (readers.Length == 0) return;
        Add(value.Name, "tensor", [.. readers.Prepend(producer).SelectMany(n => _groupOf.GetValueOrDefault(n, [n]))]);
    }

    private void Add(string name, string kind, HashSet<Node> nodes)
    {
        Node[] ordered = [.. _plan.Graph.Nodes.Where(nodes.Contains)];
        long macs = ordered.Sum(n => _layers[n].Macs);
        double elements = ordered.Sum(static n => n.Inputs.Concat(n.Outputs).Sum(static v => v is { IsConstant: false, Shape: { } s } ? Tensor.ElementCount(s) : 0.0));
        _groups.Add(new LayerGroup(name, kind, [.. ordered.Select(static n => n.Name)], macs, macs + MacsPerElement * elements));
    }
}
