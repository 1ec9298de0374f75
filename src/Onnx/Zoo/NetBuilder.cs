using EdgeKit.Onnx.Passes;

namespace EdgeKit.Onnx.Networks;

/// <summary>Activation behind a convolution.</summary>
internal enum Activation
{
    None,
    Relu,
    Relu6,
    HardSwish,
}

/// <summary>
/// Builds image classifiers layer by layer. Nothing it adds depends on the size of the maps, so the same graph runs at any resolution; of shapes it keeps
/// the channels only.
/// </summary>
internal sealed class NetBuilder
{
    private readonly Random _random;
    private readonly ZooOptions _options;

    internal NetBuilder(ZooOptions options)
        : this(options, options.Size, options.Size)
    {
    }

    internal NetBuilder(ZooOptions options, int width, int height)
    {
        _options = options;
        _random = new Random(options.Seed);
        Input = Graph.AddInput("input", ElementType.Float, [1, 3, height, width]);
    }

    internal Graph Graph { get; } = new();

    internal Value Input { get; }

    internal double Width => _options.Width;

    /// <summary>Channels of a feature map, or features of a row.</summary>
    internal static int Channels(Value value) => value.Shape![1];

    /// <summary>
    /// <paramref name="channels"/> times the width multiplier, to the nearest multiple of 8 that is not more than 10 % below (the rule of MobileNetV2's code).
    /// </summary>
    internal int Scaled(double channels) => MakeDivisible(channels * Width);

    /// <summary>The nearest multiple of 8, at least 8, that is not more than 10 % below <paramref name="channels"/>.</summary>
    internal static int MakeDivisible(double channels)
    {
        int rounded = Math.Max(8, (int)(channels + 4) / 8 * 8);
        return rounded < 0.9 * channels ? rounded + 8 : rounded;
    }

    /// <summary>Convolution, batch normalisation, activation. Unless given, padding keeps the size at stride 1.</summary>
    internal Value ConvNorm(string name, Value x, int outputs, int kernel, int stride = 1, int group = 1, Activation activation = Activation.None, int? pad = null)
    {
        Value y = Conv(name, x, outputs, kernel, stride, pad ?? kernel / 2, group, bias: false);
        int channels = Channels(y);
        y = Add($"{name}.bn", "BatchNormalization", channels, y,
            PerChannel("gamma", 1), PerChannel("beta", 0), PerChannel("mean", 0), PerChannel("variance", 1));
        y.Producer!.Attributes.Set("epsilon", 1e-5f);
        return Activate(name, y, activation);

        Value PerChannel(string what, float value)
        {
            float[] values = new float[channels];
            Array.Fill(values, value);
            return Graph.NewConstant($"{name}.bn.{what}", Tensor.Of(values, channels));
        }
    }

    /// <summary>Depthwise convolution, batch normalisation, activation.</summary>
    internal Value DepthwiseNorm(string name, Value x, int kernel, int stride, Activation activation) =>
        ConvNorm(name, x, Channels(x), kernel, stride, Channels(x), activation);

    /// <summary>Convolution with a square kernel and the same padding on all sides.</summary>
    internal Value Conv(string name, Value x, int outputs, int kernel, int stride, int pad, int group, bool bias)
    {
        int inputs = Channels(x) / group;
        Value weight = Weight(name, outputs, inputs, kernel, kernel);
        Value y = bias ? Add(name, "Conv", outputs, x, weight, Bias(name, outputs)) : Add(name, "Conv", outputs, x, weight);
        y.Producer!.Attributes.SetConv(kernel, stride, pad, group);
        return y;
    }

    /// <summary>Fully connected layer.</summary>
    internal Value Dense(string name, Value x, int outputs)
    {
        Value y = Add(name, "Gemm", outputs, x, Weight(name, outputs, Channels(x)), Bias(name, outputs));
        y.Producer!.Attributes.Set("transB", 1);
        return y;
    }

    internal Value Activate(string name, Value x, Activation activation) => activation switch
    {
        Activation.Relu => Add($"{name}.relu", "Relu", Channels(x), x),
        Activation.Relu6 => Add($"{name}.relu6", "Clip", Channels(x), x, Scalar(name, "min", 0), Scalar(name, "max", 6)),
        Activation.HardSwish => Add($"{name}.hardswish", "HardSwish", Channels(x), x),
        _ => x,
    };

    internal Value MaxPool(string name, Value x, int kernel, int stride, int pad, bool ceil = false)
    {
        Value y = Add(name, "MaxPool", Channels(x), x);
        y.Producer!.Attributes.SetWindow(kernel, stride, pad).Set("ceil_mode", ceil);
        return y;
    }

    internal Value AveragePool(string name, Value x, int kernel, int stride, int pad)
    {
        Value y = Add(name, "AveragePool", Channels(x), x);
        y.Producer!.Attributes.SetWindow(kernel, stride, pad).Set("count_include_pad", 1);
        return y;
    }

    internal Value GlobalPool(string name, Value x) => Add(name, "GlobalAveragePool", Channels(x), x);

