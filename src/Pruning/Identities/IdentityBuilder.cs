using EdgeKit.Onnx;

namespace EdgeKit.Pruning.Identities;

/// <summary>What the rules of the operators work on while identities are carried through a graph.</summary>
internal sealed class IdentityBuilder(Graph graph)
{
    private readonly UnionFind _sets = new();
    private readonly Dictionary<Value, IdentityTensor> _identities = [];
    private readonly Dictionary<int, string> _frozen = [];

    /// <summary>The graph.</summary>
    public Graph Graph { get; } = graph;

    /// <summary>Constants that are cut with the channels; their channels are raw identities.</summary>
    public List<WeightAxis> WeightAxes { get; } = [];

    /// <summary>Demands of grouped layers; their channels are raw identities.</summary>
    public List<EqualCounts> EqualCounts { get; } = [];

    /// <summary>Number of identities made so far.</summary>
    public int Count => _sets.Count;

    /// <summary>The set an identity is in.</summary>
    public int Find(int id) => _sets.Find(id);

    /// <summary>Why identities were frozen: raw identity and reason.</summary>
    public IEnumerable<KeyValuePair<int, string>> Frozen => _frozen;

    /// <summary>The identities of a value; null where none are tracked and the value keeps its shape.</summary>
    public IdentityTensor? Get(Value? value) => value is null ? null : _identities.GetValueOrDefault(value);

    /// <summary>
    /// Gives a value its identities. A value made of a single identity would be empty without it, so that one is frozen and the value is rigid.
    /// </summary>
    public void Set(Value value, IdentityTensor? identities)
    {
        if (identities is null) return;
        if (identities.Ids.Length > 1) _identities[value] = identities;
        else Freeze(identities, $"'{value.Name}' has no other channel");
    }

    /// <summary>Fresh identities along the channel axis of a layer's output; null for a single channel, which can't be removed.</summary>
    public int[]? SetFresh(Value output, int axis)
    {
        int[] shape = output.Dims;
        if (shape[axis] < 2) return null;
        int[] ids = Fresh(shape[axis]);
        Set(output, IdentityTensor.Along(axis, shape.Length, ids));
        return ids;
    }

    /// <summary>New identities.</summary>
    public int[] Fresh(int count)
    {
        int[] ids = new int[count];
        for (int k = 0; k < count; k++) ids[k] = _sets.Add();
        return ids;
    }

    /// <summary>Unites identities position by position; the tensors broadcast to each other.</summary>
    public void Unite(IdentityTensor a, IdentityTensor b)
    {
        int[] left = a.BroadcastTo(b.Shape).Ids, right = b.BroadcastTo(a.Shape).Ids;
        for (int k = 0; k < left.Length; k++) _sets.Unite(left[k], right[k]);
    }

    /// <summary>Keeps identities from ever being removed.</summary>
    public void Freeze(IdentityTensor? identities, string reason)
    {
        if (identities is null) return;
        foreach (int id in identities.Ids) _frozen.TryAdd(id, reason);
    }

    /// <summary>Unites all identities that share a position along <paramref name="axis"/>, so that they vary along it only.</summary>
    public IdentityTensor UniteToAxis(IdentityTensor identities, int axis)
    {
        if (identities.SingleAxis == axis) return identities;
        IdentityTensor first = identities;
        foreach (int other in identities.Axes.Where(a => a != axis)) first = first.Select(other, [0]);
        Unite(identities, first);
        return first;
    }

    /// <summary>
    /// The identities of a value along the one axis an operator understands, uniting along others. Null where nothing is tracked along that axis;
    /// identities that lie along other axes only are frozen.
    /// </summary>
    public int[]? Along(Node reader, Value value, int axis)
    {
        if (Get(value) is not { } identities) return null;
        if (identities.Shape[axis] == 1)
        {
            Freeze(identities, $"{reader} mixes their positions");
            return null;
        }
        return UniteToAxis(identities, axis).Vector(axis);
    }

    /// <summary>Records a constant whose entries along an axis belong to channels, where there are any.</summary>
    public void Record(Node node, int input, int axis, ChannelRole role, int[]? ids, int blocks = 1)
    {
        if (ids is not null && node.Optional(input) is not null) WeightAxes.Add(new WeightAxis(node, input, axis, role, ids, blocks));
    }

    /// <summary>Freezes everything that a node reads: its outputs keep their shapes.</summary>
    public void FreezeInputs(Node node, string reason)
    {
        foreach (Value? input in node.Inputs) Freeze(Get(input), reason);
    }
}
