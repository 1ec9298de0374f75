using EdgeKit.Onnx;
using EdgeKit.Onnx.Format;
using EdgeKit.Testing;
using Google.Protobuf;
using Xunit;

namespace EdgeKit.Tests.Onnx;

public sealed class ReaderTests
{
    [Fact]
    public void Initializers_that_are_listed_as_inputs_are_constants()
    {
        Graph graph = new OnnxModelBuilder(8).Input("x", 2).Input("w", 2).Constant("w", Tensor.Of([1f, 2f], 2)).Node("Add", "x w", "y").Output("y").Parse();
        Assert.Equal("x", Assert.Single(graph.Inputs).Name);
        Assert.True(graph.Find("w")!.IsConstant);
    }

    [Fact]
    public void Constant_nodes_become_constants()
    {
        Graph graph = new OnnxModelBuilder(13).Input("x", 2)
            .Node("Constant", "", "a", ("value", Tensor.Of([1f, 2f], 2))).Node("Constant", "", "b", ("value_float", 3f)).Node("Constant", "", "c", ("value_ints", new[] { 4, 5 }))
            .Node("Add", "x a", "y").Output("y", "b", "c").Parse();
        Assert.Equal("Add", Assert.Single(graph.Nodes).OpType);
        Assert.Equal([1f, 2f], graph.Find("a")!.Constant!.AsSpan<float>().ToArray());
        Assert.Empty(graph.Find("b")!.Constant!.Shape);
        Assert.Equal([4L, 5L], graph.Find("c")!.Constant!.AsSpan<long>().ToArray());
    }

    [Fact]
    public void Nodes_are_sorted_and_get_unique_names()
    {
        OnnxModelBuilder builder = new OnnxModelBuilder().Input("x", 2).Node("Relu", "b", "y").Node("Relu", "a", "b").Node("Abs", "x", "a").Output("y");
        builder.Model.Graph.Node[0].Name = "same";
        builder.Model.Graph.Node[1].Name = "same";
        Graph graph = builder.Parse();
        Assert.Equal(["a", "b", "y"], graph.Nodes.Select(static n => n.Output.Name));
        Assert.Equal(["Abs_0", "same_1", "same"], graph.Nodes.Select(static n => n.Name));
    }

    [Fact]
    public void Open_dimensions_are_minus_1_and_half_precision_is_float()
    {
        OnnxModelBuilder builder = new OnnxModelBuilder().Input("x", -1, 3, 0).Node("Relu", "x", "y").Output("y");
        builder.Model.Graph.Input[0].Type.TensorType.ElemType = 10;
        Value x = builder.Parse().Inputs[0];
        Assert.Equal([-1, 3, -1], x.Shape!);
        Assert.Equal(ElementType.Float, x.Type);
    }

    [Fact]
    public void Attributes_without_a_type_are_told_by_their_field()
    {
        OnnxModelBuilder builder = new OnnxModelBuilder().Input("x", 1, 1, 4, 4).Node("MaxPool", "x", "y", ("kernel_shape", new[] { 2, 2 }), ("auto_pad", "VALID"), ("ceil_mode", 0)).Output("y");
        foreach (AttributeProto attribute in builder.Model.Graph.Node[0].Attribute) attribute.ClearType();
        AttributeMap read = builder.Parse().Nodes[0].Attributes;
        Assert.Equal([2, 2], read.Ints("kernel_shape")!);
        Assert.Equal("VALID", read.String("auto_pad", ""));
        Assert.Equal(0, read.Int("ceil_mode", 1));
    }

    [Fact]
    public void Metadata_names_and_domains_are_kept()
    {
        OnnxModelBuilder builder = new OnnxModelBuilder().Input("x", 2).NodeOf("ai.onnx", "Relu", "x", "a").NodeOf("com.example", "Odd", "a", "y").Output("y");
        builder.Model.MetadataProps.Add(new StringStringEntryProto { Key = "k", Value = "v" });
        Graph graph = builder.Parse();
        Assert.Equal("v", graph.Metadata["k"]);
        Assert.Equal(["", "com.example"], graph.Nodes.Select(static n => n.Domain));
        Assert.Equal("test", graph.Name);
    }

    [Fact]
    public void Left_out_inputs_are_null_and_outputs_that_nobody_reads_of_batch_statistics_vanish()
    {
        Graph graph = new OnnxModelBuilder().Input("x", 2).Constant("max", Tensor.Scalar(1f)).Node("Clip", "x - max", "c").Node("Dropout", "c", "y mask").Output("y").Parse();
        Assert.Null(graph.Nodes[0].Optional(1));
        Assert.NotNull(graph.Nodes[0].Optional(2));
        Assert.Single(graph.Nodes[1].Outputs);
    }

