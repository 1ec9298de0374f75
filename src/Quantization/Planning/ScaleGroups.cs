using EdgeKit.Onnx;

namespace EdgeKit.Quantization;

/// <summary>
/// Unites values into groups that share quantization parameters: what data movement reads and writes, and the inputs and output of a Concat.
/// A Concat input is united when its range has the same a-priori bounds as the output's (else a rectifier before it could no longer be fused) and
/// when it is not fixed (graph input, Sigmoid). The layer that makes it rounds to the common scale at no cost, and elements that pass through many
/// Concats (ShuffleNet's identity halves) are rounded once.
/// </summary>
internal sealed class ScaleGroups
{
    private readonly Dictionary<Value, Value> _parent = [];
    private readonly Dictionary<Value, ValueRange> _bounds = [];
    private readonly HashSet<Value> _fixed = [];
    private readonly HashSet<Value> _copies = [];
    private readonly QuantizationPlan _plan;
    private readonly bool _joinConcats;

    private ScaleGroups(QuantizationPlan plan, bool joinConcats)
    {
        _plan = plan;
        _joinConcats = joinConcats;
    }

    /// <summary>The groups of a plan's values, in graph order.</summary>
    /// <param name="plan">What is quantized.</param>
    /// <param name="joinConcats">Whether a Concat unites its inputs and output.</param>
    public static IReadOnlyList<ScaleGroup> Of(QuantizationPlan plan, bool joinConcats)
    {
        var groups = new ScaleGroups(plan, joinConcats);
        foreach (Value v in plan.Values) groups._parent[v] = v;
        foreach (Value v in plan.Values) groups.Join(v);
        return groups.Collect();
    }

    private void Join(Value value)
    {
        Node? producer = value.Producer;
        if (producer is null) _fixed.Add(value);
        else if (!_plan.IsQuantized(producer)) _bounds[value] = QuantizableOperators.Bounds(producer);
        else if (QuantizableOperators.KindOf(producer) == OperatorKind.DataMovement)
        {
            Value source = Root(producer.Input(0));
            _parent[value] = source;
            _copies.Add(value);
        }
        else if (QuantizableOperators.KindOf(producer) == OperatorKind.Concat) JoinConcat(producer, value);
        else if (QuantizableOperators.KindOf(producer) == OperatorKind.Average) _bounds[value] = BoundsOf(producer.Input(0));
        else
        {
            _bounds[value] = QuantizableOperators.Bounds(producer);
            if (QuantizableOperators.FixedRange(producer) is not null) _fixed.Add(value);
        }
    }

    private void JoinConcat(Node concat, Value output)
    {
        Value[] inputs = [.. concat.Inputs.Select(v => Root(v!))];
        ValueRange hull = inputs.Select(BoundsOf).Aggregate(static (a, b) => a.Hull(b));
        _bounds[output] = hull;
        if (!_joinConcats) return;
        bool all = true;
        foreach (Value input in inputs)
        {
            if (_fixed.Contains(Root(input)) || BoundsOf(input) != hull) all = false;
            else _parent[Root(input)] = Root(output);
        }
        if (all) _copies.Add(output);
    }

    private ValueRange BoundsOf(Value value) => _bounds.GetValueOrDefault(Root(value), ValueRange.Unbounded);

    private Value Root(Value value)
    {
        while (!ReferenceEquals(_parent[value], value)) value = _parent[value] = _parent[_parent[value]];
        return value;
    }

    private List<ScaleGroup> Collect()
    {
        var groups = new Dictionary<Value, ScaleGroup>();
        var ordered = new List<ScaleGroup>();
        foreach (Value v in _plan.Values)
        {
            Value root = Root(v);
            if (!groups.TryGetValue(root, out ScaleGroup? group))
            {
                groups[root] = group = new ScaleGroup { Number = ordered.Count, Bounds = BoundsOf(root) };
                ordered.Add(group);
            }
            group.Members.Add(v);
            if (!_copies.Contains(v)) group.Sources.Add(v);
        }
        return ordered;
    }
}
