namespace EdgeKit.Onnx;

/// <summary>
/// A directed acyclic graph of operators, in topological order at all times. All edits go through it and through <see cref="Node.SetInput"/>,
/// so producers, consumers and names stay consistent. Old operator forms are normalised on reading: passes see one form only.
/// </summary>
public sealed class Graph
{
    /// <summary>Domain of the operators that EdgeKit recognises in subgraphs (Silu, ChannelShuffle); written back as standard operators.</summary>
    public const string EdgeKitDomain = "edgekit";

    private readonly Dictionary<string, Value> _values = new(StringComparer.Ordinal);
    private readonly HashSet<string> _nodeNames = new(StringComparer.Ordinal);
    private readonly List<Node> _nodes = [];
    private readonly List<Value> _inputs = [];
    private readonly List<Value> _outputs = [];

    /// <summary>Name of the model, for reports.</summary>
    public string Name { get; set; } = "model";

    /// <summary>Operator set version of the file this graph came from; the writer never writes an older one than 13.</summary>
    public int Opset { get; set; } = 17;

    /// <summary>Key-value metadata of the model. EdgeKit keeps the preprocessing JSON under <c>edgekit.preprocessing</c>.</summary>
    public SortedDictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    /// <summary>Nodes in topological order.</summary>
    public IReadOnlyList<Node> Nodes => _nodes;

    /// <summary>Inputs that the caller feeds (constants are not among them).</summary>
    public IReadOnlyList<Value> Inputs => _inputs;

    /// <summary>Outputs in the model's order.</summary>
    public IReadOnlyList<Value> Outputs => _outputs;

    /// <summary>Every value: inputs, constants and node outputs, in order of creation.</summary>
    public IEnumerable<Value> Values => _values.Values;

    /// <summary>The value of that name, or null.</summary>
    public Value? Find(string name) => _values.GetValueOrDefault(name);

    /// <summary>Creates a value named <paramref name="name"/>, or a unique name made from it where it is taken.</summary>
    public Value NewValue(string name, ElementType type = ElementType.Undefined, int[]? shape = null)
    {
        var value = new Value(Unique(name, _values.ContainsKey)) { Type = type, Shape = shape };
        _values.Add(value.Name, value);
        return value;
    }

    /// <summary>Creates a constant.</summary>
    public Value NewConstant(string name, Tensor tensor)
    {
        Value value = NewValue(name, tensor.Type, tensor.Shape);
        value.Constant = tensor;
        return value;
    }

    /// <summary>Creates a graph input. A shape has -1 where a dimension is dynamic.</summary>
    public Value AddInput(string name, ElementType type, int[]? shape)
    {
        Value value = NewValue(name, type, shape);
        _inputs.Add(value);
        return value;
    }

    /// <summary>Makes a value a graph output.</summary>
    public void AddOutput(Value value) => _outputs.Add(value);

    /// <summary>Makes a value no graph output any more.</summary>
    internal void RemoveOutput(Value value) => _outputs.Remove(value);

    /// <summary>Makes <paramref name="value"/> the output at <paramref name="index"/> in place of what was there.</summary>
    public void SetOutput(int index, Value value) => _outputs[index] = value;

    /// <summary>Whether the value is a graph output.</summary>
    public bool IsOutput(Value value) => _outputs.Contains(value);

    /// <summary>Appends a node with new outputs at the end.</summary>
    public Node Append(string opType, IEnumerable<Value?> inputs, int outputs = 1, string? name = null, string domain = "") =>
        Insert(_nodes.Count, opType, inputs, outputs, name, domain);

    /// <summary>Inserts a node with new outputs right before <paramref name="anchor"/>.</summary>
    public Node InsertBefore(Node anchor, string opType, IEnumerable<Value?> inputs, int outputs = 1, string? name = null, string domain = "") =>
        Insert(_nodes.IndexOf(anchor), opType, inputs, outputs, name, domain);

    /// <summary>Inserts a node with new outputs right after <paramref name="anchor"/>.</summary>
    public Node InsertAfter(Node anchor, string opType, IEnumerable<Value?> inputs, int outputs = 1, string? name = null, string domain = "") =>
        Insert(_nodes.IndexOf(anchor) + 1, opType, inputs, outputs, name, domain);

