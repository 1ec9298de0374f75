using EdgeKit.Compiler;
using EdgeKit.Onnx;
using EdgeKit.Onnx.Pointwise;
using EdgeKit.Pruning.Identities;
using EdgeKit.Quantization;
using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Plan;
using Xunit;

namespace EdgeKit.Tests.Quantization;

/// <summary>What the quantizer writes, run by the INT8 runtime, against the same graph on the float reference operators.</summary>
public sealed class CompiledTests
{
    public static TheoryData<string> Activations => [.. PointwiseFunctions.All.Where(static f => f.IsActivation).Select(static f => f.OpType)];

    [Fact]
    public void A_residual_net_runs_in_INT8() => AssertRuns(NetBuilder.Residual(), [1, 3, 16, 16]);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void A_transposed_convolution_runs_in_INT8_whatever_its_groups(int groups)
    {
        var net = new NetBuilder();
        Value conv = net.Conv(net.Input(1, 3, 6, 6), 3, 4);
        int outputs = groups == 4 ? 4 : 6;
        // Channels of very different size show a scale that is taken from the wrong one.
        float[] weights = net.Weights([4, outputs / groups, 2, 2]).ToFloats();
        for (int i = 0; i < weights.Length; i++) weights[i] *= MathF.Pow(4, i / 4 % (outputs / groups) + (groups == 4 ? i / 4 : 0));
        Node up = net.Graph.Append("ConvTranspose", [conv, net.Graph.NewConstant("up_weight", Tensor.Of(weights, 4, outputs / groups, 2, 2)),
            net.Graph.NewConstant("up_bias", net.Weights([outputs]))]);
        int[] two = [2, 2];
        up.Attributes.Set("kernel_shape", two).Set("strides", two).Set("pads", new int[4]).Set("group", groups);
        AssertRuns(net.Build(up.Output), [1, 3, 6, 6]);
    }

    [Fact]
    public void Gates_functions_and_joined_branches_run_in_INT8()
    {
        var net = new NetBuilder();
        Value swish = net.Op("HardSwish", net.Conv(net.Input(1, 3, 8, 8), 3, 8));
        Value gate = net.Op("HardSigmoid", net.Conv(net.Op("GlobalAveragePool", swish), 8, 8));
        Value joined = net.Concat(net.Op("Mul", swish, gate), net.Op("Sigmoid", net.Conv(swish, 8, 4)));
        Value slope = net.Op("PRelu", net.Conv(joined, 12, 4), net.Graph.NewConstant("slope", Tensor.Of([0.1f, 0.2f, 0.3f, 0.4f], 4, 1, 1)));
        AssertRuns(net.Build(net.Conv(slope, 4, 3)), [1, 3, 8, 8]);
    }

    [Theory]
    [MemberData(nameof(Activations))]
    public void Every_activation_runs_in_INT8_and_its_channels_can_be_pruned(string opType)
    {
        PointwiseFunction f = PointwiseFunctions.All.Single(f => f.OpType == opType);
        var net = new NetBuilder();
        Value conv = net.Conv(net.Input(1, 3, 6, 6), 3, 8);
        Graph graph = net.Build(net.Conv(net.Graph.Append(opType, [conv], domain: f.Domain).Output, 8, 4));
        Assert.All(ChannelIdentities.Of(graph).Groups.Where(g => g.Producers.Contains(conv.Producer)), static g => Assert.False(g.IsFrozen));
        AssertRuns(graph, [1, 3, 6, 6]);
    }

    private static void AssertRuns(Graph graph, int[] shape)
    {
        QuantizeResult result = Quantizer.Quantize(graph, NetBuilder.Images(8, shape));
        Assert.Empty(result.FloatOperators);
        using Session session = Session.Load(PlanFile.Parse(PlanCompiler.Compile(result.Qdq), "test"));
        Assert.DoesNotContain(session.Tensors.Where(t => t.Name != graph.Outputs[0].Name), static t => t.Type == PlanType.Float && t.Order == PlanOrder.ChannelsLast);
        float step = result.Tensors[^1].Parameters.Scale;
        foreach (Tensor image in NetBuilder.Images(3, shape))
        {
            float[] expected = ReferenceExecutor.Run(result.Qdq, new Dictionary<string, Tensor> { ["image"] = image })[graph.Outputs[0].Name].ToFloats();
            session.SetInput(0, image.AsSpan<float>());
            session.Run();
            float[] actual = session.GetOutput(0);
            // Float sums round differently from integer ones, so a tie may fall to the other side here and there and move what follows by a step.
            for (int i = 0; i < expected.Length; i++) Assert.InRange(Math.Abs(expected[i] - actual[i]), 0, 2.01f * step);
        }
    }
}
