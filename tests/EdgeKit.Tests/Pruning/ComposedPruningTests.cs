using EdgeKit.Onnx;
using EdgeKit.Testing;
using EdgeKit.Tests.Onnx.Passes;
using Xunit;

namespace EdgeKit.Tests.Pruning;

/// <summary>Pruning sees only what composed operators are made of; channels are followed through it.</summary>
public class ComposedPruningTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Channels_of_volumes_are_followed(int seed)
    {
        var net = new TestNet(seed);
        Value x = net.Graph.AddInput("x", ElementType.Float, [1, 3, 4, 6, 6]);
        Value y = net.Op("MaxPool", [net.Op("Relu", Volume(net, x, 8, 3))], ("kernel_shape", new[] { 2, 2, 2 }), ("strides", new[] { 2, 2, 2 }));
        AssertPruned(net, Volume(net, net.Op("Relu", Volume(net, y, 8, 8)), 4, 8), seed);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Channels_are_followed_through_instance_normalisation_and_deformable_convolution(int seed)
    {
        var net = new TestNet(seed);
        Value x = net.Conv(net.Input(1, 3, 6, 6), 8, 3, 3);
        Value normal = net.Op("Relu", net.Op("InstanceNormalization", x, net.Random(0.5f, 2, 8), net.Random(-1, 1, 8)));
        Value deformed = net.Op("DeformConv", [normal, net.Random(-1, 1, 6, 8, 3, 3), net.Conv(normal, 18, 8, 3), net.Random(-1, 1, 6)], ("pads", new[] { 1, 1, 1, 1 }));
        AssertPruned(net, net.Conv(net.Op("Relu", deformed), 4, 6, 3), seed);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Group_normalisation_and_a_recurrent_layer_keep_what_they_combine(int seed)
    {
        var net = new TestNet(seed);
        net.Graph.Opset = 21;
        Value x = net.Op("Relu", net.Conv(net.Op("Relu", net.Conv(net.Input(1, 3, 6, 6), 8, 3, 3)), 6, 8, 3));
        Value normal = net.Op("GroupNormalization", [x, net.Random(0.5f, 2, 6), net.Random(-1, 1, 6)], ("num_groups", 2));
        Value rows = net.Transpose(net.Reshape(net.Op("ReduceMean", [normal], ("axes", new[] { 2 }), ("keepdims", 0)), 1, 6, 6), 2, 0, 1);
        Node lstm = net.Graph.Append("LSTM", [rows, net.Random(-1, 1, 1, 16, 6), net.Random(-1, 1, 1, 16, 4)], 2);
        lstm.Attributes.Set("hidden_size", 4);
        AssertPruned(net, lstm.Outputs[0], seed);
    }

    private static Value Volume(TestNet net, Value x, int outputs, int inputs) =>
        net.Op("Conv", [x, net.Random(-1, 1, outputs, inputs, 3, 3, 3), net.Random(-1, 1, outputs)], ("pads", new[] { 1, 1, 1, 1, 1, 1 }));

    private static void AssertPruned(TestNet net, Value output, int seed)
    {
        net.Graph.AddOutput(output);
        ShapeInference.Run(net.Graph);
        Declutter.Run(net.Graph);
        ShapeInference.Run(net.Graph);
        Assert.True(PruningOracle.CheckRandom(net.Graph, seed, 0.4) > 0, "no channel was removed");
    }
}