    /// <summary>Puts another operator in the place of a node. Name and outputs stay, so nothing that reads them changes.</summary>
    public Node Replace(Node node, string opType, IEnumerable<Value?> inputs, string domain = "")
    {
        Value?[] read = [.. inputs];
        node.Detach();
        var replacement = new Node(this, node.Name, opType, domain, read, node.Outputs);
        _nodes[_nodes.IndexOf(node)] = replacement;
        return replacement;
    }

    /// <summary>Adds a node with given outputs (readers and copies); call <see cref="Sort"/> when nodes may be out of order.</summary>
    public Node AddNode(string name, string opType, string domain, IEnumerable<Value?> inputs, IEnumerable<Value> outputs)
    {
        var node = new Node(this, Unique(name, _nodeNames.Contains), opType, domain, inputs, outputs);
        _nodeNames.Add(node.Name);
        _nodes.Add(node);
        return node;
    }

    /// <summary>
    /// Makes everything that reads <paramref name="old"/> read <paramref name="replacement"/>, graph outputs included. A graph output keeps its name:
    /// when <paramref name="old"/> is an output and the replacement is computed and not itself one, the replacement takes over the name.
    /// </summary>
    public void ReplaceUses(Value old, Value replacement)
    {
        foreach (Node node in old.Consumers.ToArray())
        {
            for (int i = 0; i < node.Inputs.Count; i++)
                if (ReferenceEquals(node.Inputs[i], old)) node.SetInput(i, replacement);
        }
        for (int i = 0; i < _outputs.Count; i++)
        {
            if (!ReferenceEquals(_outputs[i], old)) continue;
            if (replacement.Producer is not null && !_outputs.Contains(replacement))
            {
                string name = old.Name;
                Rename(old, name + "_was");
                Rename(replacement, name);
                _outputs[i] = replacement;
            }
            else
            {
                // An input, a constant or another output under this name: the name needs a node of its own.
                Node copy = Append("Identity", [replacement]);
                string name = old.Name;
                Rename(old, name + "_was");
                Rename(copy.Output, name);
                copy.Output.Type = replacement.Type;
                copy.Output.Shape = replacement.Shape;
                _outputs[i] = copy.Output;
            }
        }
    }

    /// <summary>Replaces a constant's data everywhere it is read.</summary>
    public static void SetConstant(Value value, Tensor tensor)
    {
        if (!value.IsConstant) throw new ArgumentException($"'{value.Name}' is not a constant", nameof(value));
        value.Constant = tensor;
        value.Type = tensor.Type;
        value.Shape = tensor.Shape;
    }

    /// <summary>Removes a node whose outputs nobody reads.</summary>
    /// <exception cref="InvalidOperationException">An output is still read.</exception>
    public void Remove(Node node)
    {
        foreach (Value v in node.Outputs)
        {
            if (v.Consumers.Count > 0 || IsOutput(v)) throw new InvalidOperationException($"'{v.Name}' of {node} is still read");
        }
        node.Detach();
        _nodes.Remove(node);
        _nodeNames.Remove(node.Name);
        foreach (Value v in node.Outputs) _values.Remove(v.Name);
    }

    /// <summary>Removes nodes and constants that no output depends on. Returns how many nodes went.</summary>
    public int RemoveDead()
    {
        int before = _nodes.Count;
        for (int i = _nodes.Count - 1; i >= 0; i--)
        {
            Node node = _nodes[i];
            bool read = false;
            foreach (Value v in node.Outputs) read |= v.Consumers.Count > 0 || IsOutput(v);
            if (!read) Remove(node);
        }
        foreach (Value v in _values.Values.ToArray())
        {
            if (v.Consumers.Count == 0 && v.Producer is null && !_inputs.Contains(v) && !IsOutput(v)) _values.Remove(v.Name);
        }
        return before - _nodes.Count;
    }

    /// <summary>Orders the nodes topologically; nodes that are in order already keep their order.</summary>
    /// <exception cref="ModelException">The graph has a cycle.</exception>
    public void Sort()
    {
        var waiting = new Dictionary<Node, int>(_nodes.Count);
        var position = new Dictionary<Node, int>(_nodes.Count);
        var ready = new PriorityQueue<Node, int>();
        foreach (Node node in _nodes)
        {
            position[node] = position.Count;
            int pending = node.Inputs.Count(static v => v?.Producer is not null);
            waiting[node] = pending;
            if (pending == 0) ready.Enqueue(node, position[node]);
        }
        var sorted = new List<Node>(_nodes.Count);
        while (ready.TryDequeue(out Node? node, out _))
        {
            sorted.Add(node);
            foreach (Value output in node.Outputs)
            {
                foreach (Node consumer in output.Consumers)
                    if (--waiting[consumer] == 0) ready.Enqueue(consumer, position[consumer]);
            }
        }
        if (sorted.Count != _nodes.Count)
            throw ModelException.At(waiting.First(p => p.Value > 0).Key, "is part of a cycle; a model must be acyclic");
        _nodes.Clear();
        _nodes.AddRange(sorted);
    }

