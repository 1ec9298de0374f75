using EdgeKit.Onnx;
using EdgeKit.Tests.Onnx.Passes;
using Xunit;

namespace EdgeKit.Tests.Onnx.Analysis;

public sealed class ReceptiveFieldTests
{
    [Fact]
    public void Three_convolutions_from_the_input()
    {
        // 3, 5, 9 from the input on; 3, 7, 15 is what counting from the output gives.
        Assert.Equal([(3, 1.0), (5, 2.0), (9, 4.0)], Fields(new Window(3), new Window(3, Stride: 2), new Window(3, Stride: 2)));
    }

    [Fact]
    public void Dilated_convolutions() =>
        Assert.Equal([(5, 1.0), (9, 1.0)], Fields(new Window(3, Dilation: 2), new Window(3, Dilation: 2)));

    [Fact]
    public void Two_small_kernels_see_as_much_as_one_of_five() =>
        Assert.Equal(Fields(new Window(5)), Fields(new Window(3), new Window(3)).Skip(1));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void Fields_are_what_a_changed_pixel_reaches(int seed)
    {
        var random = new Random(seed);
        var net = new TestNet(seed);
        const int size = 41;
        Value x = net.Input(1, 1, size, size);
        for (int i = 0; i < 3; i++)
        {
            int kernel = random.Next(1, 4);
            int stride = random.Next(1, 3);
            // A stride behind a transposed convolution may skip the outputs that see most.
            x = random.Next(i < 2 ? 2 : 3) switch
            {
                0 => Convolve(net, x, new Window(kernel, stride, random.Next(1, 3))),
                1 => net.Op("AveragePool", [x], ("kernel_shape", new[] { kernel, kernel }), ("strides", new[] { stride, stride })),
                _ => net.Op("ConvTranspose", [x, net.Random(0.5f, 1, 1, 1, 4, 4)], ("strides", new[] { 2, 2 })),
            };
        }
        ReceptiveField field = Layers(net)[^1].ReceptiveField!.Value;

        (int height, int width) = (x.Dims[2], x.Dims[3]);
        int[] first = Enumerable.Repeat(size, width).ToArray();
        int[] last = new int[width];
        for (int column = 0; column < size; column++)
        {
            float[] pixels = new float[size * size];
            for (int row = 0; row < size; row++) pixels[(row * size) + column] = 1;
            var feeds = new Dictionary<string, Tensor> { ["x"] = Tensor.Of(pixels, 1, 1, size, size) };
            float[] line = ReferenceExecutor.Run(net.Graph, feeds)[x.Name].ToFloats()[(height / 2 * width)..];
            for (int i = 0; i < width; i++)
            {
                if (line[i] == 0) continue;
                first[i] = Math.Min(first[i], column);
                last[i] = column;
            }
        }
        Assert.Equal(first.Zip(last, static (f, l) => l - f + 1).Max(), field.Width);
        Assert.Equal(field.Width, field.Height);
        // A transposed convolution has phases; their middles lie about this one.
        double slack = x.Producer!.OpType == "ConvTranspose" ? field.StrideX / 2 : 0;
        for (int i = 0; i < width; i++)
            if (last[i] - first[i] + 1 == field.Width) Assert.Equal((first[i] + last[i]) / 2.0, field.CentreX + (i * field.StrideX), slack);
    }

    [Fact]
    public void Behind_a_global_pool_or_a_gate_of_one_everything_counts()
    {
        var net = new TestNet();
        Value x = net.Conv(net.Input(1, 4, 9, 13), 4, 4, kernel: 3);
        Value gate = net.Op("Sigmoid", net.Op("GlobalAveragePool", x));
        Value y = net.Conv(net.Op("Mul", x, gate), 4, 4, kernel: 3);
        net.Op("Gemm", net.Op("Flatten", y), net.Random(-1, 1, 4 * 9 * 13, 2));
        IReadOnlyList<LayerSummary> layers = Layers(net);
        Assert.Equal(new ReceptiveField(3, 3, false, 1, 1, 0, 0), layers[0].ReceptiveField);
        for (int i = 1; i < layers.Count; i++) Assert.Equal(new ReceptiveField(9, 13, true, 0, 0, 4, 6), layers[i].ReceptiveField);
    }

    [Fact]
    public void Kernels_may_differ_by_axis()
    {
        var net = new TestNet();
        Value x = net.Op("Conv", [net.Input(1, 1, 20, 20), net.Random(-1, 1, 1, 1, 1, 5)], ("strides", new[] { 2, 1 }));
        net.Op("Conv", x, net.Random(-1, 1, 1, 1, 3, 1));
        Assert.Equal(new ReceptiveField(5, 5, false, 2, 1, 2, 2), Layers(net)[^1].ReceptiveField);
    }

    [Fact]
    public void Upsampling_narrows_the_stride_and_slicing_widens_it()
    {
        var net = new TestNet();
        Value x = net.Op("Resize", [net.Input(1, 1, 8, 8), null, net.Floats([1, 1, 2, 2], 4)], ("mode", "nearest"));
        net.Op("Slice", x, net.Ints(0, 0), net.Ints(100, 100), net.Ints(2, 3), net.Ints(4, 2));
        IReadOnlyList<LayerSummary> layers = Layers(net);
        Assert.Equal(new ReceptiveField(1, 1, false, 0.5, 0.5, -0.25, -0.25), layers[0].ReceptiveField);
        Assert.Equal(new ReceptiveField(1, 1, false, 2, 1, -0.25, -0.25), layers[1].ReceptiveField);
    }

    [Fact]
    public void Padding_and_the_start_of_a_slice_move_the_middle()
    {
        var net = new TestNet();
        Value x = net.Op("Conv", [net.Input(1, 1, 20, 20), net.Random(-1, 1, 1, 1, 5, 5)], ("pads", new[] { 2, 1, 2, 3 }), ("strides", new[] { 2, 2 }));
        net.Op("Slice", x, net.Ints(1, 3), net.Ints(100, 100), net.Ints(2, 3), net.Ints(1, 2));
        IReadOnlyList<LayerSummary> layers = Layers(net);
        Assert.Equal(new ReceptiveField(5, 5, false, 2, 2, 0, 1), layers[0].ReceptiveField);
        Assert.Equal(new ReceptiveField(5, 5, false, 2, 4, 2, 7), layers[1].ReceptiveField);
    }

    private static IReadOnlyList<LayerSummary> Layers(TestNet net)
    {
        net.Graph.AddOutput(net.Graph.Nodes[^1].Output);
        ShapeInference.Run(net.Graph);
        return ModelSummary.Of(net.Graph).Layers;
    }

    private static (int, double)[] Fields(params Window[] windows)
    {
        var net = new TestNet();
        Value x = net.Input(1, 1, 32, 32);
        foreach (Window window in windows) x = Convolve(net, x, window);
        return [.. Layers(net).Select(static l => (l.ReceptiveField!.Value.Height, l.ReceptiveField!.Value.StrideX))];
    }

    private static Value Convolve(TestNet net, Value x, Window w) => net.Op(
        "Conv",
        [x, net.Random(0.5f, 1, 1, 1, w.Kernel, w.Kernel)],
        ("strides", new[] { w.Stride, w.Stride }),
        ("dilations", new[] { w.Dilation, w.Dilation }));

    private readonly record struct Window(int Kernel, int Stride = 1, int Dilation = 1);
}
