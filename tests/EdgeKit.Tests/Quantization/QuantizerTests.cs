using EdgeKit.Onnx;
using EdgeKit.Quantization;
using Xunit;

namespace EdgeKit.Tests.Quantization;

public sealed class QuantizerTests
{
    private static readonly int[] Shape = [1, 3, 16, 16];

    [Theory]
    [InlineData(CalibrationMethod.MinMax, ActivationScheme.Asymmetric)]
    [InlineData(CalibrationMethod.MeanSquaredError, ActivationScheme.Asymmetric)]
    [InlineData(CalibrationMethod.Percentile, ActivationScheme.Asymmetric)]
    [InlineData(CalibrationMethod.MinMax, ActivationScheme.Symmetric)]
    [InlineData(CalibrationMethod.MeanSquaredError, ActivationScheme.Symmetric)]
    public void The_quantized_net_computes_nearly_what_the_float_net_does(CalibrationMethod method, ActivationScheme scheme)
    {
        Graph graph = NetBuilder.Residual();
        Graph qdq = Quantize(graph, new QuantizeOptions { Method = method, Activations = scheme }).Qdq;
        double signal = 0, noise = 0;
        foreach (Tensor image in NetBuilder.Images(20, Shape))
        {
            float[] expected = Run(graph, image), actual = Run(qdq, image);
            signal += expected.Sum(static v => (double)v * v);
            noise += expected.Zip(actual).Sum(static p => Math.Pow(p.First - p.Second, 2));
        }
        Assert.True(10 * Math.Log10(signal / noise) > 28, $"{10 * Math.Log10(signal / noise):F1} dB");
    }

    [Fact]
    public void The_graph_has_the_form_that_runtimes_fuse()
    {
        Graph qdq = Quantize(NetBuilder.Residual()).Qdq;
        foreach (Node conv in qdq.Nodes.Where(static n => n.OpType is "Conv" or "Gemm"))
        {
            Assert.All(conv.Inputs, static v => Assert.Equal("DequantizeLinear", v!.Producer!.OpType));
            Node weights = conv.Input(1).Producer!, bias = conv.Input(2).Producer!;
            Assert.Equal(ElementType.Int8, weights.ConstantInput(0)!.Type);
            Assert.Equal(ElementType.Int32, bias.ConstantInput(0)!.Type);
            float inputScale = conv.Input(0).Producer!.ConstantInput(1)!.AsSpan<float>()[0];
            Assert.Equal(weights.ConstantInput(1)!.ToFloats().Select(s => s * inputScale), bias.ConstantInput(1)!.ToFloats());
            Assert.Single(conv.Output.Consumers);
            Assert.Contains(conv.Output.Consumers[0].OpType, new[] { "QuantizeLinear", "Relu", "Clip" });
        }
        foreach (Node rectifier in qdq.Nodes.Where(static n => n.OpType is "Relu" or "Clip"))
        {
            Assert.NotEqual("DequantizeLinear", rectifier.Input(0).Producer!.OpType);
            Node quantize = Assert.Single(rectifier.Output.Consumers);
            Assert.Equal(0, quantize.ConstantInput(2)!.AsSpan<byte>()[0]);
            if (rectifier.OpType == "Clip") Assert.InRange(255 * quantize.ConstantInput(1)!.AsSpan<float>()[0], 0, 6.000001f);
        }
    }

    [Fact]
    public void Names_tell_what_belongs_together_and_outputs_keep_theirs()
    {
        Graph graph = NetBuilder.Residual();
        graph.Metadata["edgekit.preprocessing"] = "{}";
        graph.Opset = 11;
        Graph qdq = Quantize(graph).Qdq;
        Assert.NotNull(qdq.Find("image_quantized"));
        Assert.NotNull(qdq.Find("image_scale"));
        Assert.NotNull(qdq.Find("image_zero_point"));
        Assert.Equal("classifier", Assert.Single(qdq.Outputs).Name);
        Assert.Equal("DequantizeLinear", qdq.Outputs[0].Producer!.OpType);
        Assert.Equal(ElementType.Float, qdq.Outputs[0].Type);
        Assert.Equal("image", Assert.Single(qdq.Inputs).Name);
        Assert.Equal("{}", qdq.Metadata["edgekit.preprocessing"]);
        Assert.Equal(13, qdq.Opset);
        Assert.Equal(11, graph.Opset);
    }

