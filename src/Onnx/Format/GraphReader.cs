using System.Globalization;

namespace EdgeKit.Onnx.Format;

/// <summary>Builds a <see cref="Graph"/> from a parsed file and checks that the two agree with the rules of the format.</summary>
internal sealed class GraphReader
{
    private const int OldestOpset = 7;
    private const int NewestOpset = 22;

    private readonly string? _folder;
    private readonly Graph _graph;
    private readonly Dictionary<string, int> _namesakes = new(StringComparer.Ordinal);

    private GraphReader(Graph graph, string? folder)
    {
        _graph = graph;
        _folder = folder;
    }

    /// <summary>Reads a model: sorted, but with the operator forms of the file.</summary>
    /// <param name="model">The parsed file.</param>
    /// <param name="fallbackName">Name of the graph where the file gives none.</param>
    /// <param name="folder">Folder of the model file, where external data lies; null when the model did not come from a file.</param>
    /// <exception cref="ModelException">The model is malformed or not supported.</exception>
    public static Graph Read(ModelProto model, string fallbackName, string? folder)
    {
        GraphProto? proto = model.Graph;
        if (proto is null || proto.Output.Count == 0) throw new ModelException("is not an ONNX model, or one without outputs");
        string name = proto.Name.Length > 0 ? proto.Name : fallbackName;
        var graph = new Graph { Name = name, Opset = OpsetOf(model) };
        foreach (StringStringEntryProto entry in model.MetadataProps) graph.Metadata[entry.Key] = entry.Value;
        new GraphReader(graph, folder).Fill(proto);
        return graph;
    }

    private static int OpsetOf(ModelProto model)
    {
        long opset = 0;
        foreach (OperatorSetIdProto import in model.OpsetImport)
        {
            if (DomainOf(import.Domain).Length == 0) opset = Math.Max(opset, import.Version);
        }
        return opset is >= OldestOpset and <= NewestOpset
            ? (int)opset
            : throw new ModelException($"opset {opset} is not supported; re-export the model with an opset from {OldestOpset} to {NewestOpset}");
    }

    private void Fill(GraphProto proto)
    {
        if (proto.SparseInitializer.Count > 0) throw new ModelException("sparse initializers are not supported; export the weights dense");
        foreach (TensorProto tensor in proto.Initializer) DefineConstant(tensor);
        foreach (ValueInfoProto info in proto.Input)
        {
            // Before IR version 4 every initializer was listed as an input too.
            if (_graph.Find(info.Name) is not { IsConstant: true }) DefineInput(info);
        }
        var nodes = new List<NodeProto>(proto.Node.Count);
        foreach (NodeProto node in proto.Node)
        {
            if (node.OpType == "Constant" && DomainOf(node.Domain).Length == 0) DefineConstant(node);
            else nodes.Add(node);
        }
        Dictionary<NodeProto, Value[]> outputs = DefineOutputs(proto, nodes);
        foreach (NodeProto node in nodes) AddNode(node, outputs[node]);
        foreach (ValueInfoProto info in proto.ValueInfo) Declare(info);
        foreach (ValueInfoProto info in proto.Output)
        {
            _graph.AddOutput(_graph.Find(info.Name) ?? throw new ModelException($"output '{info.Name}' is computed by no node"));
            Declare(info);
        }
        _graph.Sort();
    }

    private void DefineConstant(TensorProto proto)
    {
        RequireNew(proto.Name, "initializer");
        try
        {
            _graph.NewConstant(proto.Name, TensorReader.Read(proto, _folder));
        }
        catch (ModelException e)
        {
            throw new ModelException($"initializer '{proto.Name}': {e.Message}", e);
        }
    }

    private void DefineInput(ValueInfoProto info)
    {
        RequireNew(info.Name, "input");
        TypeProto.Types.Tensor type = info.Type?.TensorType
            ?? throw new ModelException($"input '{info.Name}' is not a tensor; sequences, maps and optional values are not supported");
        try
        {
            _graph.AddInput(info.Name, DataTypes.ElementTypeOf(type.ElemType), ShapeOf(type.Shape));
        }
        catch (ModelException e)
        {
            throw new ModelException($"input '{info.Name}': {e.Message}", e);
        }
    }

    private void DefineConstant(NodeProto node)
    {
        if (node.Output.Count != 1 || node.Attribute.Count != 1) throw At(node, "a constant has one attribute and one output");
        RequireNew(node.Output[0], "output", node);
        try
        {
            _graph.NewConstant(node.Output[0], AttributeReader.Read(node.Attribute[0], _folder) switch
            {
                Tensor tensor => tensor,
                float number => Tensor.Scalar(number),
                long number => Tensor.Scalar(number),
                float[] numbers => Tensor.Of(numbers, numbers.Length),
                long[] numbers => Tensor.Vector(numbers),
                _ => throw new ModelException("constants of strings are not supported; re-export the model without them"),
            });
        }
        catch (ModelException e)
        {
            throw At(node, e.Message);
        }
    }

