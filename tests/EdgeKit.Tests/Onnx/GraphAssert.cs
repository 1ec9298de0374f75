using EdgeKit.Onnx;
using Xunit;

namespace EdgeKit.Tests.Onnx;

/// <summary>Compares graphs completely.</summary>
internal static class GraphAssert
{
    public static void Same(Graph expected, Graph actual)
    {
        Assert.Equal(expected.Name, actual.Name);
        Assert.Equal(expected.Opset, actual.Opset);
        Assert.Equal(expected.Metadata, actual.Metadata);
        Assert.Equal(expected.Inputs.Select(Describe), actual.Inputs.Select(Describe));
        Assert.Equal(expected.Outputs.Select(Describe), actual.Outputs.Select(Describe));
        Assert.Equal(expected.Nodes.Select(Describe), actual.Nodes.Select(Describe));
        Assert.Equal(Constants(expected).Keys, Constants(actual).Keys);
        foreach ((string name, Tensor tensor) in Constants(expected)) Same(tensor, Constants(actual)[name]);
    }

    public static void Same(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.Type, actual.Type);
        Assert.Equal(expected.Shape, actual.Shape);
        Assert.True(expected.Bytes.SequenceEqual(actual.Bytes), "the elements differ");
    }

    private static SortedDictionary<string, Tensor> Constants(Graph graph) =>
        new(graph.Values.Where(static v => v.IsConstant).ToDictionary(static v => v.Name, static v => v.Constant!), StringComparer.Ordinal);

    private static string Describe(Value value) => value.ToString();

    private static string Describe(Node node) =>
        $"{node.Name} {node.Domain}:{node.OpType} ({Names(node.Inputs)}) -> ({Names(node.Outputs)}) {string.Join(' ', node.Attributes.Entries.Select(static a => $"{a.Key}={Text(a.Value)}"))}";

    private static string Names(IEnumerable<Value?> values) => string.Join(", ", values.Select(static v => v?.Name));

    private static string Text(object value) => value switch
    {
        Array a => $"[{string.Join(',', a.Cast<object>())}]",
        Tensor t => $"{t}{Convert.ToHexString(t.Bytes)}",
        _ => value.ToString()!,
    };
}
