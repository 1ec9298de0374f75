using EdgeKit.Compiler;
using EdgeKit.Onnx;
using EdgeKit.Quantization;
using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Plan;
using Xunit;

namespace EdgeKit.Tests.Quantization;

/// <summary>Composed operators quantized: the convolutions and products they are made of run in INT8, near the float model.</summary>
public sealed class ComposedQuantizationTests
{
    [Fact]
    public void Volumes_run_in_INT8()
    {
        var net = new NetBuilder();
        Value y = net.Op("Relu", Volume(net, net.Input(1, 3, 4, 8, 8), 8, 3));
        Session session = AssertNear(net.Build(Volume(net, y, 8, 8)), [1, 3, 4, 8, 8], 0.03);
        Assert.All(Kernels(session), static k => Assert.Contains("int8", k, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void A_recurrent_layer_runs_in_INT8()
    {
        var net = new NetBuilder();
        Node lstm = net.Graph.Append("LSTM", [net.Input(8, 1, 6), Weights(net, 1, 32, 6), Weights(net, 1, 32, 8), Weights(net, 1, 64)], 2);
        lstm.Attributes.Set("hidden_size", 8);
        Session session = AssertNear(net.Build(lstm.Outputs[1]), [8, 1, 6], 0.1);
        Assert.All(Kernels(session), static k => Assert.Contains("int8", k, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void Normalisations_stay_in_float_and_their_neighbours_do_not()
    {
        var net = new NetBuilder();
        Value x = net.Conv(net.Input(1, 3, 8, 8), 3, 8, 3);
        Value normal = net.Op("Relu", net.Op("InstanceNormalization", x, Weights(net, 8), Weights(net, 8)));
        AssertNear(net.Build(net.Conv(normal, 8, 4, 3)), [1, 3, 8, 8], 0.05);
    }

    [Fact]
    public void A_deformable_convolution_samples_in_float_and_adds_up_in_INT8()
    {
        var net = new NetBuilder();
        Value x = net.Op("Relu", net.Conv(net.Input(1, 3, 8, 8), 3, 8, 3));
        Value deformed = net.Op("DeformConv", x, Weights(net, 6, 8, 3, 3), net.Conv(x, 8, 18, 3));
        deformed.Producer!.Attributes.Set("pads", new[] { 1, 1, 1, 1 });
        Graph graph = net.Build(deformed);
        AssertNear(graph, [1, 3, 8, 8], 0.1);
        Graph quantized = Quantizer.Quantize(graph, NetBuilder.Images(8, [1, 3, 8, 8])).Qdq;
        Node sample = Assert.Single(quantized.Nodes, static n => n.OpType == "GridSample");
        Assert.Equal("Add", sample.Input(1).Producer!.OpType);
    }

    private static Value Volume(NetBuilder net, Value x, int outputs, int inputs)
    {
        Value y = net.Op("Conv", x, Weights(net, outputs, inputs, 3, 3, 3), Weights(net, outputs));
        y.Producer!.Attributes.Set("pads", new[] { 1, 1, 1, 1, 1, 1 });
        return y;
    }

    private static Value Weights(NetBuilder net, params int[] shape) => net.Graph.NewConstant("w", net.Weights(shape));

    private static IEnumerable<string> Kernels(Session session) => Enumerable.Range(0, session.OperatorCount).Select(i => session.Operator(i).Kernel).OfType<string>();

    /// <summary>Quantizes, compiles and runs; the mean error is at most a share of the float output's range.</summary>
    private static Session AssertNear(Graph graph, int[] shape, double share)
    {
        Declutter.Run(graph);
        ShapeInference.Run(graph);
        Graph quantized = Quantizer.Quantize(graph, NetBuilder.Images(8, shape)).Qdq;
        Session session = Session.Load(PlanFile.Parse(PlanCompiler.Compile(quantized), "test"));
        foreach (Tensor image in NetBuilder.Images(3, shape))
        {
            float[] expected = ReferenceExecutor.Run(graph, new Dictionary<string, Tensor> { ["image"] = image })[graph.Outputs[0].Name].ToFloats();
            session.SetInput(0, image.AsSpan<float>());
            session.Run();
            float[] actual = session.GetOutput(0);
            double error = expected.Zip(actual, static (e, a) => Math.Abs(e - a)).Average();
            Assert.True(error <= share * (expected.Max() - expected.Min()), $"mean error {error:g3} in a range of {expected.Max() - expected.Min():g3}");
        }
        return session;
    }
}