    [Fact]
    public void Dropout_that_drops_is_refused()
    {
        OnnxModelBuilder model = new OnnxModelBuilder().Input("x", 2).Constant("ratio", Tensor.Scalar(0.5f)).Constant("training", Tensor.Scalar(true)).Node("Dropout", "x ratio training", "y").Output("y");
        Assert.Contains("training mode", Assert.Throws<ModelException>(() => model.Parse()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Unknown_fields_are_skipped()
    {
        byte[] bytes = [.. new OnnxModelBuilder().Input("x", 2).Node("Relu", "x", "y").Output("y").ToBytes(), 0xFA, 0x3F, 3, 1, 2, 3];
        Assert.Single(OnnxFile.Parse(bytes, "test").Nodes);
    }

    public static TheoryData<string, string> Malformed() => new()
    {
        { "opset 6", "opset 6 is not supported; re-export the model with an opset from 7 to 22" },
        { "opset 23", "opset 23 is not supported" },
        { "no opset", "opset 0 is not supported" },
        { "no graph", "is not an ONNX model" },
        { "no outputs", "is not an ONNX model" },
        { "duplicate output", "node 'y' (Abs): output 'y' has a name that is taken" },
        { "duplicate initializer", "initializer 'w' has a name that is taken" },
        { "missing input", "node 'y' (Add): input 'nowhere' is neither" },
        { "missing output", "output 'z' is computed by no node" },
        { "cycle", "is part of a cycle" },
        { "own input", "is part of a cycle" },
        { "subgraph", "node 'If_0' (If): attribute 'then_branch' is a subgraph" },
        { "tensors attribute", "node 'Relu_0' (Relu): attribute 'odd' of kind Tensors is not supported" },
        { "string initializer", "initializer 'w': element type string is not supported" },
        { "string constant", "node 'w' (Constant): constants of strings are not supported" },
        { "sequence input", "input 'x' is not a tensor" },
        { "uint64 input", "input 'x': element type uint64 is not supported" },
        { "huge input", "input 'x': dimension 4294967296 is not a size" },
        { "sparse initializer", "sparse initializers are not supported" },
        { "no operator", "has no operator type" },
        { "no output name", "(Relu): has no outputs" },
        { "training", "node 'BatchNormalization_0' (BatchNormalization): is in training mode" },
        { "line end in a name", "input 'a?b' is neither" },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public void A_malformed_model_gives_one_line_that_names_file_and_place(string mistake, string message)
    {
        ModelException e = Assert.Throws<ModelException>(() => OnnxFile.Parse(Broken(mistake), "some.onnx"));
        Assert.StartsWith("some.onnx: ", e.Message, StringComparison.Ordinal);
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Fact]
    public void What_is_no_model_at_all_says_so()
    {
        Assert.Contains("the file is empty", Assert.Throws<ModelException>(() => OnnxFile.Parse([], "f")).Message, StringComparison.Ordinal);
        Assert.Contains("is not", Assert.Throws<ModelException>(() => OnnxFile.Parse("GIF89a......"u8, "f")).Message, StringComparison.Ordinal);
        byte[] bytes = new OnnxModelBuilder().Input("x", 2).Node("Relu", "x", "y").Output("y").ToBytes();
        Assert.Contains("cut off", Assert.Throws<ModelException>(() => OnnxFile.Parse(bytes.AsSpan(0, bytes.Length - 3), "f")).Message, StringComparison.Ordinal);
        Assert.EndsWith("no such file", Assert.Throws<ModelException>(() => OnnxFile.Load("/nowhere/at/all.onnx")).Message, StringComparison.Ordinal);
        Assert.Contains("cannot be read", Assert.Throws<ModelException>(() => OnnxFile.Load(Path.GetTempPath())).Message, StringComparison.Ordinal);
    }

    private static byte[] Broken(string mistake)
    {
        OnnxModelBuilder ok(int opset = 17) => new OnnxModelBuilder(opset).Input("x", 2).Node("Relu", "x", "y").Output("y");
        OnnxModelBuilder builder = mistake switch
        {
            "opset 6" => ok(6),
            "opset 23" => ok(23),
            "missing output" => ok().Output("z"),
            "duplicate output" => ok().Node("Abs", "x", "y"),
            "duplicate initializer" => ok().Constant("w", 1).Constant("w", 1),
            "missing input" => new OnnxModelBuilder().Input("x", 2).Node("Add", "x nowhere", "y").Output("y"),
            "cycle" => new OnnxModelBuilder().Input("x", 2).Node("Add", "x b", "a").Node("Relu", "a", "b").Output("b"),
            "own input" => new OnnxModelBuilder().Input("x", 2).Node("Add", "x y", "y").Output("y"),
            "string constant" => ok().Node("Constant", "", "w", ("value_string", "text")),
            "no output name" => new OnnxModelBuilder().Input("x", 2).Node("Relu", "x", "-").Output("x"),
            "training" => new OnnxModelBuilder().Input("x", 2).Node("BatchNormalization", "x x x x x", "y", ("training_mode", 1)).Output("y"),
            "line end in a name" => ok().Node("Relu", "a\nb", "z"),
            _ => ok(),
        };
        GraphProto graph = builder.Model.Graph;
        switch (mistake)
        {
            case "no opset": builder.Model.OpsetImport.Clear(); break;
            case "no graph": builder.Model.Graph = null; break;
            case "no outputs": graph.Output.Clear(); break;
            case "no operator": graph.Node[0].OpType = ""; break;
            case "subgraph":
                graph.Node[0].OpType = "If";
                graph.Node[0].Attribute.Add(new AttributeProto { Name = "then_branch", Type = AttributeProto.Types.AttributeType.Graph, G = ByteString.Empty });
                break;
            case "tensors attribute": graph.Node[0].Attribute.Add(new AttributeProto { Name = "odd", Type = AttributeProto.Types.AttributeType.Tensors }); break;
            case "string initializer": graph.Initializer.Add(new TensorProto { Name = "w", DataType = 8, Dims = { 1 } }); break;
            case "sequence input": graph.Input[0].Type.TensorType = null; break;
            case "uint64 input": graph.Input[0].Type.TensorType.ElemType = 13; break;
            case "huge input": graph.Input[0].Type.TensorType.Shape.Dim[0].DimValue = 1L << 32; break;
            case "sparse initializer": graph.SparseInitializer.Add(ByteString.CopyFrom(1)); break;
        }
        return builder.ToBytes();
    }
}
