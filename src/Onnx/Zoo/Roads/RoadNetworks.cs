using EdgeKit.Onnx.Networks;

namespace EdgeKit.Onnx;

/// <summary>
/// EdgeKit's own networks for a car's camera, with random weights: depthwise separable convolutions (MobileNet) with shortcuts down to a 32nd of the picture's
/// size, and a way back up that joins what is seen at large with what is seen in detail (Lin et al., "Feature Pyramid Networks", 2017).
/// </summary>
public static partial class RoadNetworks
{
    /// <summary>Inputs must be multiples of this many pixels.</summary>
    public const int Stride = 32;

    /// <summary>Pixels for a cell and for a row of lanes.</summary>
    public const int LaneCell = 4;

    private const int Stem = 24, Fine = 48, Middle = 128, Coarse = 224;

    /// <summary>
    /// Builds the lane network: input <c>input</c> [1,3,height,width], output <c>lanes</c> [1, width / 4 + 1, height / 4, lanes], for each row and lane the logits of the cell in
    /// which it crosses the row, the last one, always 0, standing for a lane that does not.
    /// </summary>
    /// <param name="width">Width of the input, a multiple of <see cref="Stride"/>.</param>
    /// <param name="height">Height of the input, a multiple of <see cref="Stride"/>.</param>
    /// <param name="lanes">Number of lane lines that have a place.</param>
    /// <param name="seed">Seed of the weights.</param>
    public static Graph Lanes(int width, int height, int lanes, int seed)
    {
        const int Parts = 2;
        NetBuilder net = Builder(width, height, seed);
        Value x = Pyramid(net);
        x = Block(net, "lanes.1", x, 5);
        // A feature cell of 8 pixels has the logits of its four parts.
        x = net.Conv("lanes.cells", x, lanes * Parts * Parts, kernel: 1, stride: 1, pad: 0, group: 1, bias: true);
        SetBias(x, value: -6);
        x = net.DepthToSpace("lanes.parts", x, Parts);
        x = net.PadRight("lanes.none", x);
        x = net.Transpose("lanes.order", x, 0, 3, 2, 1);
        return Finish(net, "lanes", ("lanes", x));
    }

    /// <summary>The features of cells of 8 pixels.</summary>
    private static Value Pyramid(NetBuilder net)
    {
        Value x = Block(net, "stage1.1", StemOf(net), 3);
        Value fine = Narrow(net, "stage2", x, Fine);
        for (int i = 1; i <= 2; i++) fine = Block(net, $"stage2.{i}", fine, 3);
        Value middle = Narrow(net, "stage3", fine, Middle);
        for (int i = 1; i <= 4; i++) middle = Block(net, $"stage3.{i}", middle, 5);
        Value coarse = Narrow(net, "stage4", middle, Coarse);
        for (int i = 1; i <= 4; i++) coarse = Block(net, $"stage4.{i}", coarse, 5);
        middle = Block(net, "up3.1", Join(net, "up3", coarse, middle), 5);
        return Block(net, "up2.1", Join(net, "up2", middle, fine), 5);
    }

    /// <summary>Windows of 6 pixels every 4: what lies between costs most and says little.</summary>
    private static Value StemOf(NetBuilder net) => net.ConvNorm("stem", net.Input, Stem, kernel: 6, stride: 4, activation: Activation.Relu, pad: 1);

    /// <summary>Depthwise, pointwise, and a shortcut around both.</summary>
    private static Value Block(NetBuilder net, string name, Value x, int kernel)
    {
        Value y = net.DepthwiseNorm($"{name}.depthwise", x, kernel, stride: 1, Activation.Relu);
        y = net.ConvNorm($"{name}.pointwise", y, NetBuilder.Channels(x), kernel: 1);
        return net.Activate(name, net.Add($"{name}.add", x, y), Activation.Relu);
    }

    /// <summary>Half the size.</summary>
    private static Value Narrow(NetBuilder net, string name, Value x, int outputs)
    {
        Value y = net.DepthwiseNorm($"{name}.depthwise", x, kernel: 3, stride: 2, Activation.Relu);
        return net.ConvNorm($"{name}.pointwise", y, outputs, kernel: 1, activation: Activation.Relu);
    }

    /// <summary>Coarse features at twice the size, added to the fine ones.</summary>
    private static Value Join(NetBuilder net, string name, Value coarse, Value fine)
    {
        int channels = NetBuilder.Channels(fine);
        Value above = net.Double($"{name}.double", net.ConvNorm($"{name}.coarse", coarse, channels, kernel: 1));
        Value beside = net.ConvNorm($"{name}.fine", fine, channels, kernel: 1);
        return net.Activate(name, net.Add($"{name}.add", above, beside), Activation.Relu);
    }

    private static NetBuilder Builder(int width, int height, int seed)
    {
        if (width < Stride || height < Stride || width % Stride != 0 || height % Stride != 0)
            throw new ArgumentException($"the input must be multiples of {Stride} pixels wide and high, not {width}x{height}");
        return new NetBuilder(new ZooOptions { Seed = seed }, width, height);
    }

    private static void SetBias(Value output, float value)
    {
        Tensor bias = Tensor.Zeros(ElementType.Float, NetBuilder.Channels(output));
        bias.AsSpan<float>().Fill(value);
        Graph.SetConstant(output.Producer!.Input(2), bias);
    }

    private static Graph Finish(NetBuilder net, string name, params IEnumerable<(string Name, Value Value)> outputs)
    {
        Graph graph = net.Graph;
        foreach ((string output, Value value) in outputs)
        {
            graph.Rename(value, output);
            graph.AddOutput(value);
        }
        graph.Name = name;
        graph.Metadata[Zoo.WeightsKey] = "untrained";
        ShapeInference.Run(graph);
        return graph;
    }
}