    internal Value Add(string name, Value a, Value b) => Add(name, "Add", Channels(a), a, b);

    internal Value Concat(string name, Value a, Value b)
    {
        Value y = Add(name, "Concat", Channels(a) + Channels(b), a, b);
        y.Producer!.Attributes.Set("axis", 1);
        return y;
    }

    /// <summary>The two halves of the channels.</summary>
    internal (Value First, Value Second) Halve(string name, Value x)
    {
        int half = Channels(x) / 2;
        Value sizes = Graph.NewConstant($"{name}.sizes", Tensor.Vector(half, half));
        Node split = Graph.Append("Split", [x, sizes], 2, name);
        split.Attributes.Set("axis", 1);
        foreach (Value part in split.Outputs) part.Shape = [1, half, -1, -1];
        return (split.Outputs[0], split.Outputs[1]);
    }

    internal Value Shuffle(string name, Value x, int groups)
    {
        Node shuffle = Graph.Append("ChannelShuffle", [x], name: name, domain: Graph.EdgeKitDomain);
        shuffle.Attributes.Set("groups", groups);
        shuffle.Output.Shape = [1, Channels(x), -1, -1];
        return shuffle.Output;
    }

    /// <summary>Twice the height and width, each element repeated.</summary>
    internal Value Double(string name, Value x)
    {
        Value scales = Graph.NewConstant($"{name}.scales", Tensor.Of([1f, 1f, 2f, 2f], 4));
        Node resize = Graph.Append("Resize", [x, null, scales], name: name);
        resize.Attributes.Set("mode", "nearest").Set("coordinate_transformation_mode", "asymmetric").Set("nearest_mode", "floor");
        resize.Output.Shape = [1, Channels(x), -1, -1];
        return resize.Output;
    }

    /// <summary>Channels to squares of elements; the parts of a square are the outer dimension of the channels.</summary>
    internal Value DepthToSpace(string name, Value x, int side)
    {
        Value y = Add(name, "DepthToSpace", Channels(x) / (side * side), x);
        y.Producer!.Attributes.Set("blocksize", side).Set("mode", "DCR");
        return y;
    }

    /// <summary>A column of zeros at the right.</summary>
    internal Value PadRight(string name, Value x)
    {
        Value pads = Graph.NewConstant($"{name}.pads", Tensor.Vector(0, 0, 0, 0, 0, 0, 0, 1));
        return Add(name, "Pad", Channels(x), x, pads);
    }

    /// <summary>Another order of the dimensions; what it knows of the shape is no longer the channels.</summary>
    internal Value Transpose(string name, Value x, params int[] order)
    {
        Value y = Add(name, "Transpose", Channels(x), x);
        y.Producer!.Attributes.Set("perm", order);
        y.Shape = null;
        return y;
    }

    /// <summary>Squeeze-and-excite with a HardSigmoid gate, as MobileNetV3 has it.</summary>
    internal Value SqueezeExcite(string name, Value x, int squeezed)
    {
        Value gate = GlobalPool($"{name}.pool", x);
        gate = Activate($"{name}.reduce", Conv($"{name}.reduce", gate, squeezed, 1, 1, 0, 1, bias: true), Activation.Relu);
        gate = Conv($"{name}.expand", gate, Channels(x), 1, 1, 0, 1, bias: true);
        gate = Add($"{name}.gate", "HardSigmoid", Channels(x), gate);
        gate.Producer!.Attributes.Set("alpha", 1 / 6f).Set("beta", 0.5f);
        return Add($"{name}.scale", "Mul", Channels(x), x, gate);
    }

    /// <summary>Global pool and Flatten: one row of features.</summary>
    internal Value Features(Value x)
    {
        Value row = Add("flatten", "Flatten", Channels(x), GlobalPool("pool", x));
        row.Producer!.Attributes.Set("axis", 1);
        return row;
    }

    /// <summary>The last layer.</summary>
    internal Value Classify(Value features) => Dense("classifier", features, _options.Classes);

    internal int Classes => _options.Classes;

    private Value Add(string name, string opType, int channels, params Value[] inputs)
    {
        Value y = Graph.Append(opType, inputs, name: name).Output;
        y.Shape = opType is "Gemm" or "Flatten" || inputs[0].Shape!.Length == 2 ? [1, channels] : [1, channels, -1, -1];
        return y;
    }

    private Value Scalar(string name, string what, float value) => Graph.NewConstant($"{name}.relu6.{what}", Tensor.Scalar(value));

    private Value Bias(string name, int outputs) => Graph.NewConstant($"{name}.bias", Tensor.Zeros(ElementType.Float, outputs));

    private Value Weight(string name, params int[] shape)
    {
        float[] values = new float[Tensor.ElementCount(shape)];
        double sigma = Math.Sqrt(2.0 * shape[0] / values.Length);
        Gaussian.Fill(_random, values, sigma);
        return Graph.NewConstant($"{name}.weight", Tensor.Of(values, shape));
    }
}
