using EdgeKit.Onnx;
using EdgeKit.Tests.Onnx.Passes;
using Xunit;

namespace EdgeKit.Tests.Onnx.Analysis;

/// <summary>Sizes, parameters and multiply-accumulates of textbook layers, and the mistakes that textbooks make with them.</summary>
public sealed class WorkedExampleTests
{
    [Theory]
    [InlineData(5, 5, 3, 1, 1, 3, 3)]
    [InlineData(8, 8, 2, 2, 1, 4, 4)]
    [InlineData(1080, 1920, 2, 2, 4, 67, 120)]
    [InlineData(224, 224, 2, 2, 5, 7, 7)]
    // Four halvings of 224 end at 14: ResNet's 7x7 takes five.
    [InlineData(224, 224, 2, 2, 4, 14, 14)]
    public void Windows_without_padding_round_down(int height, int width, int kernel, int stride, int times, int outHeight, int outWidth)
    {
        var net = new TestNet();
        Value x = net.Input(1, 1, height, width);
        for (int i = 0; i < times; i++) x = net.Op("MaxPool", [x], ("kernel_shape", new[] { kernel, kernel }), ("strides", new[] { stride, stride }));
        Assert.Equal([1, 1, outHeight, outWidth], Last(net).OutputShape);
    }

    [Fact]
    public void Standard_convolution()
    {
        LayerSummary layer = Conv(3, 64, kernel: 3, size: 224);
        Assert.Equal([1, 64, 224, 224], layer.OutputShape);
        Assert.Equal(1_728, layer.Parameters);
        // 173,408,256 would be twice the multiply-accumulates.
        Assert.Equal(86_704_128, layer.Macs);
        Assert.Equal(12_845_056, layer.ActivationBytes);
    }

    [Theory]
    [InlineData(3, 64, 1, 219)]
    [InlineData(64, 64, 1, 4_672)]
    [InlineData(64, 64, 4, 1_600)]
    [InlineData(64, 64, 8, 1_088)]
    public void Depthwise_separable_convolution(int inputs, int outputs, int pointwiseGroups, long parameters)
    {
        var net = new TestNet();
        Value x = net.Conv(net.Input(1, inputs, 224, 224), inputs, inputs, kernel: 3, group: inputs, bias: false);
        net.Conv(x, outputs, inputs, group: pointwiseGroups, bias: false);
        ModelSummary summary = Summary(net);
        Assert.Equal(parameters, summary.Parameters);
        Assert.Equal(parameters * 224 * 224, summary.Macs);
    }

    [Theory]
    [InlineData(64)]
    [InlineData(128)]
    public void Separating_saves_by_the_output_channels_and_the_kernel(int outputs)
    {
        // 1/Cout + 1/k^2, not 1/Cin.
        long standard = Conv(16, outputs, kernel: 3, size: 8).Parameters;
        long depthwise = Conv(16, 16, kernel: 3, size: 8, group: 16).Parameters;
        long pointwise = Conv(16, outputs, kernel: 1, size: 8).Parameters;
        Assert.Equal((1.0 / outputs) + (1.0 / 9), (depthwise + pointwise) / (double)standard, 12);
        Assert.Equal(9.0 / (9 + outputs), depthwise / (double)(depthwise + pointwise), 12);
    }

    [Fact]
    public void The_first_layer_of_resnet_has_9408_weights() => Assert.Equal(9_408, Conv(3, 64, kernel: 7, size: 224).Parameters);

