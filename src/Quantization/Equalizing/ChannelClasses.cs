using EdgeKit.Onnx;
using EdgeKit.Statistics;

namespace EdgeKit.Quantization;

/// <summary>
/// Channels that can only be scaled together: those that hold the same numbers, wherever a Concat, Split or shuffle takes them, and those that are added. Convolutions make new ones.
/// Scaling a class by s > 0 in all rows and biases that write it, and by 1/s in all columns that read it, changes nothing that the network computes, for what lies between is
/// positively homogeneous; where a Clip is, as long as it does not act.
/// </summary>
internal sealed class ChannelClasses
{
    private readonly List<int> _parent = [];
    private readonly Dictionary<Value, int[]> _channels = [];
    private readonly HashSet<int> _fixed = [];
    private readonly List<LinearLayer> _writers = [];
    private readonly List<LinearLayer> _readers = [];
    private readonly List<Node> _clips = [];

    private ChannelClasses(Graph graph)
    {
        foreach (Node node in graph.Nodes) Follow(node);
        foreach (Value output in graph.Outputs) Fix(output);
    }

    /// <summary>Number of classes; some numbers below it are of none.</summary>
    public int Count => _parent.Count;

    /// <summary>Layers whose columns read classes.</summary>
    public IReadOnlyList<LinearLayer> Readers => _readers;

    /// <summary>Clips, from 0 to a constant, that classes pass.</summary>
    public IReadOnlyList<Node> Clips => _clips;

    /// <summary>Values whose channels are known.</summary>
    public IEnumerable<Value> Values => _channels.Keys;

    /// <summary>The classes of a graph of known shapes.</summary>
    public static ChannelClasses Of(Graph graph) => new(graph);

    /// <summary>The class of each channel of a feature map [1,C,…], or null where they are not known.</summary>
    public int[]? Of(Value value) => _channels.TryGetValue(value, out int[]? ids) ? Array.ConvertAll(ids, Find) : null;

    /// <summary>Classes that something reads that their scale is not nothing to.</summary>
    public HashSet<int> Fixed() => [.. _fixed.Select(Find)];

    /// <summary>Multiplies every class by its factor.</summary>
    public void Scale(float[] factors)
    {
        foreach (LinearLayer writer in _writers)
        {
            if (Factors(writer.Node.Output) is { } rows) writer.ScaleRows(rows);
        }
        foreach (LinearLayer reader in _readers)
        {
            if (Factors(reader.Input) is { } columns) reader.UnscaleColumns(columns);
        }

        float[]? Factors(Value value) => Array.ConvertAll(Of(value)!, c => factors[c]) is var own && Array.Exists(own, static f => f != 1) ? own : null;
    }

    private void Follow(Node node)
    {
        if (node.Is("Conv") && node.Output.Shape is { Length: 4 } && LinearLayer.Of(node) is { } layer)
        {
            if (_channels.ContainsKey(layer.Input)) _readers.Add(layer);
            _writers.Add(layer);
            _channels[node.Output] = New(layer.Outputs);
        }
        else if (!Carries(node)) foreach (Value? v in node.Inputs) Fix(v);
    }

    private bool Carries(Node node)
    {
        if (node.Optional(0)?.Shape is not { Length: 4 } shape) return false;
        switch (node.OpType)
        {
            case "Clip" when QuantizableOperators.IsRectifier(node) && _channels.ContainsKey(node.Input(0)):
                _clips.Add(node);
                return Same(node);
            case "Relu" or "LeakyRelu" or "AveragePool" or "GlobalAveragePool":
                return Same(node);
            case "PRelu" or "MaxPool" or "Resize" when QuantizableOperators.Obstacle(node) is null && node.Outputs[0].Shape is { Length: 4 } to && to[1] == shape[1]:
                return Same(node);
            case "ChannelShuffle" when _channels.TryGetValue(node.Input(0), out int[]? ids):
                int groups = node.Attributes.Int("groups", 1), size = ids.Length / groups;
                _channels[node.Output] = [.. Enumerable.Range(0, ids.Length).Select(k => ids[k % groups * size + k / groups])];
                return true;
            case "Split" when node.Attributes.Int("axis", 0) == 1 && _channels.TryGetValue(node.Input(0), out int[]? all):
                int first = 0;
                foreach (Value part in node.Outputs)
                {
                    _channels[part] = all[first..(first + part.Dims[1])];
                    first += part.Dims[1];
                }
                return true;
            case "Concat" when node.Attributes.Int("axis", 0) == 1:
                _channels[node.Output] = [.. node.Inputs.SelectMany(v => _channels.TryGetValue(v!, out int[]? known) ? known : NewFixed(v!.Dims[1]))];
                return true;
            case "Add" when _channels.TryGetValue(node.Input(0), out int[]? a) && _channels.TryGetValue(node.Input(1), out int[]? b) && node.Input(0).Dims.SequenceEqual(node.Input(1).Dims):
                for (int c = 0; c < a.Length; c++) _parent[Find(a[c])] = Find(b[c]);
                return Same(node);
            default:
                return false;
        }
    }

    private bool Same(Node node)
    {
        if (_channels.TryGetValue(node.Input(0), out int[]? ids)) _channels[node.Outputs[0]] = ids;
        return true;
    }

    private int[] New(int count)
    {
        int[] ids = [.. Enumerable.Range(_parent.Count, count)];
        _parent.AddRange(ids);
        return ids;
    }

    private int[] NewFixed(int count)
    {
        int[] ids = New(count);
        _fixed.UnionWith(ids);
        return ids;
    }

    private void Fix(Value? value)
    {
        if (value is not null && _channels.TryGetValue(value, out int[]? ids)) _fixed.UnionWith(ids);
    }

    private int Find(int id)
    {
        while (_parent[id] != id) id = _parent[id] = _parent[_parent[id]];
        return id;
    }
}
