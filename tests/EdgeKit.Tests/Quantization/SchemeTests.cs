using EdgeKit.Onnx;
using EdgeKit.Quantization;
using Xunit;

namespace EdgeKit.Tests.Quantization;

public sealed class SchemeTests
{
    private static readonly int[] Shape = [1, 3, 16, 16];

    private static IEnumerable<Tensor> Pictures => NetBuilder.Images(12, Shape);

    [Theory]
    [InlineData(ActivationScheme.Asymmetric, WeightGranularity.PerChannel)]
    [InlineData(ActivationScheme.Symmetric, WeightGranularity.PerTensor)]
    public void Written_and_read_back_it_gives_the_same_bytes_on_the_same_pictures(ActivationScheme activations, WeightGranularity weights)
    {
        Graph graph = NetBuilder.Residual();
        var options = new QuantizeOptions { Activations = activations, Weights = weights };
        QuantizedModel model = Quantizer.Calibrate(graph, Pictures, options);
        QuantizeResult result = model.Write();
        string text = SchemeFile.Format(QuantizationScheme.Of(model, result, options));
        Assert.Equal(OnnxFile.Serialize(result.Qdq), OnnxFile.Serialize(Apply(graph, text, Pictures, out string again)));
        Assert.Equal(Ranges(text), Ranges(again));
    }

    [Fact]
    public void Without_passes_that_change_weights_on_pictures_it_needs_none()
    {
        Graph graph = NetBuilder.Residual();
        var options = new QuantizeOptions { Weights = WeightGranularity.PerTensor, Without = new HashSet<string> { "equalize", "absorb", "rounding", "bias-correction" } };
        QuantizedModel model = Quantizer.Calibrate(graph, Pictures, options);
        QuantizeResult result = model.Write();
        string text = SchemeFile.Format(QuantizationScheme.Of(model, result, options));
        Assert.Null(SchemeApplication.Of(SchemeFile.Parse(text, "s.json"), "s.json", graph, new QuantizeOptions()).PicturesNeeded);
        Assert.Equal(OnnxFile.Serialize(result.Qdq), OnnxFile.Serialize(Apply(graph, text, [], out _)));
    }

    [Fact]
    public void Ranges_of_balanced_layers_need_the_pictures_they_were_balanced_on()
    {
        Graph graph = NetBuilder.Residual();
        var options = new QuantizeOptions { Weights = WeightGranularity.PerTensor };
        QuantizedModel model = Quantizer.Calibrate(graph, Pictures, options);
        SchemeApplication application = SchemeApplication.Of(QuantizationScheme.Of(model, model.Write(), options), "s.json", graph, new QuantizeOptions());
        Assert.Contains("balanced on pictures", application.PicturesNeeded, StringComparison.Ordinal);
    }

    [Fact]
    public void Layers_that_fell_back_stay_in_float_for_the_reason_they_had()
    {
        Graph graph = NetBuilder.Residual();
        QuantizedModel model = Quantizer.Calibrate(graph, Pictures);
        QuantizeResult result = model.Write(new HashSet<string> { "depthwise" });
        string text = SchemeFile.Format(QuantizationScheme.Of(model, result, new QuantizeOptions()));
        Assert.Contains("""{"name":"depthwise","operator":"Conv","type":"float",""", text, StringComparison.Ordinal);
        Assert.Equal(OnnxFile.Serialize(result.Qdq), OnnxFile.Serialize(Apply(graph, text, Pictures, out _)));
    }

    [Fact]
    public void Edited_ranges_and_types_are_honoured()
    {
        Graph graph = NetBuilder.Residual();
        QuantizationScheme scheme = Scheme(graph);
        SchemeTensor image = scheme.Tensors[0];
        SchemeTensor wide = image with { Low = -2.55f, High = 0 };
        Graph qdq = Apply(graph, SchemeFile.Format(scheme with { Tensors = [wide, .. scheme.Tensors.Skip(1)] }), [], out _);
        Assert.Equal(0.01f, qdq.Find("image_scale")!.Constant!.ToFloats()[0], 6);
        Assert.Equal(255, qdq.Find("image_zero_point")!.Constant!.ToInt64s()[0]);

        SchemeTensor pooled = scheme.Tensors.Single(static t => t.Name.StartsWith("add", StringComparison.Ordinal)) with { Type = QuantizationScheme.Float, Low = null, High = null, Group = null };
        qdq = Apply(graph, SchemeFile.Format(scheme with { Tensors = [.. scheme.Tensors.Select(t => t.Name == pooled.Name ? pooled : t)], Layers = [] }), [], out _);
        Node add = qdq.Nodes.Single(static n => n.OpType == "Add");
        Assert.DoesNotContain(add.Output.Consumers, static n => n.OpType == "QuantizeLinear");
    }