    [Fact]
    public void Two_groups_of_three_channels_are_refused()
    {
        var net = new TestNet();
        net.Op("Conv", [net.Input(1, 3, 8, 8), net.Random(-1, 1, 64, 1, 3, 3)], ("group", 2));
        ModelException e = Assert.Throws<ModelException>(() => ShapeInference.Run(net.Graph));
        Assert.Contains(net.Graph.Nodes[0].Name, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_window_larger_than_the_padded_input_is_refused()
    {
        var net = new TestNet();
        net.Op("MaxPool", [net.Input(1, 3, 2, 2)], ("kernel_shape", new[] { 3, 3 }));
        Assert.Throws<ModelException>(() => ShapeInference.Run(net.Graph));
    }

    [Theory]
    // An even kernel needs one more at one end, or 8 becomes 9.
    [InlineData("SAME_UPPER", 8, 2, 1, 8, 0, 1)]
    [InlineData("SAME_LOWER", 8, 2, 1, 8, 1, 0)]
    [InlineData("SAME_UPPER", 8, 4, 1, 8, 1, 2)]
    // The size is that divided by the stride, rounded up; not the input's.
    [InlineData("SAME_UPPER", 224, 3, 2, 112, 0, 1)]
    [InlineData("SAME_LOWER", 224, 3, 2, 112, 1, 0)]
    [InlineData("SAME_UPPER", 225, 3, 2, 113, 1, 1)]
    [InlineData("SAME_UPPER", 8, 1, 2, 4, 0, 0)]
    [InlineData("VALID", 8, 3, 1, 6, 0, 0)]
    public void Automatic_padding(string mode, int size, int kernel, int stride, int output, int before, int after)
    {
        var net = new TestNet();
        net.Op("Conv", [net.Input(1, 1, size, size), net.Random(-1, 1, 1, 1, kernel, kernel)], ("auto_pad", mode), ("strides", new[] { stride, stride }));
        LayerSummary layer = Last(net);
        Assert.Equal([1, 1, output, output], layer.OutputShape);
        Assert.Equal([before, before, after, after], layer.Node.Attributes.Ints("pads")!);
    }

    [Fact]
    public void Transposed_convolution()
    {
        var net = new TestNet();
        net.Op("ConvTranspose", [net.Input(1, 3, 2, 2), net.Random(-1, 1, 3, 5, 3, 3)], ("strides", new[] { 2, 2 }));
        LayerSummary layer = Last(net);
        Assert.Equal([1, 5, 5, 5], layer.OutputShape);
        // Each of 3 x 2 x 2 inputs meets 5 x 3 x 3 weights.
        Assert.Equal(3 * 4 * 5 * 9, layer.Macs);
    }

    [Theory]
    [InlineData(512, 256, 131_328)]
    [InlineData(100, 50, 5_050)]
    [InlineData(576, 128, 73_856)]
    [InlineData(2048, 1000, 2_049_000)]
    [InlineData(1024, 512, 524_800)]
    [InlineData(784, 64, 50_240)]
    [InlineData(150_528, 100, 15_052_900)]
    [InlineData(1024, 1024, 1_049_600)]
    [InlineData(25_088, 1000, 25_089_000)]
    public void Fully_connected_layer(int inputs, int outputs, long parameters)
    {
        var net = new TestNet();
        Dense(net, net.Input(1, inputs), inputs, outputs);
        LayerSummary layer = Last(net);
        Assert.Equal(parameters, layer.Parameters);
        Assert.Equal((long)inputs * outputs, layer.Macs);
        Assert.Null(layer.ReceptiveField);
    }

    [Fact]
    public void Two_fully_connected_layers()
    {
        var net = new TestNet();
        Dense(net, Dense(net, net.Input(1, 100), 100, 50), 50, 10);
        Assert.Equal(5_560, Summary(net).Parameters);
    }

    [Fact]
    public void A_fully_connected_layer_as_a_convolution_over_the_whole_map()
    {
        var net = new TestNet();
        net.Op("Conv", net.Input(1, 512, 7, 7), net.Graph.NewConstant("w", Tensor.Zeros(ElementType.Float, 4096, 512, 7, 7)));
        LayerSummary layer = Last(net);
        Assert.Equal(102_760_448, layer.Parameters);
        Assert.Equal([1, 4096, 1, 1], layer.OutputShape);
    }

    private static LayerSummary Conv(int inputs, int outputs, int kernel, int size, int group = 1)
    {
        var net = new TestNet();
        net.Conv(net.Input(1, inputs, size, size), outputs, inputs, kernel, group, bias: false);
        return Last(net);
    }

    private static Value Dense(TestNet net, Value x, int inputs, int outputs) =>
        net.Op("Gemm", x, net.Graph.NewConstant("w", Tensor.Zeros(ElementType.Float, inputs, outputs)), net.Random(-1, 1, outputs));

    private static LayerSummary Last(TestNet net) => Summary(net).Layers[^1];

    private static ModelSummary Summary(TestNet net)
    {
        net.Graph.AddOutput(net.Graph.Nodes[^1].Output);
        ShapeInference.Run(net.Graph);
        return ModelSummary.Of(net.Graph);
    }
}
