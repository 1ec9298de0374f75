namespace EdgeKit.Onnx.Networks;

/// <summary>
/// Two stacked hourglasses: Newell et al., Stacked Hourglass Networks for Human Pose Estimation (2016), figures 3 and 4: down by pools, up by repetition, a
/// shortcut at every size, and heat maps of each stack that the next one sees. Blocks normalise first, one a step.
/// </summary>
internal static class Hourglass
{
    private const int Stacks = 2, Levels = 4;

    internal static void Build(NetBuilder net)
    {
        int width = net.Scaled(256);
        Value x = net.Norm("stem", net.Conv("stem", net.Input, net.Scaled(64), new Kernel(7, 2)), Activation.Relu);
        x = net.MaxPool("stem.pool", Block(net, "block1", x, net.Scaled(128)), kernel: 2, stride: 2, pad: 0);
        x = Block(net, "block3", Block(net, "block2", x, net.Scaled(128)), width);
        for (int s = 1; s <= Stacks; s++)
        {
            Value y = Block(net, $"stack{s}.out", Glass(net, $"stack{s}", x, Levels), width);
            y = net.Norm($"stack{s}.features", net.Conv($"stack{s}.features", y, width, new Kernel(1)), Activation.Relu);
            Value heat = net.Conv($"stack{s}.heat", y, net.Classes, new Kernel(1));
            if (s < Stacks)
            {
                Value seen = net.Add($"stack{s}.seen", net.Conv($"stack{s}.again", y, width, new Kernel(1)), net.Conv($"stack{s}.heat.again", heat, width, new Kernel(1)));
                x = net.Add($"stack{s}.next", x, seen);
            }
            net.Output($"heat{s}", heat);
        }
    }

    private static Value Glass(NetBuilder net, string name, Value x, int level)
    {
        int width = NetBuilder.Channels(x);
        name = $"{name}.{level}";
        Value beside = Block(net, $"{name}.beside", x, width);
        Value low = Block(net, $"{name}.down", net.MaxPool($"{name}.pool", x, kernel: 2, stride: 2, pad: 0), width);
        low = level > 1 ? Glass(net, name, low, level - 1) : Block(net, $"{name}.bottom", low, width);
        return net.Add($"{name}.add", beside, net.Double($"{name}.double", Block(net, $"{name}.up", low, width)));
    }

    private static Value Block(NetBuilder net, string name, Value x, int outputs)
    {
        Value y = net.Conv($"{name}.conv1", net.Norm($"{name}.norm1", x, Activation.Relu), outputs / 2, new Kernel(1));
        y = net.Conv($"{name}.conv2", net.Norm($"{name}.norm2", y, Activation.Relu), outputs / 2, new Kernel(3));
        y = net.Conv($"{name}.conv3", net.Norm($"{name}.norm3", y, Activation.Relu), outputs, new Kernel(1));
        return net.Add($"{name}.add", y, NetBuilder.Channels(x) == outputs ? x : net.Conv($"{name}.shortcut", x, outputs, new Kernel(1)));
    }
}
