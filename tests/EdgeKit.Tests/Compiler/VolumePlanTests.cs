using EdgeKit.Compiler;
using EdgeKit.Onnx;
using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Plan;
using EdgeKit.Testing.Operators;
using EdgeKit.Tests.Onnx.Passes;
using Xunit;

namespace EdgeKit.Tests.Compiler;

/// <summary>What plans of composed operators are made of: volumes are views of their frames, chains of movements one copy, equal weights packed once.</summary>
public sealed class VolumePlanTests
{
    [Fact]
    public void Between_volumes_nothing_is_copied_but_the_taps()
    {
        var net = new TestNet();
        Value x = net.Graph.AddInput("x", ElementType.Float, [1, 3, 6, 8, 8]);
        Value y = net.Op("MaxPool", [net.Op("Relu", net.Norm(Volume(net, x, 8, 3), 8))], ("kernel_shape", new[] { 2, 2, 2 }), ("strides", new[] { 2, 2, 2 }));
        Graph graph = net.Declutter(net.Op("GlobalAveragePool", net.Op("Add", Volume(net, y, 8, 8), y)));
        // Each convolution fills its padding, copies the frames into it, and the frames of its three taps next to each other.
        OperatorKind[] volume = [OperatorKind.Fill, OperatorKind.Copy, OperatorKind.Copy, OperatorKind.Copy, OperatorKind.Copy, OperatorKind.Conv];
        Assert.Equal([.. volume, OperatorKind.Pool, OperatorKind.Pool, .. volume, OperatorKind.Binary, OperatorKind.Pool], Kinds(graph));
    }

    [Fact]
    public void A_chain_of_movements_is_one_copy()
    {
        var net = new TestNet();
        Value y = net.Transpose(net.Reshape(net.Transpose(net.Reshape(net.Input(1, 4, 6, 5), 1, 2, 2, 6, 5), 0, 3, 1, 4, 2), 6, 2, 10), 2, 1, 0);
        net.Graph.AddOutput(y);
        ShapeInference.Run(net.Graph);
        Assert.Equal([OperatorKind.Copy], Kinds(net.Graph));
        var feeds = new Dictionary<string, Tensor> { ["x"] = ReferenceCounting(1, 4, 6, 5) };
        Assert.Equal(ReferenceExecutor.Run(net.Graph, feeds)[y.Name].ToFloats(), CompiledRun.Of(net.Graph, feeds)[0].ToFloats());
    }

    [Fact]
    public void The_steps_of_a_recurrent_layer_pack_their_weights_once()
    {
        long Packed(int steps)
        {
            var net = new TestNet();
            Node lstm = net.Graph.Append("LSTM", [net.Graph.AddInput("x", ElementType.Float, [steps, 1, 8]), net.Random(-1, 1, 1, 64, 8), net.Random(-1, 1, 1, 64, 16)], 2);
            lstm.Attributes.Set("hidden_size", 16);
            net.Graph.AddOutput(lstm.Outputs[1]);
            ShapeInference.Run(net.Graph);
            using Session session = Session.Load(PlanFile.Parse(PlanCompiler.Compile(net.Graph), "lstm"));
            return session.PackedBytes;
        }

        Assert.Equal(Packed(8), Packed(32));
    }

    [Fact]
    public void An_uneven_reshape_goes_through_the_models_order()
    {
        var net = new TestNet();
        Value y = net.Reshape(net.Transpose(net.Input(2, 3, 4, 5), 0, 2, 3, 1), 5, 8, 3);
        net.Graph.AddOutput(y);
        ShapeInference.Run(net.Graph);
        var feeds = new Dictionary<string, Tensor> { ["x"] = ReferenceCounting(2, 3, 4, 5) };
        Assert.Equal(ReferenceExecutor.Run(net.Graph, feeds)[y.Name].ToFloats(), CompiledRun.Of(net.Graph, feeds)[0].ToFloats());
    }

    private static Value Volume(TestNet net, Value x, int outputs, int inputs) =>
        net.Op("Conv", [x, net.Random(-1, 1, outputs, inputs, 3, 3, 3), net.Random(-1, 1, outputs)], ("pads", new[] { 1, 1, 1, 1, 1, 1 }));

    private static Tensor ReferenceCounting(params int[] shape) => Tensor.Of([.. Enumerable.Range(0, Tensor.ElementCount(shape)).Select(static i => (float)i)], shape);

    private static OperatorKind[] Kinds(Graph graph)
    {
        using Session session = Session.Load(PlanFile.Parse(PlanCompiler.Compile(graph), "plan"));
        return [.. Enumerable.Range(0, session.OperatorCount).Select(i => session.Operator(i).Kind)];
    }
}
