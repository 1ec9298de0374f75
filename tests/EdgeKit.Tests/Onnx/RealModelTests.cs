using System.Text.Json;
using EdgeKit.Onnx;
using EdgeKit.Testing;
using Xunit;

namespace EdgeKit.Tests.Onnx;

/// <summary>Reading, shape inference and writing over every real model that is at hand.</summary>
public sealed class RealModelTests
{
    public static TheoryData<string> Models()
    {
        var names = new TheoryData<string>();
        if (TestData.Root is null) return names;
        foreach (string path in Directory.GetFiles(Path.Combine(TestData.Root, "models"), "*.onnx").Order(StringComparer.Ordinal)) names.Add(Path.GetFileName(path));
        return names;
    }

    [DataTheory]
    [MemberData(nameof(Models))]
    public void Every_type_and_shape_is_found_and_no_shape_arithmetic_is_left(string name)
    {
        Graph graph = OnnxFile.Load(TestData.Model(name));
        ShapeInference.Run(graph, JsonSize(name));
        graph.RemoveDead();
        Assert.All(graph.Values, static v =>
        {
            Assert.NotEqual(ElementType.Undefined, v.Type);
            Assert.NotNull(v.Shape);
            Assert.All(v.Shape, static d => Assert.True(d > 0));
        });
        Assert.DoesNotContain(graph.Nodes, static n => n.OpType is "Shape" or "Cast" or "ConstantOfShape");
        Assert.All(graph.Nodes.Where(static n => n.OpType is "Conv" or "MaxPool" or "AveragePool"), static n =>
        {
            Assert.NotNull(n.Attributes.Ints("pads"));
            Assert.NotNull(n.Attributes.Ints("kernel_shape"));
            Assert.False(n.Attributes.Has("auto_pad"));
        });
    }

    [DataTheory]
    [MemberData(nameof(Models))]
    public void Writing_and_reading_again_gives_the_same_graph(string name)
    {
        Graph graph = OnnxFile.Load(TestData.Model(name));
        GraphAssert.Same(graph.Opset >= 13 ? graph : ReadAgain(graph), ReadAgain(graph));

        ShapeInference.Run(graph, JsonSize(name));
        Graph again = ReadAgain(graph);
        Assert.Equal(graph.Nodes.Count, again.Nodes.Count);
        ShapeInference.Run(again);
        again.Opset = graph.Opset;
        GraphAssert.Same(graph, again);
    }

    private static Graph ReadAgain(Graph graph)
    {
        byte[] bytes = OnnxFile.Serialize(graph);
        Graph again = OnnxFile.Parse(bytes, "again");
        Assert.Equal(bytes, OnnxFile.Serialize(again));
        return again;
    }

    private static Dictionary<string, int[]> JsonSize(string name)
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(Path.ChangeExtension(TestData.Model(name), ".json")));
        return new() { [""] = [json.RootElement.GetProperty("height").GetInt32(), json.RootElement.GetProperty("width").GetInt32()] };
    }
}