    /// <summary>A copy whose nodes and values are new; constant tensors are shared.</summary>
    public Graph Clone()
    {
        var copy = new Graph { Name = Name, Opset = Opset };
        foreach ((string key, string text) in Metadata) copy.Metadata[key] = text;
        var map = new Dictionary<Value, Value>(_values.Count);
        foreach (Value v in _values.Values)
        {
            Value c = copy.NewValue(v.Name, v.Type, v.Shape);
            c.Constant = v.Constant;
            map[v] = c;
        }
        foreach (Value v in _inputs) copy._inputs.Add(map[v]);
        foreach (Value v in _outputs) copy._outputs.Add(map[v]);
        foreach (Node node in _nodes)
        {
            Node c = copy.AddNode(node.Name, node.OpType, node.Domain,
                node.Inputs.Select(v => v is null ? null : map[v]), node.Outputs.Select(v => map[v]));
            node.Attributes.CopyTo(c.Attributes);
        }
        return copy;
    }

    /// <summary>A copy whose outputs are the named values, and nothing that only other outputs need.</summary>
    /// <exception cref="ModelException">There is no value of such a name.</exception>
    public Graph WithOutputs(IEnumerable<string> names)
    {
        Graph copy = Clone();
        copy._outputs.Clear();
        foreach (string name in names) copy._outputs.Add(copy.Find(name) ?? throw new ModelException($"there is no value '{name}' in {Name}"));
        copy.RemoveDead();
        return copy;
    }

    /// <summary>A copy that begins at the values <paramref name="from"/>, which are its inputs, and ends at <paramref name="to"/>.</summary>
    /// <param name="from">Names of values that together suffice; those that nothing reads are left out.</param>
    /// <param name="to">Names of other values.</param>
    /// <exception cref="ModelException">There is no value of such a name.</exception>
    public Graph Between(IEnumerable<string> from, IEnumerable<string> to)
    {
        Graph copy = WithOutputs(to);
        foreach (Value old in from.Select(copy.Find).OfType<Value>().Where(static v => v.Producer is not null).ToArray())
        {
            string name = old.Name;
            copy.Rename(old, name + "_was");
            Value input = copy.AddInput(name, old.Type, old.Shape);
            foreach (Node node in old.Consumers.ToArray())
            {
                for (int i = 0; i < node.Inputs.Count; i++)
                    if (ReferenceEquals(node.Inputs[i], old)) node.SetInput(i, input);
            }
        }
        copy.RemoveDead();
        foreach (Value unread in copy._inputs.Where(static v => v.Consumers.Count == 0).ToArray())
        {
            copy._inputs.Remove(unread);
            copy._values.Remove(unread.Name);
        }
        return copy;
    }

    /// <summary>Gives a value another name, made unique where it is taken.</summary>
    public void Rename(Value value, string name)
    {
        _values.Remove(value.Name);
        value.Name = Unique(name, _values.ContainsKey);
        _values.Add(value.Name, value);
    }

    private Node Insert(int index, string opType, IEnumerable<Value?> inputs, int outputs, string? name, string domain)
    {
        string nodeName = Unique(name ?? opType.ToLowerInvariant(), _nodeNames.Contains);
        Value[] results = [.. Enumerable.Range(0, outputs).Select(i => NewValue(outputs == 1 ? nodeName : $"{nodeName}_{i}"))];
        var node = new Node(this, nodeName, opType, domain, inputs, results);
        _nodeNames.Add(nodeName);
        _nodes.Insert(index, node);
        return node;
    }

    private static string Unique(string name, Predicate<string> taken)
    {
        if (name.Length > 0 && !taken(name)) return name;
        string stem = name.Length == 0 ? "unnamed" : name;
        for (int i = 1; ; i++)
        {
            string candidate = $"{stem}_{i}";
            if (!taken(candidate)) return candidate;
        }
    }
}
