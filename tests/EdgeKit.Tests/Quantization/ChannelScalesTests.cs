using EdgeKit.Compiler;
using EdgeKit.Onnx;
using EdgeKit.Quantization;
using EdgeKit.Quantization.Passes;
using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Plan;
using EdgeKit.Statistics;
using Xunit;
using PlanOperator = EdgeKit.Runtime.Plan.OperatorKind;

namespace EdgeKit.Tests.Quantization;

/// <summary>Channels scaled on both sides of a function, and the function as tables that channels share.</summary>
public sealed class ChannelScalesTests
{
    private const int Channels = 24;

    private static readonly int[] Shape = [1, 3, 12, 12];

    private static Tensor[] Pictures => [.. NetBuilder.Images(40, Shape)];

    [Theory]
    [InlineData("HardSwish", "")]
    [InlineData("Silu", Graph.EdgeKitDomain)]
    [InlineData("Mish", "")]
    [InlineData("Elu", "")]
    public void The_float_network_computes_the_same(string function, string domain)
    {
        Graph graph = Net(function, domain);
        float[][] before = [.. Pictures.Take(3).Select(i => Reference(graph, i))];
        QuantizationRun run = RunOf(graph);
        Assert.NotNull(new ChannelScalesPass().Run(run));
        Assert.Equal(2, graph.Nodes.Count(static n => n.Is("Mul")));
        for (int i = 0; i < before.Length; i++) Close(before[i], Reference(graph, Pictures[i]), 1e-5);
    }

    [Fact]
    public void Every_channel_uses_its_range_and_leaves_a_third_of_it_to_other_pictures()
    {
        Graph graph = Net();
        FunctionJunction junction = Assert.Single(FunctionJunction.Find(graph));
        (string argument, string result) = (junction.Argument.Name, junction.Result.Name);
        QuantizationRun run = RunOf(graph);
        new ChannelScalesPass().Run(run);
        ChannelRanges after = ChannelRanges.Measure(run, "channel-scales", [graph.Find(argument)!, graph.Find(result)!]);
        foreach (string name in new[] { argument, result })
        {
            ValueRange given = run.ScaledRanges[name];
            Assert.All(after[name], r => Assert.InRange(r.High, float.NegativeInfinity, given.High / 1.49f));
            // Powers of √2 leave at most 3 dB of it unused.
            Assert.All(after[name], r => Assert.InRange(Math.Max(r.High * 1.5f / given.High, r.Low * (name == argument ? 1.5f : 1) / given.Low), 0.69f, float.PositiveInfinity));
        }
    }

    [Fact]
    public void What_is_written_is_nearer_to_the_float_model()
    {
        Graph graph = Net();
        double with = Error([]), without = Error(["channel-scales"]);
        Assert.True(with < without / 2, $"{with} of {without}");

        double Error(HashSet<string> passes)
        {
            Graph qdq = Quantizer.Quantize(graph, Pictures, new QuantizeOptions { Without = passes }).Qdq;
            return Pictures.Sum(i => Reference(graph, i).Zip(Reference(qdq, i), static (a, b) => (double)(a - b) * (a - b)).Sum());
        }
    }

    [Fact]
    public void The_runtime_takes_it_as_one_operator_whose_channels_share_tables()
    {
        QuantizeResult result = Quantizer.Quantize(Net(), Pictures);
        Assert.Empty(result.FloatOperators);
        // Nothing is rounded between the factors and the function.
        Assert.Equal(2, result.Qdq.Nodes.Count(static n => n.Is("Mul")));
        Assert.All(result.Qdq.Nodes.Where(static n => n.Is("HardSwish")), static n => Assert.True(n.Input(0).Producer!.Is("Mul")));
        using Session session = Session.Load(PlanFile.Parse(PlanCompiler.Compile(result.Qdq), "test"));
        Assert.Equal([PlanOperator.Conv, PlanOperator.Table, PlanOperator.Conv, PlanOperator.Conv, PlanOperator.Dequantize],
            Enumerable.Range(0, session.OperatorCount).Select(i => session.Operator(i).Kind));
        float step = result.Tensors[^1].Parameters.Scale;
        foreach (Tensor image in Pictures.Take(3))
        {
            float[] expected = Reference(result.Qdq, image);
            session.SetInput(0, image.AsSpan<float>());
            session.Run();
            float[] actual = session.GetOutput(0);
            for (int i = 0; i < expected.Length; i++) Assert.InRange(Math.Abs(expected[i] - actual[i]), 0, 2.01f * step);
        }
    }