    [Fact]
    public void A_tensor_that_is_left_out_is_measured()
    {
        Graph graph = NetBuilder.Residual();
        QuantizationScheme scheme = Scheme(graph);
        SchemeApplication application = SchemeApplication.Of(scheme with { Tensors = [.. scheme.Tensors.Skip(1)] }, "s.json", graph, new QuantizeOptions());
        Assert.Equal("gives no range for 'image'", application.PicturesNeeded);
        QuantizedModel model = Quantizer.Calibrate(graph, NetBuilder.Images(12, Shape), application.Options);
        Assert.Equal("all that was seen", model.Tensors[0].Reason);
        Assert.Contains("no calibration image", Assert.Throws<ModelException>(() => Quantizer.Calibrate(graph, Array.Empty<Tensor>(), application.Options)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{", "is not a scheme")]
    [InlineData("""{"version":2}""", "version 2")]
    [InlineData("""{"version":1,"tensor":[]}""", "'tensor'")]
    [InlineData("""{"version":1,"tensors":[{"name":"image","type":"int4"}]}""", "'image' has the type 'int4'")]
    [InlineData("""{"version":1,"tensors":[{"name":"image","type":"int8","low":1}]}""", "'image' is int8 but has no low and high")]
    [InlineData("""{"version":1,"tensors":[{"name":"image","type":"int8","low":1,"high":-1}]}""", "'image' has the range 1 to -1")]
    [InlineData("""{"version":1,"tensors":[{"name":"image","type":"int8","low":0,"high":1e39}]}""", "both finite")]
    [InlineData("""{"version":1,"tensors":[{"name":"image","type":"float"},{"name":"image","type":"float"}]}""", "'image' is there twice")]
    [InlineData("""{"version":1,"tensors":[{"name":"nothing","type":"float"}]}""", "no activation 'nothing'")]
    [InlineData("""{"version":1,"tensors":[{"name":"image","type":"int8","low":0,"high":1,"group":3},{"name":"x","type":"int8","low":0,"high":2,"group":3}]}""", "'image' and 'x' are both of group 3")]
    [InlineData("""{"version":1,"layers":[{"name":"nothing","type":"float"}]}""", "no layer 'nothing'")]
    [InlineData("""{"version":1,"without":["nothing"]}""", "no pass 'nothing'")]
    public void What_is_wrong_is_named(string text, string named)
    {
        SchemeException e = Assert.Throws<SchemeException>(() => SchemeApplication.Of(SchemeFile.Parse(text, "s.json"), "s.json", NetBuilder.Residual(), new QuantizeOptions()));
        Assert.StartsWith("s.json: ", e.Message, StringComparison.Ordinal);
        Assert.Contains(named, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Fact]
    public void Ranges_of_tensors_that_share_a_scale_must_be_the_same_and_float_operators_cannot_be_INT8()
    {
        Graph graph = NetBuilder.Residual();
        QuantizationScheme scheme = Scheme(graph);
        SchemeTensor pooled = scheme.Tensors.Single(static t => t.Name.StartsWith("maxpool", StringComparison.Ordinal));
        SchemeException e = Refused(scheme with { Tensors = [.. scheme.Tensors.Select(t => t == pooled ? t with { Group = null, High = 2 * t.High } : t)] });
        Assert.Contains($"'{pooled.Name}' share one scale", e.Message, StringComparison.Ordinal);

        var net = new NetBuilder();
        Graph odd = net.Build(net.Op("Softmax", net.Conv(net.Input(1, 3, 4, 4), 3, 2)));
        e = Assert.Throws<SchemeException>(() => SchemeApplication.Of(Empty with { Layers = [new SchemeLayer(odd.Nodes[^1].Name)] }, "s.json", odd, new QuantizeOptions()));
        Assert.Contains("cannot be int8: the operator has no INT8 form", e.Message, StringComparison.Ordinal);

        SchemeException Refused(QuantizationScheme changed) => Assert.Throws<SchemeException>(() => SchemeApplication.Of(changed, "s.json", graph, new QuantizeOptions()));
    }

    private static QuantizationScheme Empty => new() { Activations = ActivationScheme.Asymmetric, Weights = WeightGranularity.PerChannel, Without = [], Tensors = [], Layers = [] };

    private static QuantizationScheme Scheme(Graph graph)
    {
        QuantizedModel model = Quantizer.Calibrate(graph, NetBuilder.Images(12, Shape));
        return QuantizationScheme.Of(model, model.Write(), new QuantizeOptions());
    }

    private static Graph Apply(Graph graph, string text, IEnumerable<Tensor> pictures, out string again)
    {
        SchemeApplication application = SchemeApplication.Of(SchemeFile.Parse(text, "s.json"), "s.json", graph, new QuantizeOptions());
        QuantizedModel model = Quantizer.Calibrate(graph, pictures, application.Options);
        QuantizeResult result = model.Write();
        again = SchemeFile.Format(QuantizationScheme.Of(model, result, application.Options));
        return result.Qdq;
    }

    private static IEnumerable<SchemeTensor> Ranges(string text) => SchemeFile.Parse(text, "s.json").Tensors.Select(static t => t with { Reason = "" });
}
