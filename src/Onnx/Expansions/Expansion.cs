namespace EdgeKit.Onnx.Expansions;

/// <summary>
/// The nodes that take the place of one node, under construction. Each gets its shape, and is folded where it is constant, as soon as it is added, so the next
/// one can be built from what is known of it.
/// </summary>
/// <param name="node">The node that is expanded; its inputs have shapes.</param>
/// <param name="visit">Infers and folds a new node.</param>
internal sealed class Expansion(Node node, Action<Node> visit)
{
    private readonly HashSet<Value> _made = [];
    private string _prefix = node.Name;
    private int _count;

    public Node Node => node;

    public Graph Graph => node.Graph;

    public AttributeMap Attributes => node.Attributes;

    public Value Input(int index) => node.Input(index);

    public Value? Optional(int index) => node.Optional(index);

    /// <summary>Names what is added from here on after a part of the node, counted anew.</summary>
    public void Begin(string part) => (_prefix, _count) = ($"{node.Name}_{part}", 0);

    /// <summary>Whether anything reads an output.</summary>
    public bool IsRead(int output) => output < node.Outputs.Count && (node.Outputs[output].Consumers.Count > 0 || Graph.IsOutput(node.Outputs[output]));

    /// <summary>Adds a node of EdgeKit's own domain.</summary>
    public Value AddOwn(string opType, Value?[] inputs, params (string Name, object Value)[] attributes) => Add(opType, Graph.EdgeKitDomain, 1, inputs, attributes)[0];

    /// <summary>Adds a node of one output.</summary>
    public Value Add(string opType, Value?[] inputs, params (string Name, object Value)[] attributes) => Add(opType, 1, inputs, attributes)[0];

    /// <summary>Adds a node of several outputs.</summary>
    public Value[] Add(string opType, int outputs, Value?[] inputs, params (string Name, object Value)[] attributes) => Add(opType, "", outputs, inputs, attributes);

    private Value[] Add(string opType, string domain, int outputs, Value?[] inputs, (string Name, object Value)[] attributes)
    {
        Node added = Graph.InsertBefore(node, opType, inputs, outputs, $"{_prefix}_{opType.ToLowerInvariant()}{_count++}", domain);
        foreach ((string name, object value) in attributes) added.Attributes.Set(name, value);
        // Folding and further expansion put other values under the same names.
        string[] names = [.. added.Outputs.Select(static v => v.Name)];
        visit(added);
        Value[] results = [.. names.Select(name => Graph.Find(name)!)];
        _made.UnionWith(results);
        return results;
    }

    /// <summary>Refuses to make a constant that is larger than what folding may add.</summary>
    public static int Elements(long count) =>
        count <= ShapeInference.MaxFolded ? (int)count : throw new ModelException($"would need a constant of {count} elements, which is too large");

    public Value Constant(Tensor tensor)
    {
        Value constant = Graph.NewConstant($"{_prefix}_constant{_count++}", tensor);
        _made.Add(constant);
        return constant;
    }

    public Value Number(float number) => Constant(Tensor.Scalar(number));

    public Value Ints(params int[] values) => Constant(Tensor.Vector(Array.ConvertAll(values, static v => (long)v)));

    public Value Reshape(Value value, params int[] shape) => value.Dims.AsSpan().SequenceEqual(shape) ? value : Add("Reshape", [value, Ints(shape)]);

    public Value Transpose(Value value, params int[] perm) => Add("Transpose", [value], ("perm", perm));

    /// <summary>Elements <paramref name="start"/>, start + step, ... before <paramref name="end"/> of an axis.</summary>
    public Value Slice(Value value, int axis, int start, int end, int step = 1) =>
        start == 0 && end == value.Dims[axis] && step == 1 ? value : Add("Slice", [value, Ints(start), Ints(end), Ints(axis), Ints(step)]);

    /// <summary>One element of an axis, which goes.</summary>
    public Value Pick(Value value, int axis, int index) =>
        Reshape(Slice(value, axis, index, index + 1), [.. value.Dims[..axis], .. value.Dims[(axis + 1)..]]);

    public Value Concat(int axis, IReadOnlyList<Value> values) => values.Count == 1 ? values[0] : Add("Concat", [.. values], ("axis", axis));

    /// <summary>Parts of equal size.</summary>
    public Value[] Split(Value value, int axis, int parts)
    {
        if (parts == 1) return [value];
        int[] sizes = new int[parts];
        Array.Fill(sizes, value.Dims[axis] / parts);
        return Add("Split", parts, [value, Ints(sizes)], ("axis", axis));
    }

    /// <summary>Puts the results, null for outputs that nobody reads, in the place of the node's outputs, whose names they take.</summary>
    public void Finish(IReadOnlyList<Value?> results)
    {
        for (int i = 0; i < node.Outputs.Count; i++)
        {
            if (!IsRead(i)) continue;
            Value old = node.Outputs[i];
            Value result = i < results.Count && results[i] is { } value ? value : throw new ModelException($"output {i} ('{old.Name}') is not supported");
            // The replacement of a graph output takes over its name; for others that is left to do.
            Graph.ReplaceUses(old, result);
        }
        string[] names = [.. node.Outputs.Select(static v => v.Name)];
        Graph.Remove(node);
        for (int i = 0; i < names.Length && i < results.Count; i++)
        {
            if (results[i] is { } result && _made.Contains(result) && Graph.Find(names[i]) is null && !Graph.IsOutput(result)) Graph.Rename(result, names[i]);
        }
    }
}
