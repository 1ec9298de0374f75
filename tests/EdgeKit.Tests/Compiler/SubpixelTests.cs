using EdgeKit.Compiler;
using EdgeKit.Onnx;
using EdgeKit.Quantization;
using EdgeKit.Tests.Onnx.Passes;
using Xunit;
using OperatorKind = EdgeKit.Runtime.Plan.OperatorKind;

namespace EdgeKit.Tests.Compiler;

/// <summary>Transposed convolutions as convolutions to phases: the same bits in INT8, the same sums in float.</summary>
public sealed class SubpixelTests
{
    /// <summary>A transposed convolution of a 5x4 map with 6 channels.</summary>
    /// <param name="Outputs">Output channels.</param>
    /// <param name="Kernel">Height and width of the kernel.</param>
    /// <param name="Strides">Vertical and horizontal stride.</param>
    /// <param name="Pads">Top, left, bottom and right.</param>
    /// <param name="Extra">Output padding.</param>
    public sealed record Geometry(int Outputs, int[] Kernel, int[] Strides, int[] Pads, int[] Extra)
    {
        public override string ToString() =>
            $"{Kernel[0]}x{Kernel[1]} to {Outputs}, strides {Strides[0]} and {Strides[1]}, pads {string.Join(' ', Pads)}, output padding {Extra[0]} and {Extra[1]}";
    }

    public static TheoryData<Geometry> Geometries =>
    [
        new(4, [2, 2], [2, 2], [0, 0, 0, 0], [0, 0]),
        new(1, [2, 2], [2, 2], [0, 0, 0, 0], [0, 0]),
        new(5, [4, 4], [2, 2], [1, 1, 1, 1], [0, 0]),
        new(3, [3, 3], [2, 2], [1, 1, 1, 1], [1, 1]),
        new(3, [3, 3], [2, 2], [0, 0, 1, 1], [0, 0]),
        new(2, [5, 5], [2, 2], [2, 2, 2, 2], [1, 1]),
        new(2, [3, 2], [3, 2], [0, 0, 0, 0], [0, 0]),
        new(2, [8, 8], [4, 4], [2, 2, 2, 2], [0, 0]),
        new(7, [3, 3], [1, 1], [1, 1, 1, 1], [0, 0]),
        new(2, [1, 4], [1, 2], [0, 1, 0, 1], [0, 0]),
        new(2, [2, 3], [2, 3], [1, 1, 1, 2], [0, 0]),
        new(3, [1, 1], [2, 2], [0, 0, 0, 0], [1, 1]),
    ];

    [Theory]
    [MemberData(nameof(Geometries))]
    public void Bits_of_INT8_are_those_of_the_transposed_convolution(Geometry g)
    {
        Graph graph = Quantizer.Quantize(Net(g), Enumerable.Range(0, 4).Select(static i => TestNet.Picture([1, 3, 5, 4], new Random(i)))).Qdq;
        PlanRun plain = ZooPlans.Run(graph, Optimizations.Subpixels), phases = ZooPlans.Run(graph);
        Assert.Contains(plain.Operators, static op => op.Kind == OperatorKind.ConvTranspose);
        Assert.DoesNotContain(phases.Operators, static op => op.Kind == OperatorKind.ConvTranspose);
        for (int i = 0; i < plain.Outputs.Length; i++) Assert.Equal(plain.Outputs[i], phases.Outputs[i]);
        Assert.Equal(plain.Outputs[0], ZooPlans.Run(graph, threads: 2).Outputs[0]);
    }

    [Theory]
    [MemberData(nameof(Geometries))]
    public void Float_sums_are_those_of_the_reference(Geometry g)
    {
        Graph graph = Net(g);
        PlanRun phases = ZooPlans.Run(graph);
        Assert.DoesNotContain(phases.Operators, static op => op.Kind == OperatorKind.ConvTranspose);
        Dictionary<string, Tensor> expected = ReferenceExecutor.Run(graph, new Dictionary<string, Tensor> { ["x"] = TestNet.Picture([1, 3, 5, 4], new Random(7)) });
        for (int i = 0; i < graph.Outputs.Count; i++)
        {
            float[] wanted = expected[graph.Outputs[i].Name].ToFloats();
            Assert.Equal(wanted.Length, phases.Outputs[i].Length);
            for (int k = 0; k < wanted.Length; k++) Assert.Equal(wanted[k], phases.Outputs[i][k], 1e-4f);
        }
    }

    [Fact]
    public void Rows_have_phases_too()
    {
        var net = new TestNet();
        Value y = net.Op("ConvTranspose", [net.Input(2, 3, 7), net.Random(-1, 1, 3, 5, 4), net.Random(-1, 1, 5)], ("strides", new[] { 2 }), ("pads", new[] { 1, 1 }));
        Graph graph = net.Declutter(y);
        PlanRun plain = ZooPlans.Run(graph, Optimizations.Subpixels), phases = ZooPlans.Run(graph);
        Assert.DoesNotContain(phases.Operators, static op => op.Kind == OperatorKind.ConvTranspose);
        Assert.Equal(plain.Outputs[0].Length, phases.Outputs[0].Length);
        for (int k = 0; k < plain.Outputs[0].Length; k++) Assert.Equal(plain.Outputs[0][k], phases.Outputs[0][k], 1e-5f);
    }

    [Theory]
    [InlineData(1, 3, 2, 1, 0)] // 9x7 positions: the last phase ends early
    [InlineData(2, 2, 2, 0, 0)]
    [InlineData(1, 2, 2, 0, 1)]
    public void What_has_no_phases_stays_a_transposed_convolution(int groups, int kernel, int stride, int pad, int dilation)
    {
        var net = new TestNet();
        Value y = net.Op("ConvTranspose", [net.Input(1, 4, 5, 4), net.Random(-1, 1, 4, 2, kernel, kernel)],
            ("strides", new[] { stride, stride }), ("pads", new[] { pad, pad, pad, pad }), ("dilations", new[] { 1 + dilation, 1 + dilation }), ("group", groups));
        Assert.Contains(ZooPlans.Run(net.Declutter(y)).Operators, static op => op.Kind == OperatorKind.ConvTranspose);
    }

    // A convolution before, and behind readers of channels beside each other, of joined channels and of the map as it is.
    private static Graph Net(Geometry g)
    {
        var net = new TestNet(5);
        Value x = net.Op("Relu", net.Conv(net.Input(1, 3, 5, 4), 6, 3));
        Value up = net.Op("Relu", net.Op("ConvTranspose", [x, net.Random(-1, 1, [6, g.Outputs, .. g.Kernel]), net.Random(-1, 1, g.Outputs)],
            ("strides", g.Strides), ("pads", g.Pads), ("output_padding", g.Extra)));
        Value large = net.Conv(up, 4, g.Outputs, 3);
        return net.Declutter(net.Op("Concat", [up, large], ("axis", 1)), up);
    }
}