    private Dictionary<NodeProto, Value[]> DefineOutputs(GraphProto proto, List<NodeProto> nodes)
    {
        var read = new HashSet<string>(StringComparer.Ordinal);
        foreach (NodeProto node in nodes) read.UnionWith(node.Input);
        foreach (ValueInfoProto info in proto.Output) read.Add(info.Name);
        var outputs = new Dictionary<NodeProto, Value[]>(nodes.Count, ReferenceEqualityComparer.Instance);
        foreach (NodeProto node in nodes)
        {
            int count = node.Output.Count;
            while (count > 0 && node.Output[count - 1].Length == 0) count--;
            // Batch statistics, dropout masks and argmax indices are listed by old exporters although inference has no use for them.
            if (node.OpType is "BatchNormalization" or "Dropout" or "MaxPool" or "LayerNormalization")
                while (count > 1 && !read.Contains(node.Output[count - 1])) count--;
            if (count == 0) throw At(node, "has no outputs");
            outputs[node] = [.. node.Output.Take(count).Select(name => DefineOutput(node, name))];
        }
        return outputs;
    }

    private Value DefineOutput(NodeProto node, string name)
    {
        if (name.Length == 0) return _graph.NewValue("unused");
        RequireNew(name, "output", node);
        return _graph.NewValue(name);
    }

    private void AddNode(NodeProto proto, Value[] outputs)
    {
        if (proto.OpType.Length == 0) throw At(proto, "has no operator type");
        var inputs = new Value?[proto.Input.Count];
        for (int i = 0; i < inputs.Length; i++)
        {
            string name = proto.Input[i];
            if (name.Length == 0) continue;
            inputs[i] = _graph.Find(name) ?? throw At(proto, $"input '{name}' is neither an input of the model nor computed by a node");
        }
        int given = inputs.Length;
        while (given > 0 && inputs[given - 1] is null) given--;
        Node node = _graph.AddNode(NodeName(proto), proto.OpType, DomainOf(proto.Domain), inputs.Take(given), outputs);
        foreach (AttributeProto attribute in proto.Attribute)
        {
            try
            {
                node.Attributes.Set(attribute.Name, AttributeReader.Read(attribute, _folder));
            }
            catch (ModelException e)
            {
                throw ModelException.At(node, e.Message);
            }
        }
    }

    /// <summary>The node's name, made unique; one of its operator's type and a counter where it has none.</summary>
    private string NodeName(NodeProto proto)
    {
        string name = proto.Name.Length > 0 ? proto.Name : proto.OpType;
        int earlier = _namesakes.GetValueOrDefault(name);
        _namesakes[name] = earlier + 1;
        return earlier == 0 && proto.Name.Length > 0 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}_{earlier}");
    }

    /// <summary>Takes over the declared type and shape of a computed value, where they can be used; shape inference replaces them.</summary>
    private void Declare(ValueInfoProto info)
    {
        if (_graph.Find(info.Name) is not { Producer: not null } value || info.Type?.TensorType is not { } type) return;
        value.Type = DataTypes.TryElementTypeOf(type.ElemType) ?? ElementType.Undefined;
        if (type.Shape is null || type.Shape.Dim.All(static d => d.DimValue <= int.MaxValue)) value.Shape = ShapeOf(type.Shape);
    }

    /// <summary>The declared dimensions; -1 for one that is named, left open, or not above 0 (as some exporters write open ones).</summary>
    private static int[]? ShapeOf(TensorShapeProto? proto) => proto?.Dim.Select(static d => d.DimValue switch
    {
        > int.MaxValue => throw new ModelException($"dimension {d.DimValue} is not a size"),
        <= 0 => -1,
        var size => (int)size,
    }).ToArray();

    private void RequireNew(string name, string what, NodeProto? node = null)
    {
        string? problem = name.Length == 0 ? $"an {what} has no name"
            : _graph.Find(name) is not null ? $"{what} '{name}' has a name that is taken; names must be unique"
            : null;
        if (problem is null) return;
        throw node is null ? new ModelException(problem) : At(node, problem);
    }

    private static string DomainOf(string domain) => domain == "ai.onnx" ? "" : domain;

    private static ModelException At(NodeProto node, string problem)
    {
        string name = node.Name.Length > 0 || node.Output.Count == 0 ? node.Name : node.Output[0];
        return new ModelException($"node '{name}' ({node.OpType}): {problem}");
    }
}
