using EdgeKit.Onnx;
using EdgeKit.Onnx.Format;
using Google.Protobuf;
using Google.Protobuf.Collections;

namespace EdgeKit.NodeTests;

/// <summary>One of ONNX's node tests: <c>model.onnx</c>, and data sets of inputs with the outputs that they must give.</summary>
internal sealed class NodeTest
{
    private readonly ModelProto _model;

    private NodeTest(string name, ModelProto model, IReadOnlyList<DataSet> sets) => (Name, _model, Sets) = (name, model, sets);

    /// <summary>The folder's name.</summary>
    public string Name { get; }

    /// <summary>Inputs and expected outputs, in the model's order.</summary>
    public IReadOnlyList<DataSet> Sets { get; }

    /// <summary>Operators of the model, each once.</summary>
    public IReadOnlyList<string> Operators => [.. _model.Graph.Node.Select(static n => n.OpType).Distinct()];

    /// <summary>Reads a test's folder.</summary>
    /// <exception cref="ModelException">A tensor is missing or has a type that EdgeKit does not have.</exception>
    /// <exception cref="InvalidProtocolBufferException">A file holds no tensor but a sequence.</exception>
    public static NodeTest Load(string folder)
    {
        ModelProto model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(folder, "model.onnx")));
        var sets = new List<DataSet>();
        foreach (string set in Directory.GetDirectories(folder, "test_data_set_*").Order(StringComparer.Ordinal))
            sets.Add(new DataSet(Tensors(set, "input", model.Graph.Input), Tensors(set, "output", model.Graph.Output)));
        return new NodeTest(Path.GetFileName(folder), model, sets);
    }

    /// <summary>The model's graph, all shapes known, with some inputs as constants.</summary>
    /// <param name="set">What is fed.</param>
    /// <param name="isConstant">Of an input's number, whether it becomes a constant.</param>
    /// <exception cref="ModelException">It is not supported in this form.</exception>
    public Graph Graph(DataSet set, Func<int, bool> isConstant)
    {
        ModelProto model = _model.Clone();
        for (int i = Math.Min(set.Inputs.Count, model.Graph.Input.Count) - 1; i >= 0; i--)
        {
            if (!isConstant(i)) continue;
            TensorProto constant = set.Inputs[i].Proto.Clone();
            constant.Name = model.Graph.Input[i].Name;
            model.Graph.Initializer.Add(constant);
            model.Graph.Input.RemoveAt(i);
        }
        Graph graph = OnnxFile.Parse(model.ToByteArray(), Name);
        var shapes = graph.Inputs.ToDictionary(static v => v.Name, v => set.Inputs.First(t => t.Name == v.Name).Tensor.Shape, StringComparer.Ordinal);
        ShapeInference.Run(graph, shapes);
        return graph;
    }

    /// <summary>The inputs of a set that a graph still has, by name.</summary>
    public static Dictionary<string, Tensor> Feeds(DataSet set, Graph graph) =>
        graph.Inputs.ToDictionary(static v => v.Name, v => set.Inputs.First(t => t.Name == v.Name).Tensor, StringComparer.Ordinal);

    private static List<NamedTensor> Tensors(string set, string kind, RepeatedField<ValueInfoProto> values)
    {
        var tensors = new List<NamedTensor>();
        for (int i = 0; i < values.Count; i++)
        {
            string path = Path.Combine(set, $"{kind}_{i}.pb");
            if (!File.Exists(path)) throw new ModelException($"there is no {kind}_{i}.pb");
            TensorProto proto = TensorProto.Parser.ParseFrom(File.ReadAllBytes(path));
            tensors.Add(new NamedTensor(values[i].Name, proto, TensorReader.Read(proto, folder: null)));
        }
        return tensors;
    }
}

/// <summary>Inputs and the outputs that they must give.</summary>
internal sealed record DataSet(IReadOnlyList<NamedTensor> Inputs, IReadOnlyList<NamedTensor> Outputs);

/// <summary>A tensor of a file.</summary>
internal sealed record NamedTensor(string Name, TensorProto Proto, Tensor Tensor);
