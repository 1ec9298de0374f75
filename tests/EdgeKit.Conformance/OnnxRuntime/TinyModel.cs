using System.Text;

namespace EdgeKit.Conformance.OnnxRuntime;

/// <summary>Writes one-operator ONNX models byte by byte, so that these tests rest on nothing of EdgeKit's own ONNX code.</summary>
internal static class TinyModel
{
    private const int ModelIrVersion = 1, ModelGraph = 7, ModelOpset = 8;
    private const int GraphNode = 1, GraphName = 2, GraphInput = 11, GraphOutput = 12;
    private const int NodeInput = 1, NodeOutput = 2, NodeOperator = 4;

    /// <summary>A model <c>y = op(inputs)</c>; every value has the element type and shape given, a dimension of -1 being open.</summary>
    internal static byte[] Of(string op, int elementType, int[] shape, params string[] inputs)
    {
        var node = new MemoryStream();
        foreach (string input in inputs) Text(node, NodeInput, input);
        Text(node, NodeOutput, "y");
        Text(node, NodeOperator, op);

        var graph = new MemoryStream();
        Message(graph, GraphNode, node);
        Text(graph, GraphName, "tiny");
        foreach (string input in inputs) Message(graph, GraphInput, ValueInfo(input, elementType, shape));
        Message(graph, GraphOutput, ValueInfo("y", elementType, shape));

        var opset = new MemoryStream();
        Number(opset, 2, 13);
        var model = new MemoryStream();
        Number(model, ModelIrVersion, 8);
        Message(model, ModelGraph, graph);
        Message(model, ModelOpset, opset);
        return model.ToArray();
    }

    private static MemoryStream ValueInfo(string name, int elementType, int[] shape)
    {
        var dimensions = new MemoryStream();
        foreach (int size in shape)
        {
            var dimension = new MemoryStream();
            if (size >= 0) Number(dimension, 1, size);
            else Text(dimension, 2, "n");
            Message(dimensions, 1, dimension);
        }
        var tensor = new MemoryStream();
        Number(tensor, 1, elementType);
        Message(tensor, 2, dimensions);
        var type = new MemoryStream();
        Message(type, 1, tensor);
        var info = new MemoryStream();
        Text(info, 1, name);
        Message(info, 2, type);
        return info;
    }

    private static void Number(MemoryStream to, int field, int value)
    {
        Varint(to, field << 3);
        Varint(to, value);
    }

    private static void Text(MemoryStream to, int field, string value) => Bytes(to, field, Encoding.UTF8.GetBytes(value));

    private static void Message(MemoryStream to, int field, MemoryStream message) => Bytes(to, field, message.ToArray());

    private static void Bytes(MemoryStream to, int field, byte[] bytes)
    {
        Varint(to, (field << 3) | 2);
        Varint(to, bytes.Length);
        to.Write(bytes);
    }

    private static void Varint(MemoryStream to, int value)
    {
        for (; value >= 0x80; value >>= 7) to.WriteByte((byte)(value | 0x80));
        to.WriteByte((byte)value);
    }
}
