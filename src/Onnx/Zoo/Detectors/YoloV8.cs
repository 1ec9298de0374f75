namespace EdgeKit.Onnx.Networks;

/// <summary>
/// YOLOv8n: the graph of Ultralytics' release (cfg/models/v8/yolov8.yaml, scale n), up to the decoding of its boxes: outputs <c>boxes</c> [1,4,cells], the
/// distances from a cell's middle to left, top, right and bottom in strides of 8, 16 and 32 pixels, and <c>scores</c> [1,classes,cells].
/// </summary>
internal static class YoloV8
{
    private const int Bins = 16;
    private const Activation Silu = Activation.Silu;

    internal static void BuildNano(NetBuilder net)
    {
        Value x = Conv(net, "0", net.Input, 16, 3, 2);
        x = Stage(net, "2", Conv(net, "1", x, 32, 3, 2), 32, 1, shortcut: true);
        Value fine = Stage(net, "4", Conv(net, "3", x, 64, 3, 2), 64, 2, shortcut: true);
        Value middle = Stage(net, "6", Conv(net, "5", fine, 128, 3, 2), 128, 2, shortcut: true);
        Value coarse = PooledPyramid(net, "9", Stage(net, "8", Conv(net, "7", middle, 256, 3, 2), 256, 1, shortcut: true), 256);
        Value up = Stage(net, "12", net.Concat("11", net.Double("10", coarse), middle), 128, 1, shortcut: false);
        fine = Stage(net, "15", net.Concat("14", net.Double("13", up), fine), 64, 1, shortcut: false);
        middle = Stage(net, "18", net.Concat("17", Conv(net, "16", fine, 64, 3, 2), up), 128, 1, shortcut: false);
        coarse = Stage(net, "21", net.Concat("20", Conv(net, "19", middle, 128, 3, 2), coarse), 256, 1, shortcut: false);
        Detect(net, fine, middle, coarse);
    }

    private static Value Conv(NetBuilder net, string name, Value x, int outputs, int kernel, int stride = 1) => net.Chain(name, x, Silu, (outputs, new Kernel(kernel, stride)));

    /// <summary>C2f: half of the channels pass a row of bottlenecks, and every result on the way is kept.</summary>
    private static Value Stage(NetBuilder net, string name, Value x, int outputs, int blocks, bool shortcut)
    {
        (Value first, Value y) = net.Halve($"{name}.split", net.ConvNorm($"{name}.in", x, 2 * Half(), kernel: 1, activation: Silu));
        var parts = new List<Value> { first, y };
        for (int i = 1; i <= blocks; i++)
        {
            Value inner = net.ConvNorm($"{name}.{i}.a", y, Half(), kernel: 3, activation: Silu);
            inner = net.ConvNorm($"{name}.{i}.b", inner, Half(), kernel: 3, activation: Silu);
            parts.Add(y = shortcut ? net.Add($"{name}.{i}.add", y, inner) : inner);
        }
        return Conv(net, $"{name}.out", net.Concat($"{name}.concat", [.. parts]), outputs, 1);

        int Half() => net.Scaled(outputs / 2);
    }

    /// <summary>SPPF: three max pools in a row, their results side by side.</summary>
    private static Value PooledPyramid(NetBuilder net, string name, Value x, int outputs)
    {
        Value a = Conv(net, $"{name}.in", x, outputs / 2, 1);
        Value b = net.MaxPool($"{name}.pool1", a, kernel: 5, stride: 1, pad: 2);
        Value c = net.MaxPool($"{name}.pool2", b, kernel: 5, stride: 1, pad: 2);
        return Conv(net, $"{name}.out", net.Concat($"{name}.concat", a, b, c, net.MaxPool($"{name}.pool3", c, kernel: 5, stride: 1, pad: 2)), outputs, 1);
    }

    private static void Detect(NetBuilder net, params Value[] maps)
    {
        // Four sides of 16 bins, and at least as many channels as the finest map or, up to 100, as there are classes.
        int boxWidth = net.Scaled(64), scoreWidth = Math.Max(net.Scaled(64), Math.Min(net.Classes, 100));
        Value[] levels = [.. maps.Select((map, i) =>
        {
            Value box = Tower(net, $"22.box{i + 1}", map, boxWidth, 4 * Bins), score = Tower(net, $"22.score{i + 1}", map, scoreWidth, net.Classes);
            return net.Reshape($"22.level{i + 1}", net.Concat($"22.both{i + 1}", box, score), 1, 4 * Bins + net.Classes, -1);
        })];
        Value[] parts = net.Split("22.split", net.Join("22.all", 2, levels), 1, 4 * Bins, net.Classes);
        // The mean of a distribution over 16 distances.
        Value bins = net.Softmax("22.softmax", net.Transpose("22.bins", net.Reshape("22.sides", parts[0], 1, 4, Bins, -1), 0, 2, 1, 3), axis: 1);
        Value mean = net.Conv("22.mean", bins, 1, new Kernel(1), bias: false);
        Graph.SetConstant(mean.Producer!.Input(1), Tensor.Of([.. Enumerable.Range(0, Bins).Select(static i => (float)i)], 1, Bins, 1, 1));
        net.Output("boxes", net.Reshape("22.boxes", mean, 1, 4, -1));
        net.Output("scores", net.Activate("22.scores", parts[1], Activation.Sigmoid));
    }

    private static Value Tower(NetBuilder net, string name, Value x, int width, int outputs)
    {
        x = net.ConvNorm($"{name}.a", x, width, kernel: 3, activation: Silu);
        return net.Conv($"{name}.c", net.ConvNorm($"{name}.b", x, width, kernel: 3, activation: Silu), outputs, new Kernel(1));
    }
}