    [Fact]
    public void Symmetric_means_int8_with_zero_point_0_everywhere()
    {
        Graph qdq = Quantize(NetBuilder.Residual(), new QuantizeOptions { Activations = ActivationScheme.Symmetric }).Qdq;
        Node[] pairs = [.. qdq.Nodes.Where(static n => n.OpType is "QuantizeLinear" or "DequantizeLinear")];
        Assert.NotEmpty(pairs);
        Assert.All(pairs, static n =>
        {
            Tensor zeroPoint = n.ConstantInput(2)!;
            Assert.All(zeroPoint.ToInt64s(), static z => Assert.Equal(0, z));
            Assert.Contains(zeroPoint.Type, new[] { ElementType.Int8, ElementType.Int32 });
        });
        Assert.All(pairs.Where(static n => n.OpType == "QuantizeLinear"), static n => Assert.Equal(ElementType.Int8, n.ConstantInput(2)!.Type));
    }

    [Fact]
    public void Bytes_do_not_depend_on_the_number_of_threads()
    {
        Graph graph = NetBuilder.Residual();
        Tensor[] images = [.. NetBuilder.Images(12, Shape)];
        byte[][] files = [.. new[] { 1, 2, 4 }.SelectMany(threads => new[] { WeightGranularity.PerChannel, WeightGranularity.PerTensor }.Select(weights =>
            OnnxFile.Serialize(Quantizer.Quantize(graph, images, new QuantizeOptions { Threads = threads, Weights = weights }).Qdq)))];
        Assert.Equal(files[0], files[2]);
        Assert.Equal(files[0], files[4]);
        Assert.Equal(files[1], files[3]);
        Assert.Equal(files[1], files[5]);
        Assert.NotEqual(files[0], files[1]);
    }

    [Fact]
    public void A_value_read_by_float_and_INT8_operators_is_quantized_once_and_outputs_are_read_from_the_quantized_value()
    {
        var net = new NetBuilder();
        Value exp = net.Op("Exp", net.Input(1, 3, 4, 4));
        Value a = net.Conv(exp, 3, 4), b = net.Conv(exp, 3, 4);
        Graph qdq = Quantize(net.Build(a, b, exp, net.Op("Softmax", a)), shape: [1, 3, 4, 4]).Qdq;
        Node quantize = qdq.Nodes.Single(n => n.OpType == "QuantizeLinear" && n.Input(0).Name == exp.Name);
        Node dequantize = Assert.Single(quantize.Output.Consumers);
        Assert.Equal(2, dequantize.Output.Consumers.Count);
        Assert.Equal("Exp", qdq.Outputs[2].Producer!.OpType);
        Assert.Equal(a.Name, qdq.Outputs[0].Name);
        Assert.Equal(qdq.Outputs[0], qdq.Nodes.Single(static n => n.OpType == "Softmax").Input(0));
    }

    [Fact]
    public void A_constant_operand_stays_float()
    {
        var net = new NetBuilder();
        Value conv = net.Conv(net.Input(1, 3, 4, 4), 3, 4);
        Value sum = net.Op("Add", net.Op("Tanh", conv), net.Graph.NewConstant("offset", Tensor.Of([0.5f, -1, 0.25f, 1], 1, 4, 1, 1)));
        Graph qdq = Quantize(net.Build(net.Conv(sum, 4, 2)), shape: [1, 3, 4, 4]).Qdq;
        Node add = qdq.Nodes.Single(static n => n.OpType == "Add");
        Assert.Equal("DequantizeLinear", add.Input(0).Producer!.OpType);
        Assert.Equal("QuantizeLinear", Assert.Single(add.Output.Consumers).OpType);
        Assert.Equal(ElementType.Float, add.ConstantInput(1)!.Type);
    }

