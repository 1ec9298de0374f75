using Google.Protobuf;
using Kind = EdgeKit.Onnx.Format.AttributeProto.Types.AttributeType;

namespace EdgeKit.Onnx.Format;

/// <summary>Turns a graph of standard operators into the messages of the file format. The same graph always gives the same bytes.</summary>
internal static class GraphWriter
{
    /// <summary>The whole file.</summary>
    public static ModelProto Write(Graph graph)
    {
        var model = new ModelProto { IrVersion = IrVersion(graph.Opset), ProducerName = "EdgeKit", Graph = WriteGraph(graph) };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = graph.Opset });
        foreach (string domain in graph.Nodes.Select(static n => n.Domain).Where(static d => d.Length > 0).Distinct().Order(StringComparer.Ordinal))
            model.OpsetImport.Add(new OperatorSetIdProto { Domain = domain, Version = 1 });
        foreach ((string key, string value) in graph.Metadata) model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
        return model;
    }

    /// <summary>The format version that came with an operator set (ONNX, Versioning.md).</summary>
    private static int IrVersion(int opset) => opset switch
    {
        <= 14 => 7,
        <= 18 => 8,
        <= 20 => 9,
        _ => 10,
    };

    private static GraphProto WriteGraph(Graph graph)
    {
        var proto = new GraphProto { Name = graph.Name };
        foreach (Value input in graph.Inputs) proto.Input.Add(WriteInfo(input));
        foreach (Value output in graph.Outputs) proto.Output.Add(WriteInfo(output));
        foreach (Value value in graph.Values)
        {
            if (value.Constant is not { } tensor) continue;
            TensorProto stored = WriteTensor(tensor);
            stored.Name = value.Name;
            proto.Initializer.Add(stored);
        }
        foreach (Node node in graph.Nodes) proto.Node.Add(WriteNode(node));
        return proto;
    }

    private static NodeProto WriteNode(Node node)
    {
        var proto = new NodeProto { Name = node.Name, OpType = node.OpType };
        if (node.Domain.Length > 0) proto.Domain = node.Domain;
        foreach (Value? input in node.Inputs) proto.Input.Add(input?.Name ?? "");
        foreach (Value output in node.Outputs) proto.Output.Add(output.Name);
        foreach ((string name, object value) in node.Attributes.Entries) proto.Attribute.Add(WriteAttribute(name, value));
        return proto;
    }

    /// <summary>An attribute, of the kind that its value's type says.</summary>
    public static AttributeProto WriteAttribute(string name, object value)
    {
        var proto = new AttributeProto { Name = name };
        switch (value)
        {
            case long i:
                (proto.Type, proto.I) = (Kind.Int, i);
                break;
            case float f:
                (proto.Type, proto.F) = (Kind.Float, f);
                break;
            case string s:
                (proto.Type, proto.S) = (Kind.String, ByteString.CopyFromUtf8(s));
                break;
            case long[] ints:
                proto.Type = Kind.Ints;
                proto.Ints.Add(ints);
                break;
            case float[] floats:
                proto.Type = Kind.Floats;
                proto.Floats.Add(floats);
                break;
            case string[] strings:
                proto.Type = Kind.Strings;
                proto.Strings.Add(strings.Select(ByteString.CopyFromUtf8));
                break;
            default:
                (proto.Type, proto.T) = (Kind.Tensor, WriteTensor((Tensor)value));
                break;
        }
        return proto;
    }

    /// <summary>A tensor without a name, its elements as raw bytes.</summary>
    public static TensorProto WriteTensor(Tensor tensor)
    {
        var proto = new TensorProto { DataType = (int)tensor.Type, RawData = ByteString.CopyFrom(tensor.Bytes) };
        foreach (int d in tensor.Shape) proto.Dims.Add(d);
        return proto;
    }

    private static ValueInfoProto WriteInfo(Value value)
    {
        var info = new ValueInfoProto { Name = value.Name };
        if (value.Type == ElementType.Undefined) return info;
        info.Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)value.Type } };
        if (value.Shape is not { } shape) return info;
        info.Type.TensorType.Shape = new TensorShapeProto();
        foreach (int d in shape)
        {
            var dimension = new TensorShapeProto.Types.Dimension();
            if (d >= 0) dimension.DimValue = d;
            info.Type.TensorType.Shape.Dim.Add(dimension);
        }
        return info;
    }
}
