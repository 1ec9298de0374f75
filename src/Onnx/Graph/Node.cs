namespace EdgeKit.Onnx;

/// <summary>One operator application. Inputs are changed through the node so that the consumers of values stay right.</summary>
public sealed class Node
{
    private readonly List<Value?> _inputs;
    private readonly List<Value> _outputs;

    internal Node(Graph graph, string name, string opType, string domain, IEnumerable<Value?> inputs, IEnumerable<Value> outputs)
    {
        Graph = graph;
        Name = name;
        OpType = opType;
        Domain = domain;
        _inputs = [.. inputs];
        _outputs = [.. outputs];
        foreach (Value? v in _inputs) v?.AddConsumer(this);
        foreach (Value v in _outputs) v.Producer = this;
    }

    /// <summary>The graph that holds this node.</summary>
    public Graph Graph { get; }

    /// <summary>Unique within the graph; never empty.</summary>
    public string Name { get; }

    /// <summary>ONNX operator name, such as Conv.</summary>
    public string OpType { get; }

    /// <summary>Operator set domain: empty for the ONNX standard, else such as com.microsoft.</summary>
    public string Domain { get; }

    /// <summary>Inputs in ONNX order; null where an optional input is left out.</summary>
    public IReadOnlyList<Value?> Inputs => _inputs;

    /// <summary>Outputs in ONNX order.</summary>
    public IReadOnlyList<Value> Outputs => _outputs;

    /// <summary>The attributes.</summary>
    public AttributeMap Attributes { get; } = new();

    /// <summary>The only output.</summary>
    /// <exception cref="ModelException">The node has several outputs.</exception>
    public Value Output => _outputs.Count == 1 ? _outputs[0] : throw ModelException.At(this, $"has {_outputs.Count} outputs where one is wanted");

    /// <summary>Input <paramref name="index"/>, which must be there.</summary>
    /// <exception cref="ModelException">The input is left out.</exception>
    public Value Input(int index) => Optional(index) ?? throw ModelException.At(this, $"input {index} is missing");

    /// <summary>Input <paramref name="index"/>, or null where it is left out.</summary>
    public Value? Optional(int index) => index < _inputs.Count ? _inputs[index] : null;

    /// <summary>The constant at input <paramref name="index"/>, or null where the input is left out or computed.</summary>
    public Tensor? ConstantInput(int index) => Optional(index)?.Constant;

    /// <summary>True if this is operator <paramref name="opType"/> of the ONNX standard or of EdgeKit's own domain.</summary>
    public bool Is(string opType) => OpType == opType && (Domain.Length == 0 || Domain == Graph.EdgeKitDomain);

    /// <summary>Replaces or appends an input; gaps are left out inputs.</summary>
    public void SetInput(int index, Value? value)
    {
        while (_inputs.Count <= index) _inputs.Add(null);
        _inputs[index]?.RemoveConsumer(this);
        _inputs[index] = value;
        value?.AddConsumer(this);
        while (_inputs.Count > 0 && _inputs[^1] is null) _inputs.RemoveAt(_inputs.Count - 1);
    }

    internal void Detach()
    {
        for (int i = _inputs.Count - 1; i >= 0; i--) _inputs[i]?.RemoveConsumer(this);
        foreach (Value v in _outputs) v.Producer = null;
    }

    internal void SetOutput(int index, Value value)
    {
        _outputs[index].Producer = null;
        _outputs[index] = value;
        value.Producer = this;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{OpType} '{Name}'";
}