    [Fact]
    public void A_batch_normalisation_that_cannot_be_folded_becomes_a_depthwise_convolution()
    {
        var net = new NetBuilder();
        Value input = net.Input(1, 3, 4, 4);
        Value left = net.Conv(input, 3, 2), right = net.Conv(input, 3, 2);
        Value joined = net.Concat(left, right);
        Value[] statistics = [.. new float[][] { [1, -2, 0.5f, 3], [0, 1, -1, 2], [0.1f, -0.2f, 0.3f, 0], [1, 4, 0.25f, 9] }
            .Select(v => net.Graph.NewConstant("bn", Tensor.Of(v, 4)))];
        Value normal = net.Op("PRelu", net.Op("BatchNormalization", [joined, .. statistics]), net.Graph.NewConstant("slope", Tensor.Of([0.1f, 0.2f, 0.3f, 0.4f], 4, 1, 1)));
        // The joined value is read twice, so the normalisation cannot be moved into the layers before it.
        Graph graph = net.Build(net.Conv(net.Concat(joined, normal), 8, 2));
        QuantizeResult result = Quantize(graph, shape: [1, 3, 4, 4]);
        Assert.Empty(result.FloatOperators);
        Assert.DoesNotContain(result.Qdq.Nodes, static n => n.OpType == "BatchNormalization");
        Tensor image = NetBuilder.Images(1, 1, 3, 4, 4).Single();
        float[] expected = Run(graph, image), actual = Run(result.Qdq, image);
        double range = expected.Max() - expected.Min();
        Assert.All(expected.Zip(actual), p => Assert.InRange(Math.Abs(p.First - p.Second), 0, 0.05 * range));
    }

    [Theory]
    [MemberData(nameof(ZooNets))]
    public void Every_network_of_the_zoo_keeps_no_convolution_in_float(string name)
    {
        Graph graph = Zoo.Create(name, new ZooOptions { Width = 0.25, Size = 64, Classes = 10 });
        QuantizeResult result = Quantizer.Quantize(graph, NetBuilder.Images(1, 1, 3, 64, 64), new QuantizeOptions { Threads = 1 });
        Assert.DoesNotContain(result.FloatOperators, static f => f.OpType is not ("GlobalAveragePool" or "Flatten" or "Softmax" or "Reshape"));
        Assert.All(result.Qdq.Nodes.Where(static n => n.OpType is "Conv" or "Gemm"), static n => Assert.Equal("DequantizeLinear", n.Input(0).Producer!.OpType));
    }

    public static TheoryData<string> ZooNets => [.. Zoo.Names];

    [Fact]
    public void The_table_lists_every_tensor_with_its_range_and_group()
    {
        QuantizeResult result = Quantize(NetBuilder.Residual(), new QuantizeOptions { Ranges = new Dictionary<string, ValueRange> { ["image"] = new(-1, 1) } });
        Assert.Equal(12, result.Images);
        QuantizedTensor image = result.Tensors[0];
        Assert.Null(image.Method);
        Assert.Equal(new ValueRange(-1, 1), image.Range);
        Assert.Equal(CalibrationMethod.MinMax, result.Tensors[^1].Method);
        QuantizedTensor sum = result.Tensors.Single(static t => t.Name.StartsWith("add", StringComparison.Ordinal));
        QuantizedTensor pooled = result.Tensors.Single(static t => t.Name.StartsWith("maxpool", StringComparison.Ordinal));
        Assert.Equal(sum.Group, pooled.Group);
        Assert.Equal(sum.Parameters, pooled.Parameters);
        Assert.All(result.Tensors, static t => Assert.True(t.Parameters.Scale > 0));
        Assert.Equal(10, result.QuantizedOperators);
    }

    [Fact]
    public void Logits_far_beyond_what_a_last_sigmoid_tells_apart_do_not_coarsen_it()
    {
        var net = new NetBuilder();
        Value features = net.Op("Relu", net.Conv(net.Input(Shape), 3, 8, kernel: 3));
        Value logits = net.Conv(features, 8, 1, name: "logits");
        Node conv = logits.Producer!;
        for (int i = 1; i <= 2; i++) Graph.SetConstant(conv.Input(i), Tensor.Of(Array.ConvertAll(conv.Input(i).Constant!.ToFloats(), static w => 200 * w), conv.Input(i).Dims));
        Graph graph = net.Build(net.Op("Sigmoid", logits));
        ValueRange range = Quantize(graph).Tensors.Single(static t => t.Name == "logits").Range;
        Assert.InRange(range.High, 5.5f, 30);
        Assert.InRange(range.Low, -30, -5.5f);
    }

