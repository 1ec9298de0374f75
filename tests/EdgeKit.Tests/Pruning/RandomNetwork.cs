using EdgeKit.Onnx;

namespace EdgeKit.Tests.Pruning;

/// <summary>Random small graphs that mix every kind of operator that channels pass through; all feature maps are 4x4.</summary>
internal sealed class RandomNetwork
{
    private const int Size = 4;
    private readonly Random _random;
    private readonly SketchNet _net;
    private readonly List<Value> _maps = [];

    private RandomNetwork(int seed)
    {
        _random = new Random(seed);
        _net = new SketchNet(seed, 1, 3, Size, Size);
    }

    public static Graph Create(int seed)
    {
        var network = new RandomNetwork(seed);
        network._maps.Add(network._net.Conv(network._net.Input, 8, 3));
        for (int i = 0; i < 10; i++) network._maps.Add(network.Step());
        return network._net.Done(network.Head());
    }

    private Value Step()
    {
        Value x = _maps[_random.Next(Math.Max(0, _maps.Count - 4), _maps.Count)];
        int c = SketchNet.Channels(x);
        SketchNet n = _net;
        switch (_random.Next(39))
        {
            case 0: return n.Conv(x, 4 + 2 * _random.Next(5), 3);
            case 1: return n.Conv(x, 4 + 2 * _random.Next(5));
            case 2: return n.Depthwise(x);
            case 3: return n.Depthwise(x, 2);
            case 4 when c % 2 == 0: return n.Conv(x, c * 2, 3, 2);
            case 5 when c % 2 == 0: return n.Conv(n.Shuffle(n.Conv(x, 8, 1, 2), 2), 8, 1, 2);
            case 6: return n.ConvTranspose(x, 6);
            case 7 when c % 2 == 0: return n.ConvTranspose(x, c, 2);
            case 8: return n.ConvTranspose(x, c, c);
            case 9: return n.BatchNorm(x);
            case 10: return n.Op("PRelu", x, n.Constant(c, 1, 1));
            case 11: return n.Op("Mul", x, n.Constant(1, c, 1, 1));
            case 12: return n.Op("Sub", n.Constant(c, 1, 1), x);
            case 13: return n.Op("HardSwish", x);
            case 14 or 15 or 16: return Join(x);
            case 17 or 18: return n.Concat(1, x, _maps[_random.Next(_maps.Count)]);
            case 19 or 20 when c > 3:
                Value[] parts = n.Split(x, 1, c / 3, c - c / 3);
                return n.Concat(1, parts[1], n.Conv(parts[0], c / 3));
            case 21 when c > 4: return n.Slice(x, 1, 1, c, 2);
            case 22 when c > 4: return n.Slice(x, 1, -1, -c, -1);
            case 23 when c > 4: return n.Gather(x, 1, 2, 0, 3, -1, 2);
            case 24 or 25 when c % 2 == 0: return n.Shuffle(x, 2);
            case 26 or 27 when c % 2 == 0: return n.RawShuffle(x, 2);
            case 28 when c % 2 == 0: return EvenChannels(x);
            case 29: return n.Op("Add", n.Pad(x, 0, 1, 0, 0, 0, 2, 0, 0), n.Conv(x, c + 3));
            case 30: return n.SqueezeExcite(x, 4);
            case 31: return n.With("MaxPool", [n.Op("Resize", x, null, n.Graph.NewConstant("s", Tensor.Of([1f, 1, 2, 2], 4)))], ("kernel_shape", new[] { 2, 2 }), ("strides", new[] { 2, 2 }));
            case 32:
                Value last = n.Transpose(x, 0, 2, 3, 1);
                return n.Transpose(n.Op("MatMul", last, n.Constant(c, 6)), 0, 3, 1, 2);
            case 33 when c % 4 == 0: return n.Op("Relu", n.With("SpaceToDepth", [n.With("DepthToSpace", [x], ("blocksize", 2))], ("blocksize", 2)));
            case 34 when c % 4 == 0:
                return n.With("AveragePool", [n.With("DepthToSpace", [x], ("blocksize", 2), ("mode", "CRD"))], ("kernel_shape", new[] { 2, 2 }), ("strides", new[] { 2, 2 }));
            case 35: return n.With("Softmax", [x], ("axis", 1));
            case 36: return n.Op("Add", x, n.With("ReduceMax", [x], ("axes", new[] { 1 }), ("keepdims", 1)));
            case 38: return n.Op("Tile", x, n.Longs(1, 2, 1, 1));
            case 37: return n.Op("Mul", x, n.With("ReduceMean", [n.Depthwise(x)], ("axes", new[] { 2, 3 }), ("keepdims", 1)));
            default: return n.Op("Relu", x);
        }
    }

    // With another map of the same shape if there is one, else with a convolution of itself.
    private Value Join(Value x)
    {
        string op = new[] { "Add", "Mul", "Max", "Sub" }[_random.Next(4)];
        Value? other = _maps.LastOrDefault(m => !ReferenceEquals(m, x) && m.Dims.SequenceEqual(x.Dims));
        return _net.Op(op, x, other ?? _net.Conv(x, SketchNet.Channels(x)));
    }

    // Every other channel, in the way of detectors that split a map in two.
    private Value EvenChannels(Value x)
    {
        int c = SketchNet.Channels(x);
        Value pairs = _net.Transpose(_net.Reshape(x, c / 2, 2, Size * Size), 1, 0, 2);
        Value halves = _net.Reshape(pairs, 2, -1, c / 2, Size, Size);
        Value first = _net.With("Gather", [halves, _net.Graph.NewConstant("i", Tensor.Scalar(0L))], ("axis", 0));
        Value second = _net.With("Gather", [halves, _net.Graph.NewConstant("i", Tensor.Scalar(1L))], ("axis", 0));
        return _net.Concat(1, _net.Conv(first, 4), second);
    }

    private Value Head()
    {
        Value x = _maps[^1];
        switch (_random.Next(4))
        {
            case 0: return _net.Gemm(_net.With("Flatten", [x], ("axis", 1)), 5);
            case 1: return _net.Gemm(_net.Reshape(_net.Pool(x), 1, -1), 5);
            case 2:
                Value rows = _net.Transpose(_net.Reshape(x, 1, SketchNet.Channels(x), -1), 0, 2, 1);
                return _net.Op("MatMul", rows, _net.Constant(SketchNet.Channels(x), 3));
            default: return _net.Conv(x, 5);
        }
    }
}
