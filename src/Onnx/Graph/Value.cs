namespace EdgeKit.Onnx;

/// <summary>One edge of the graph: a graph input, a constant, or one output of a node.</summary>
public sealed class Value
{
    private readonly List<Node> _consumers = [];

    internal Value(string name) => Name = name;

    /// <summary>Unique within the graph.</summary>
    public string Name { get; internal set; }

    /// <summary>Element type, <see cref="ElementType.Undefined"/> until shape inference ran.</summary>
    public ElementType Type { get; set; }

    /// <summary>Dimensions in ONNX order (NCHW for feature maps), -1 where unknown; null when not even the rank is known.</summary>
    public int[]? Shape { get; set; }

    /// <summary>The data of a constant (an ONNX initializer), else null.</summary>
    public Tensor? Constant { get; internal set; }

    /// <summary>The node that computes this value; null for inputs and constants.</summary>
    public Node? Producer { get; internal set; }

    /// <summary>The nodes that read this value, one entry for each input slot that does.</summary>
    public IReadOnlyList<Node> Consumers => _consumers;

    /// <summary>True for constants.</summary>
    public bool IsConstant => Constant is not null;

    /// <summary>Dimensions, all known.</summary>
    /// <exception cref="ModelException">The shape is not known completely.</exception>
    public int[] Dims => Shape is { } s && Array.TrueForAll(s, static d => d >= 0)
        ? s
        : throw new ModelException($"the shape of '{Name}' is not known; give the input size with --shape or in the model's JSON file");

    internal void AddConsumer(Node node) => _consumers.Add(node);

    internal void RemoveConsumer(Node node) => _consumers.Remove(node);

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Type}[{(Shape is null ? "?" : string.Join(',', Shape))}]";
}
