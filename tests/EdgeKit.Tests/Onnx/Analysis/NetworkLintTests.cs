using EdgeKit.Onnx;
using EdgeKit.Onnx.Analysis.Lint;
using EdgeKit.Tests.Onnx.Passes;
using Xunit;

namespace EdgeKit.Tests.Onnx.Analysis;

public class NetworkLintTests
{
    private readonly TestNet _net = new();

    public static TheoryData<string> Networks => [.. Zoo.Names];

    private LintFinding[] Find(Value output, params AnchorSize[] anchors)
    {
        _net.Graph.AddOutput(output);
        ShapeInference.Run(_net.Graph);
        return [.. NetworkLint.Run(_net.Graph, anchors)];
    }

    private Value Convolve(Value x, int kernel, int dilation = 1, int pad = 0, int stride = 1)
    {
        int channels = x.Producer is null ? 3 : 16;
        return _net.Op("Conv", [x, _net.Random(-1, 1, 16, channels, kernel, kernel)],
            ("dilations", new[] { dilation, dilation }), ("pads", new[] { pad, pad, pad, pad }), ("strides", new[] { stride, stride }));
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void The_zoo_gives_no_reason_to_complain(string network)
    {
        Graph graph = Zoo.Create(network);
        ShapeInference.Run(graph);
        Assert.Empty(NetworkLint.Run(graph, []));
    }

    [Theory]
    [InlineData(3, 2, "kernel 3 over stride 2 down: outputs take 1 and 2 taps by turns", "a kernel of 4, or")]
    [InlineData(5, 3, "kernel 5 over stride 3 down: outputs take 1 and 2 taps by turns", "a kernel of 6, or")]
    [InlineData(4, 2, null, null)]
    [InlineData(3, 1, null, null)]
    public void Checkerboard(int kernel, int stride, string? problem, string? advice)
    {
        Value up = _net.Op("ConvTranspose", [_net.Input(1, 4, 8, 8), _net.Random(-1, 1, 4, 16, kernel, kernel)], ("strides", new[] { stride, stride }));
        LintFinding[] found = Find(up);
        if (problem is null)
        {
            Assert.Empty(found);
            return;
        }
        LintFinding finding = Assert.Single(found);
        Assert.Equal(("checkerboard", up.Producer!.Name, problem), (finding.Rule, finding.Node, finding.Problem));
        Assert.StartsWith(advice, finding.Advice, StringComparison.Ordinal);
    }

    // The worked example: rates 2, 2, 2 touch 7 of 13 positions along an axis, 1, 2, 5 all 17.
    [Theory]
    [InlineData(new[] { 2, 2, 2 }, 7, 13)]
    [InlineData(new[] { 1, 2, 5 }, 17, 17)]
    [InlineData(new[] { 2, 4 }, 7, 13)]
    [InlineData(new[] { 1, 2 }, 7, 7)]
    public void Gridding(int[] dilations, int touched, int span)
    {
        Assert.Equal((touched, span), GriddingRule.Coverage(dilations.Select(static d => (3, d))));
        Value x = _net.Input(1, 3, 40, 40);
        foreach (int dilation in dilations) x = _net.Op("Relu", Convolve(x, 3, dilation, dilation));
        LintFinding[] found = Find(x);
        if (touched == span)
        {
            Assert.Empty(found);
            return;
        }
        LintFinding finding = Assert.Single(found);
        Assert.Equal(("gridding", x.Producer!.Input(0).Producer!.Name), (finding.Rule, finding.Node));
        Assert.Contains($"reach {touched} of {span} positions", finding.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_way_around_a_dilated_convolution_closes_its_gaps()
    {
        Value x = _net.Op("Relu", Convolve(_net.Input(1, 3, 40, 40), 3, 1, 1));
        for (int i = 0; i < 3; i++) x = _net.Op("Add", x, Convolve(x, 3, 2, 2));
        Assert.Empty(Find(x));
    }

    [Theory]
    [InlineData(2, 1, 1, true)]
    [InlineData(4, 2, 1, true)]
    [InlineData(4, 1, 2, false)]
    [InlineData(3, 1, 1, false)]
    [InlineData(2, 0, 1, false)]
    public void Half_a_pixel(int kernel, int pad, int stride, bool found)
    {
        Value y = Convolve(_net.Input(1, 3, 20, 20), kernel, pad: pad, stride: stride);
        LintFinding[] findings = Find(y);
        Assert.Equal(found, findings.Any(f => f.Rule == "half-pixel" && f.Node == y.Producer!.Name));
        Assert.Equal(found ? 1 : 0, findings.Length);
    }

    [Fact]
    public void Anchors_beyond_what_the_level_sees()
    {
        // Strides 2, 4, 8: fields of 3, 7 and 15 pixels.
        Value x = _net.Input(1, 3, 64, 64);
        for (int i = 0; i < 3; i++) x = Convolve(x, 3, pad: 1, stride: 2);
        LintFinding finding = Assert.Single(Find(x, new AnchorSize(4, 7, 7), new AnchorSize(8, 15, 15), new AnchorSize(8, 12.5f, 15.5f), new AnchorSize(8, 10, 10)));
        Assert.Equal(("anchors", x.Producer!.Name), (finding.Rule, finding.Node));
        Assert.StartsWith("1 of 3 anchors of stride 8 are larger than the receptive field, 15x15 pixels: 12.5x15.5", finding.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_layer_too_narrow_within_but_not_at_the_end()
    {
        Value narrow = _net.Op("Conv", _net.Input(1, 3, 8, 8), _net.Random(-1, 1, 6, 3, 3, 3));
        Value end = _net.Op("Sigmoid", _net.Op("Conv", narrow, _net.Random(-1, 1, 2, 6, 1, 1)));
        LintFinding finding = Assert.Single(Find(end));
        Assert.Equal(("narrow", narrow.Producer!.Name), (finding.Rule, finding.Node));
    }
}
