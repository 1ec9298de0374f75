using EdgeKit.Onnx;

namespace EdgeKit.Testing.Operators;

/// <summary>A small graph with inputs that follow from its name, for comparing engines.</summary>
/// <param name="Name">Unique; begins with the operator.</param>
/// <param name="Graph">One operator, or a few.</param>
/// <param name="Feeds">A tensor for each graph input.</param>
/// <param name="Tolerance">Allowed difference of float outputs as a fraction of the output's range; everything else must be equal.</param>
public sealed record OperatorCase(string Name, Graph Graph, IReadOnlyDictionary<string, Tensor> Feeds, double Tolerance)
{
    /// <summary>The graph with shapes, and composed operators written out.</summary>
    public Graph Inferred()
    {
        Graph graph = Graph.Clone();
        ShapeInference.Run(graph);
        return graph;
    }
}

/// <summary>Builds the graph of an <see cref="OperatorCase"/>.</summary>
public sealed class CaseBuilder(string name)
{
    private readonly Dictionary<string, Tensor> _feeds = [];

    /// <summary>Source of all values of this case.</summary>
    public SeededValues Values { get; } = new(SeededValues.SeedOf(name));

    /// <summary>The graph so far.</summary>
    public Graph Graph { get; } = new() { Name = name };

    /// <summary>Allowed difference, as in <see cref="OperatorCase"/>.</summary>
    public double Tolerance { get; set; } = 1e-6;

    /// <summary>A float input, by default in [-2, 2).</summary>
    public Value In(params int[] shape) => In(Values.Floats(-2, 2, shape));

    /// <summary>An input that is fed with the tensor.</summary>
    public Value In(Tensor tensor)
    {
        Value value = Graph.AddInput($"x{_feeds.Count}", tensor.Type, tensor.Shape);
        _feeds.Add(value.Name, tensor);
        return value;
    }

    /// <summary>A float constant in [-1, 1).</summary>
    public Value Weights(params int[] shape) => Constant(Values.Floats(-1, 1, shape));

    /// <summary>A float constant in [0.5, 1.5), for scales and variances.</summary>
    public Value Positive(params int[] shape) => Constant(Values.Floats(0.5f, 1.5f, shape));

    /// <summary>A constant.</summary>
    public Value Constant(Tensor tensor) => Graph.NewConstant("c", tensor);

    /// <summary>A constant list of integers.</summary>
    public Value Ints(params long[] values) => Constant(Tensor.Vector(values));

    /// <summary>Appends an operator of one output.</summary>
    public Value Op(string operatorName, Value?[] inputs, params (string Name, object Value)[] attributes) => Node(operatorName, inputs, 1, attributes).Output;

    /// <summary>Appends an operator; a domain other than the standard one stands before a colon.</summary>
    public Node Node(string operatorName, Value?[] inputs, int outputs, params (string Name, object Value)[] attributes)
    {
        string[] parts = operatorName.Split(':');
        Node node = Graph.Append(parts[^1], inputs, outputs, domain: parts.Length == 2 ? parts[0] : "");
        foreach ((string attribute, object value) in attributes) node.Attributes.Set(attribute, value);
        return node;
    }

    /// <summary>As <see cref="Build"/>, for operators that the reference operators know only written out.</summary>
    public OperatorCase BuildComposed(params Value[] outputs)
    {
        foreach (Value output in outputs) Graph.AddOutput(output);
        var test = new OperatorCase(name, Graph, _feeds, Tolerance);
        foreach (Value output in test.Inferred().Outputs) Graph.Find(output.Name)!.Type = output.Type;
        return test;
    }

    /// <summary>The case, with the given values as outputs. Their types are filled in, which the file format wants.</summary>
    public OperatorCase Build(params Value[] outputs)
    {
        foreach (Value output in outputs) Graph.AddOutput(output);
        foreach ((string output, Tensor tensor) in ReferenceExecutor.Run(Graph, _feeds)) Graph.Find(output)!.Type = tensor.Type;
        return new OperatorCase(name, Graph, _feeds, Tolerance);
    }
}
