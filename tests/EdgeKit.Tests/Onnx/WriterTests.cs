using EdgeKit.Onnx;
using EdgeKit.Onnx.Format;
using EdgeKit.Testing;
using Xunit;

namespace EdgeKit.Tests.Onnx;

public sealed class WriterTests
{
    [Theory]
    [InlineData(9, 13, 7)]
    [InlineData(15, 15, 8)]
    [InlineData(19, 19, 9)]
    [InlineData(21, 21, 10)]
    public void Opset_and_format_version_fit_together(int opset, int written, int irVersion)
    {
        ModelProto model = Written(new OnnxModelBuilder(opset).Input("x", 2).Node("Relu", "x", "y").Output("y").Parse());
        Assert.Equal(irVersion, model.IrVersion);
        Assert.Equal("EdgeKit", model.ProducerName);
        OperatorSetIdProto import = Assert.Single(model.OpsetImport);
        Assert.Equal("", import.Domain);
        Assert.Equal(written, import.Version);
    }

    [Fact]
    public void Everything_of_a_graph_comes_back()
    {
        var graph = new Graph { Name = "all", Opset = 17 };
        graph.Metadata["edgekit.preprocessing"] = "{}";
        Value x = graph.AddInput("x", ElementType.Float, [-1, 3]);
        Value c = graph.NewConstant("c", Tensor.Of([1f, 2f, 3f], 3));
        Node odd = graph.Append("QLinearOdd", [x, null, c], outputs: 2, name: "n", domain: "com.microsoft");
        odd.Attributes.Set("i", 0).Set("f", 0f).Set("s", "text").Set("is", new[] { 1, -1 }).Set("fs", new[] { 0.5f }).Set("ss", new[] { "a", "b" }).Set("t", Tensor.Of([true, false], 2)).Set("none", Array.Empty<long>());
        foreach (Value v in odd.Outputs) graph.AddOutput(v);
        graph.AddOutput(c);
        byte[] bytes = OnnxFile.Serialize(graph);
        GraphAssert.Same(graph, OnnxFile.Parse(bytes, "again"));
        Assert.Contains(ModelProto.Parser.ParseFrom(bytes).OpsetImport, static i => i is { Domain: "com.microsoft", Version: 1 });
        // Written although zero: readers tell a field that is not there from one that is zero.
        Assert.True(ModelProto.Parser.ParseFrom(bytes).Graph.Node[0].Attribute.Single(static a => a.Name == "i").HasI);
    }

    [Theory]
    [InlineData(13, "Silu", "Sigmoid Mul")]
    [InlineData(13, "HardSwish", "HardSigmoid Mul")]
    [InlineData(14, "HardSwish", "HardSwish")]
    [InlineData(19, "Gelu", "Mul Erf Mul Add Mul")]
    [InlineData(20, "Gelu", "Gelu")]
    [InlineData(17, "ChannelShuffle", "Reshape Transpose Reshape")]
    public void Recognised_operators_are_spelled_out_on_a_copy(int opset, string op, string written)
    {
        var graph = new Graph { Opset = opset };
        Value x = graph.AddInput("x", ElementType.Float, [1, 4, 2, 2]);
        Node node = graph.Append(op, [x], name: "n", domain: op is "Silu" or "ChannelShuffle" ? Graph.EdgeKitDomain : "");
        if (op == "ChannelShuffle") node.Attributes.Set("groups", 2);
        graph.AddOutput(node.Output);
        ModelProto model = Written(graph);
        Assert.Equal(written.Split(' ').Order(), model.Graph.Node.Select(static n => n.OpType).Order());
        Assert.Equal("n", model.Graph.Node[^1].Name);
        Assert.Equal("n", Assert.Single(model.Graph.Output).Name);
        Assert.Same(node, Assert.Single(graph.Nodes));
    }

    [Theory]
    [InlineData(13, "ReduceSum", true)]
    [InlineData(17, "ReduceMean", false)]
    [InlineData(18, "ReduceMean", true)]
    public void Axes_of_reductions_are_where_the_operator_set_has_them(int opset, string op, bool asInput)
    {
        var graph = new Graph { Opset = opset };
        Node node = graph.Append(op, [graph.AddInput("x", ElementType.Float, [2, 3])]);
        node.Attributes.Set("axes", new[] { 1 });
        graph.AddOutput(node.Output);
        Assert.Equal(asInput ? 2 : 1, Written(graph).Graph.Node[0].Input.Count);
        Assert.Equal([1], OnnxFile.Parse(OnnxFile.Serialize(graph), "again").Nodes[0].Attributes.Ints("axes")!);
    }

    [Fact]
    public void Saving_replaces_a_file_whole_and_leaves_nothing_else_behind()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("edgekit-writer-");
        try
        {
            Graph graph = new OnnxModelBuilder().Input("x", 2).Node("Relu", "x", "y").Output("y").Parse();
            string path = Path.Combine(folder.FullName, "m.onnx");
            File.WriteAllText(path, "old");
            OnnxFile.Save(graph, path);
            Assert.Equal(OnnxFile.Serialize(graph), File.ReadAllBytes(path));
            Assert.Single(folder.GetFileSystemInfos());

            string unreachable = Path.Combine(folder.FullName, "no", "m.onnx");
            IOException e = Assert.Throws<IOException>(() => OnnxFile.Save(graph, unreachable));
            Assert.StartsWith($"{unreachable}: cannot be written", e.Message, StringComparison.Ordinal);
            Assert.Single(folder.GetFileSystemInfos());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static ModelProto Written(Graph graph) => ModelProto.Parser.ParseFrom(OnnxFile.Serialize(graph));
}