    // ShuffleNet's shuffles are folded into the order of channels, which a list of tables follows.
    [Fact]
    public void Tables_follow_their_channels_where_the_order_of_channels_is_another()
    {
        var net = new NetBuilder();
        Node shuffle = net.Graph.Append("ChannelShuffle", [net.Conv(net.Input(Shape), 3, 8)], domain: Graph.EdgeKitDomain);
        shuffle.Attributes.Set("groups", 2);
        Value factors = net.Graph.NewConstant("factors", Tensor.Of([1f, 2, 1, 4, 2, 1, 4, 2], 1, 8, 1, 1));
        Value swish = net.Op("HardSwish", net.Op("Mul", shuffle.Output, factors));
        Graph qdq = Quantizer.Quantize(net.Build(net.Conv(swish, 8, 4)), Pictures).Qdq;
        float[][] runs = [.. new[] { Optimizations.None, Optimizations.Shuffle | Optimizations.Views }.Select(without =>
        {
            using Session session = Session.Load(PlanFile.Parse(PlanCompiler.Compile(qdq, new CompileOptions { Without = without }), "test"));
            Assert.Contains(Enumerable.Range(0, session.OperatorCount).Select(session.Operator), static op => op.Kind == PlanOperator.Table);
            Assert.Equal(without != Optimizations.None, Enumerable.Range(0, session.OperatorCount).Any(i => session.Operator(i).Kind == PlanOperator.Copy));
            session.SetInput(0, Pictures[0].AsSpan<float>());
            session.Run();
            return session.GetOutput(0);
        })];
        Assert.Equal(runs[1], runs[0]);
    }

    [Fact]
    public void In_float_it_stays_whole()
    {
        QuantizedModel model = Quantizer.Calibrate(Net(), Pictures);
        LayerGroup group = LayerGroups.Of(model.Plan).Single(static g => g.Name == "expand");
        Assert.Equal(4, group.Nodes.Count);
        foreach (string node in group.Nodes.Skip(1))
        {
            QuantizeResult result = model.Write(new HashSet<string> { node });
            Assert.Equal(group.Nodes.Skip(1).Order(StringComparer.Ordinal), result.FloatOperators.Select(static f => f.Node).Order(StringComparer.Ordinal));
            Close(Reference(model.Float, Pictures[0]), Reference(result.Qdq, Pictures[0]), 0.05);
            // It compiles and runs as well.
            using Session session = Session.Load(PlanFile.Parse(PlanCompiler.Compile(result.Qdq), "test"));
            session.SetInput(0, Pictures[0].AsSpan<float>());
            session.Run();
            Close(Reference(result.Qdq, Pictures[0]), session.GetOutput(0), 0.02);
        }
    }

    [Fact]
    public void A_scheme_gives_the_same_bytes_on_the_same_pictures_and_works_without_any()
    {
        Graph graph = Net();
        QuantizedModel model = Quantizer.Calibrate(graph, Pictures);
        QuantizeResult result = model.Write();
        string text = SchemeFile.Format(QuantizationScheme.Of(model, result, new QuantizeOptions()));
        SchemeApplication application = SchemeApplication.Of(SchemeFile.Parse(text, "s.json"), "s.json", graph, new QuantizeOptions());
        Assert.Null(application.PicturesNeeded);
        Assert.Equal(OnnxFile.Serialize(result.Qdq), OnnxFile.Serialize(Quantizer.Calibrate(graph, Pictures, application.Options).Write().Qdq));
        QuantizeResult fallen = model.Write(LayerGroups.Of(model.Plan).Single(static g => g.Name == "expand").Nodes.ToHashSet(StringComparer.Ordinal));
        text = SchemeFile.Format(QuantizationScheme.Of(model, fallen, new QuantizeOptions()));
        QuantizeOptions again = SchemeApplication.Of(SchemeFile.Parse(text, "s.json"), "s.json", graph, new QuantizeOptions()).Options;
        Assert.Equal(OnnxFile.Serialize(fallen.Qdq), OnnxFile.Serialize(Quantizer.Calibrate(graph, Pictures, again).Write().Qdq));
        Graph blind = Quantizer.Calibrate(graph, Array.Empty<Tensor>(), application.Options).Write().Qdq;
        Close(Reference(graph, Pictures[0]), Reference(blind, Pictures[0]), 0.2);
    }