    [Fact]
    public void Without_an_image_or_with_a_wild_one_there_is_one_clear_error()
    {
        Graph graph = NetBuilder.Residual();
        Assert.Contains("no calibration image", Assert.Throws<ModelException>(() => Quantizer.Quantize(graph, Array.Empty<Tensor>())).Message, StringComparison.Ordinal);
        Tensor wild = Tensor.Of([.. Enumerable.Repeat(float.NaN, 3 * 16 * 16)], Shape);
        Assert.Contains("'image' is not finite", Assert.Throws<ModelException>(() => Quantizer.Quantize(graph, [wild])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_calibration_writes_models_with_different_operators_in_float()
    {
        QuantizedModel model = Quantizer.Calibrate(NetBuilder.Residual(), NetBuilder.Images(12, Shape));
        Assert.Equal(["stem", "depthwise", "project", "classifier"], model.Layers);
        QuantizeResult all = model.Write(), none = model.Write(model.Layers.ToHashSet()), again = model.Write();
        Assert.Equal(OnnxFile.Serialize(all.Qdq), OnnxFile.Serialize(again.Qdq));
        Assert.Equal(6, none.FloatOperators.Count);
        Assert.DoesNotContain(none.Qdq.Nodes, static n => n.OpType is "Conv" or "Gemm" && !n.Input(1).IsConstant);
        QuantizeResult partly = model.Write(new HashSet<string> { "depthwise" });
        Assert.Equal(all.QuantizedOperators - 2, partly.QuantizedOperators);
        Assert.Equal(all.Tensors.First(static t => t.Name == "project").Parameters, partly.Tensors.First(static t => t.Name == "project").Parameters);
    }

    [Fact]
    public void A_rectifier_and_its_layer_stay_together_in_float()
    {
        Graph graph = NetBuilder.Residual();
        string rectifier = graph.Nodes.First(static n => n.OpType == "Relu").Name;
        QuantizeResult result = Quantizer.Calibrate(graph, NetBuilder.Images(2, Shape)).Write(new HashSet<string> { rectifier });
        Assert.Equal(["stem", rectifier], result.FloatOperators.Select(static f => f.Node));
    }

    [Fact]
    public void Given_ranges_are_taken_and_contradictions_refused()
    {
        Graph graph = NetBuilder.Residual();
        string sum = graph.Nodes.Single(static n => n.OpType == "Add").Output.Name, pooled = graph.Nodes.Single(static n => n.OpType == "MaxPool").Output.Name;
        QuantizeResult result = Quantize(graph, new QuantizeOptions { Ranges = new Dictionary<string, ValueRange> { [sum] = new(-3, 5) } });
        Assert.Equal(new ValueRange(-3, 5), result.Tensors.Single(t => t.Name == pooled).Range);
        var contradiction = new Dictionary<string, ValueRange> { [sum] = new(-3, 5), [pooled] = new(-3, 4) };
        Assert.Contains("share one scale", Assert.Throws<ModelException>(() => Quantize(graph, new QuantizeOptions { Ranges = contradiction })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cancelling_ends_the_work()
    {
        using var cancel = new CancellationTokenSource();
        cancel.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => Quantizer.Quantize(NetBuilder.Residual(), NetBuilder.Images(3, Shape), cancel: cancel.Token));
    }

    private static QuantizeResult Quantize(Graph graph, QuantizeOptions? options = null, int[]? shape = null) =>
        Quantizer.Quantize(graph, NetBuilder.Images(12, shape ?? Shape), options);

    private static float[] Run(Graph graph, Tensor image) =>
        ReferenceExecutor.Run(graph, new Dictionary<string, Tensor> { ["image"] = image })[graph.Outputs[0].Name].ToFloats();
}
