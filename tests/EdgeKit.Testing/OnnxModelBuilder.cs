using EdgeKit.Onnx;
using EdgeKit.Onnx.Format;
using Google.Protobuf;

namespace EdgeKit.Testing;

/// <summary>Writes ONNX models message by message, in the forms of any operator set and with any mistake: what <see cref="OnnxFile"/> itself never writes.</summary>
public sealed class OnnxModelBuilder
{
    /// <summary>Starts a model of an operator set.</summary>
    public OnnxModelBuilder(int opset = 17)
    {
        Model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = opset });
        Model.OpsetImport.Add(new OperatorSetIdProto { Domain = "com.microsoft", Version = 1 });
    }

    /// <summary>The messages, for what the methods do not express.</summary>
    internal ModelProto Model { get; } = new() { IrVersion = 7, Graph = new GraphProto { Name = "test" } };

    /// <summary>Declares a float input; -1 is a dynamic dimension.</summary>
    public OnnxModelBuilder Input(string name, params int[] dims) => Input(name, ElementType.Float, dims);

    /// <summary>Declares an input; -1 is a dynamic dimension.</summary>
    public OnnxModelBuilder Input(string name, ElementType type, int[] dims)
    {
        Model.Graph.Input.Add(Info(name, type, dims));
        return this;
    }

    /// <summary>Declares an output without a type.</summary>
    public OnnxModelBuilder Output(params string[] names)
    {
        foreach (string name in names) Model.Graph.Output.Add(new ValueInfoProto { Name = name });
        return this;
    }

    /// <summary>Adds an initializer.</summary>
    public OnnxModelBuilder Constant(string name, Tensor tensor)
    {
        TensorProto proto = GraphWriter.WriteTensor(tensor);
        proto.Name = name;
        Model.Graph.Initializer.Add(proto);
        return this;
    }

    /// <summary>Adds an initializer of small integers, as shapes and axes are given.</summary>
    public OnnxModelBuilder Constant(string name, params long[] values) => Constant(name, Tensor.Vector(values));

    /// <summary>Adds a node; names are separated by spaces, and "-" is an input that is left out.</summary>
    public OnnxModelBuilder Node(string opType, string inputs, string outputs, params (string Name, object Value)[] attributes) =>
        NodeOf("", opType, inputs, outputs, attributes);

    /// <summary>Adds a node of a domain; names are separated by spaces, and "-" is an input that is left out.</summary>
    public OnnxModelBuilder NodeOf(string domain, string opType, string inputs, string outputs, params (string Name, object Value)[] attributes)
    {
        var node = new NodeProto { OpType = opType, Domain = domain };
        node.Input.Add(Names(inputs));
        node.Output.Add(Names(outputs));
        foreach ((string name, object value) in attributes) node.Attribute.Add(GraphWriter.WriteAttribute(name, Widened(value)));
        Model.Graph.Node.Add(node);
        return this;
    }

    /// <summary>The bytes of the file.</summary>
    public byte[] ToBytes() => Model.ToByteArray();

    /// <summary>The model as EdgeKit reads it.</summary>
    public Graph Parse() => OnnxFile.Parse(ToBytes(), "test.onnx");

    private static ValueInfoProto Info(string name, ElementType type, int[] dims)
    {
        var tensor = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = new TensorShapeProto() };
        foreach (int d in dims)
            tensor.Shape.Dim.Add(d < 0 ? new TensorShapeProto.Types.Dimension { DimParam = "n" } : new TensorShapeProto.Types.Dimension { DimValue = d });
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = tensor } };
    }

    private static string[] Names(string names) => [.. names.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(static n => n == "-" ? "" : n)];

    private static object Widened(object value) => value switch
    {
        int i => (long)i,
        int[] ints => Array.ConvertAll(ints, static i => (long)i),
        _ => value,
    };
}