    [Fact]
    public void Both_tensors_can_be_compared_with_the_float_model()
    {
        Graph graph = Net();
        FunctionJunction junction = Assert.Single(FunctionJunction.Find(graph));
        string[] names = [junction.Argument.Name, junction.Result.Name];
        QuantizationRun run = RunOf(graph.Clone());
        new ChannelScalesPass().Run(run);
        foreach (string name in names)
        {
            float[] factors = EqualizedScales.Of(run.Graph)[name], was = Reference(graph, Pictures[0], name), scaled = Reference(run.Graph, Pictures[0], name);
            int size = was.Length / factors.Length;
            Close([.. was.Select((v, i) => v * factors[i / size])], scaled, 1e-5);
        }
    }

    [Theory]
    [InlineData("Relu")]
    [InlineData("LeakyRelu")]
    [InlineData("Sigmoid")]
    public void Functions_that_let_factors_through_or_have_a_known_range_are_left_alone(string function) =>
        Assert.Empty(FunctionJunction.Find(Net(function)));

    [Fact]
    public void What_others_read_too_is_left_alone()
    {
        var net = new NetBuilder();
        Value swish = net.Op("HardSwish", net.Conv(net.Input(Shape), 3, 8));
        Graph read = net.Build(net.Conv(swish, 8, 8, kernel: 3, group: 8), net.Conv(swish, 8, 4));
        Assert.Empty(FunctionJunction.Find(read));
        // Too few pictures to tell how far a channel goes.
        Assert.Null(new ChannelScalesPass().Run(RunOf(Net(), 31)));
    }

    private static Graph Net(string function = "HardSwish", string domain = "")
    {
        var net = new NetBuilder();
        Value expanded = net.Conv(net.Input(Shape), 3, Channels, name: "expand");
        Value swish = net.Graph.Append(function, [expanded], domain: domain).Output;
        Graph graph = net.Build(net.Conv(net.Conv(swish, Channels, Channels, kernel: 3, group: Channels, name: "depthwise"), Channels, 4, name: "project"));
        // Channels of very different size, which count alike.
        LinearLayer writer = LinearLayer.Of(expanded.Producer!)!, reader = LinearLayer.Of(graph.Nodes.Single(static n => n.Name == "depthwise"))!;
        writer.SetWeights([.. writer.Weights().Select(static (w, i) => w * Size(i / 3))]);
        reader.SetWeights([.. reader.Weights().Select(static (w, i) => w / Size(i / 9))]);
        return graph;

        static float Size(int channel) => MathF.Pow(2, 4f * channel / Channels);
    }

    private static QuantizationRun RunOf(Graph graph, int pictures = 40) => new()
    {
        Graph = graph,
        Options = new QuantizeOptions { Threads = 1 },
        Images = Pictures.Take(pictures).Select(i => new Dictionary<string, Tensor> { [graph.Inputs[0].Name] = i }),
        Progress = null,
        Cancel = CancellationToken.None,
        FunctionsAsTables = true,
    };

    private static float[] Reference(Graph graph, Tensor image, string? value = null) =>
        ReferenceExecutor.Run(value is null ? graph : graph.WithOutputs([value]), new Dictionary<string, Tensor> { [graph.Inputs[0].Name] = image })[value ?? graph.Outputs[0].Name].ToFloats();

    private static void Close(float[] expected, float[] actual, double tolerance) =>
        Assert.InRange(Math.Sqrt(expected.Zip(actual, static (a, b) => (double)(a - b) * (a - b)).Sum() / expected.Sum(static v => (double)v * v)), 0, tolerance);
}
