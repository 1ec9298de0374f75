using EdgeKit.Onnx.Networks;

namespace EdgeKit.Onnx;

/// <content>The network that finds objects.</content>
public static partial class RoadNetworks
{
    /// <summary>Pixels for a cell of each level of the object network, finest first.</summary>
    public static IReadOnlyList<int> ObjectStrides { get; } = [8, 16, Stride];

    private const int ObjectFine = 64, ObjectMiddle = 112, ObjectCoarse = 192;

    // What a position believes before it has learned: an object of a class with 1 % probability, whose sides are a stride away.
    private const float Prior = 0.01f, PriorDistance = 1;

    /// <summary>
    /// Builds the object network: input <c>input</c> [1,3,height,width]; for each level of <see cref="ObjectStrides"/> the outputs <c>scores8</c> [1,classes,height / 8,width / 8],
    /// logits, and <c>boxes8</c> [1,4,height / 8,width / 8], the distances from the middle of a cell to left, top, right and bottom in strides, and so on.
    /// Each is an output of its own so that each has a scale of its own in INT8.
    /// </summary>
    /// <param name="width">Width of the input, a multiple of <see cref="Stride"/>.</param>
    /// <param name="height">Height of the input, a multiple of <see cref="Stride"/>.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="seed">Seed of the weights.</param>
    public static Graph Objects(int width, int height, int classes, int seed)
    {
        NetBuilder net = Builder(width, height, seed);
        Value x = Blocks(net, "stage1", StemOf(net), 1, 3);
        Value fine = Blocks(net, "stage2", Narrow(net, "stage2", x, ObjectFine), 2, 3);
        Value middle = Blocks(net, "stage3", Narrow(net, "stage3", fine, ObjectMiddle), 3, 5);
        Value coarse = Blocks(net, "stage4", Narrow(net, "stage4", middle, ObjectCoarse), 3, 5);
        middle = Blocks(net, "up3", Join(net, "up3", coarse, middle), 1, 5);
        fine = Blocks(net, "up2", Join(net, "up2", middle, fine), 1, 3);
        return Finish(net, "objects", ObjectStrides.Zip([HeadBlock(net, 8, fine), HeadBlock(net, 16, middle), HeadBlock(net, 32, coarse)]).SelectMany(level => new[]
        {
            ($"scores{level.First}", Head(net, $"scores{level.First}", level.Second, classes, -MathF.Log((1 - Prior) / Prior))),
            ($"boxes{level.First}", Head(net, $"boxes{level.First}", level.Second, 4, PriorDistance)),
        }));
    }

    private static Value Blocks(NetBuilder net, string name, Value x, int count, int kernel)
    {
        for (int i = 1; i <= count; i++) x = Block(net, $"{name}.{i}", x, kernel);
        return x;
    }

    /// <summary>What classes and boxes of a level have in common.</summary>
    private static Value HeadBlock(NetBuilder net, int stride, Value x) => Block(net, $"head{stride}", x, 5);

    private static Value Head(NetBuilder net, string name, Value x, int outputs, float prior)
    {
        // So small that the prior is what it says at first.
        const float Quiet = 0.1f;
        x = net.Conv($"{name}.head", x, outputs, kernel: 1, stride: 1, pad: 0, group: 1, bias: true);
        foreach (ref float weight in x.Producer!.Input(1)!.Constant!.AsSpan<float>()) weight *= Quiet;
        SetBias(x, prior);
        return x;
    }
}
