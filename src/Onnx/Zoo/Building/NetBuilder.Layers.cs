using EdgeKit.Onnx.Passes;

namespace EdgeKit.Onnx.Networks;

/// <content>Convolutions, pools, and what lies between them.</content>
internal sealed partial class NetBuilder
{
    /// <summary>Convolution, batch normalisation, activation. Unless given, padding keeps the size at stride 1.</summary>
    internal Value ConvNorm(string name, Value x, int outputs, int kernel, int stride = 1, int group = 1, Activation activation = Activation.None, int? pad = null) =>
        Norm(name, Conv(name, x, outputs, kernel, stride, pad ?? kernel / 2, group, bias: false), activation);

    /// <inheritdoc cref="ConvNorm(string, Value, int, int, int, int, Activation, int?)"/>
    internal Value ConvNorm(string name, Value x, int outputs, Kernel kernel, int group = 1, Activation activation = Activation.None) =>
        Norm(name, Conv(name, x, outputs, kernel, group, bias: false), activation);

    /// <summary>Depthwise convolution, batch normalisation, activation.</summary>
    internal Value DepthwiseNorm(string name, Value x, int kernel, int stride, Activation activation) =>
        ConvNorm(name, x, Channels(x), kernel, stride, Channels(x), activation);

    /// <summary>Convolutions in a row, each with batch normalisation and an activation; channels times the width.</summary>
    internal Value Chain(string name, Value x, Activation activation, params (int Outputs, Kernel Kernel)[] layers)
    {
        for (int i = 0; i < layers.Length; i++)
            x = ConvNorm(layers.Length == 1 ? name : $"{name}.{i + 1}", x, Scaled(layers[i].Outputs), layers[i].Kernel, activation: activation);
        return x;
    }

    /// <summary>Batch normalisation, activation.</summary>
    internal Value Norm(string name, Value x, Activation activation = Activation.None)
    {
        int channels = Channels(x);
        Value y = Op("BatchNormalization", $"{name}.bn", [x, PerChannel("gamma", 1), PerChannel("beta", 0), PerChannel("mean", 0), PerChannel("variance", 1)],
            static a => a.Set("epsilon", 1e-5f));
        return Activate(name, y, activation);

        Value PerChannel(string what, float value) => Parameter($"{name}.bn.{what}", value, channels);
    }

    /// <summary>Convolution with a square kernel and the same padding on all sides.</summary>
    internal Value Conv(string name, Value x, int outputs, int kernel, int stride, int pad, int group, bool bias) =>
        Conv(name, x, outputs, new Kernel(kernel, stride).Padded(pad), group, bias);

    /// <summary>Convolution.</summary>
    internal Value Conv(string name, Value x, int outputs, Kernel kernel, int group = 1, bool bias = true)
    {
        Value weight = Weight(name, outputs, Channels(x) / group, kernel.Height, kernel.Width);
        return Op("Conv", name, bias ? [x, weight, Bias(name, outputs)] : [x, weight], a => kernel.Describe(a).Set("group", group));
    }

    /// <summary>Convolution with a bias, activation; channels times the width.</summary>
    internal Value ConvAct(string name, Value x, int outputs, Kernel kernel, Activation activation = Activation.Relu, int group = 1) =>
        Activate(name, Conv(name, x, Scaled(outputs), kernel, group), activation);

    /// <summary>The layer that made <paramref name="like"/> once more, with the same weights, on another input.</summary>
    internal Value Again(string name, Value x, Value like)
    {
        Node layer = like.Producer!;
        return Op(layer.OpType, name, [x, .. layer.Inputs.Skip(1)], layer.Attributes.CopyTo);
    }

    /// <summary>Convolution of a volume [1, channels, depth, height, width] with a cube of 3, which keeps its size.</summary>
    internal Value VolumeConv(string name, Value x, int outputs)
    {
        int[] cube = [3, 3, 3], pads = [1, 1, 1, 1, 1, 1];
        return Op("Conv", name, [x, Weight(name, outputs, Channels(x), 3, 3, 3), Bias(name, outputs)], a => a.Set("kernel_shape", cube).Set("pads", pads));
    }

    /// <summary>Max pool of a volume by windows that do not overlap.</summary>
    internal Value VolumePool(string name, Value x, int[] window, int[] pads) =>
        Op("MaxPool", name, [x], a => a.Set("kernel_shape", window).Set("strides", window).Set("pads", pads));

    /// <summary>Convolution whose kernel reads at places that another convolution names (Dai et al., Deformable Convolutional Networks, 2017).</summary>
    internal Value DeformableConv(string name, Value x, int outputs, Kernel kernel)
    {
        Value offsets = Conv($"{name}.offsets", x, 2 * kernel.Height * kernel.Width, kernel);
        return Op("DeformConv", name, [x, Weight(name, outputs, Channels(x), kernel.Height, kernel.Width), offsets], a => kernel.Describe(a));
    }

    /// <summary>Transposed convolution.</summary>
    internal Value Deconv(string name, Value x, int outputs, int kernel, int stride, int pad, bool bias)
    {
        // Every output meets kernel / stride of the taps in each direction.
        double taps = (double)kernel / stride;
        Value weight = Noise($"{name}.weight", Math.Sqrt(2 / (Channels(x) * taps * taps)), Channels(x), outputs, kernel, kernel);
        return Op("ConvTranspose", name, bias ? [x, weight, Bias(name, outputs)] : [x, weight], a => new Kernel(kernel, stride).Padded(pad).Describe(a));
    }

    /// <summary>Fully connected layer on a row.</summary>
    internal Value Dense(string name, Value x, int outputs) =>
        Op("Gemm", name, [x, Weight(name, outputs, Channels(x)), Bias(name, outputs)], static a => a.Set("transB", 1));

    internal Value Activate(string name, Value x, Activation activation) => activation switch
    {
        Activation.Relu => Op("Relu", $"{name}.relu", [x]),
        Activation.Relu6 => Op("Clip", $"{name}.relu6", [x, Scalar($"{name}.relu6.min", 0), Scalar($"{name}.relu6.max", 6)]),
        Activation.HardSwish => Op("HardSwish", $"{name}.hardswish", [x]),
        Activation.Silu => Op("Silu", $"{name}.silu", [x], domain: Graph.EdgeKitDomain),
        Activation.Gelu => Op("Gelu", $"{name}.gelu", [x]),
        Activation.Tanh => Op("Tanh", $"{name}.tanh", [x]),
        Activation.Sigmoid => Op("Sigmoid", $"{name}.sigmoid", [x]),
        Activation.Elu => Op("Elu", $"{name}.elu", [x], static a => a.Set("alpha", 1f)),
        Activation.LeakyRelu => Op("LeakyRelu", $"{name}.leaky", [x], static a => a.Set("alpha", 0.2f)),
        _ => x,
    };

    internal Value MaxPool(string name, Value x, int kernel, int stride, int pad, bool ceil = false) =>
        Op("MaxPool", name, [x], a => a.SetWindow(kernel, stride, pad).Set("ceil_mode", ceil));

    internal Value AveragePool(string name, Value x, int kernel, int stride, int pad) =>
        Op("AveragePool", name, [x], a => a.SetWindow(kernel, stride, pad).Set("count_include_pad", 1));

    internal Value GlobalPool(string name, Value x) => Op("GlobalAveragePool", name, [x]);

    internal Value GlobalMaxPool(string name, Value x) => Op("GlobalMaxPool", name, [x]);

    /// <summary>Local response normalisation (Krizhevsky et al., 2012).</summary>
    internal Value LocalResponseNorm(string name, Value x) => Op("LRN", name, [x], static a => a.Set("size", 5).Set("alpha", 1e-4f).Set("beta", 0.75f).Set("bias", 1f));

    internal Value Add(string name, Value a, Value b) => Op("Add", name, [a, b]);

    internal Value Subtract(string name, Value a, Value b) => Op("Sub", name, [a, b]);

    internal Value Multiply(string name, Value a, Value b) => Op("Mul", name, [a, b]);

    internal Value Scale(string name, Value x, float factor) => Op("Mul", name, [x, Scalar($"{name}.factor", factor)]);

    /// <summary>
    /// A learned factor for each channel of a map (Touvron et al., Going deeper with Image Transformers, 2021). Training starts from 1e-5 or less, which would hide
    /// the branch from every comparison of untrained networks.
    /// </summary>
    internal Value LayerScale(string name, Value x) => Multiply(name, x, Parameter($"{name}.gamma", 0.5f, Channels(x), 1, 1));

    internal Value Concat(string name, params Value[] parts) => Join(name, 1, parts);

    internal Value Join(string name, int axis, params Value[] parts) => Op("Concat", name, parts, a => a.Set("axis", axis));

    /// <summary>The two halves of the channels.</summary>
    internal (Value First, Value Second) Halve(string name, Value x)
    {
        Value[] halves = Split(name, x, 1, Channels(x) / 2, Channels(x) / 2);
        return (halves[0], halves[1]);
    }

    internal Value Shuffle(string name, Value x, int groups) => Op("ChannelShuffle", name, [x], a => a.Set("groups", groups), Graph.EdgeKitDomain);

    /// <summary>Twice the height and width, each element repeated.</summary>
    internal Value Double(string name, Value x) =>
        Op("Resize", name, [x, null, Factors(name, 2)],
            static a => a.Set("mode", "nearest").Set("coordinate_transformation_mode", "asymmetric").Set("nearest_mode", "floor"));

    /// <summary>A multiple of the height and width, bilinear.</summary>
    internal Value Enlarge(string name, Value x, int factor) => Op("Resize", name, [x, null, Factors(name, factor)], Bilinear);

    /// <summary>The size of another map, bilinear.</summary>
    internal Value EnlargeTo(string name, Value x, Value like)
    {
        IsSizeFixed = true;
        return Op("Resize", name, [x, null, null, Numbers($"{name}.sizes", 1, Channels(x), like.Dims[2], like.Dims[3])], Bilinear);
    }

    /// <summary>The part of a map that begins at <paramref name="offset"/> and has the size of another.</summary>
    internal Value Crop(string name, Value x, int offset, Value like)
    {
        IsSizeFixed = true;
        return Op("Slice", name, [x, Numbers($"{name}.starts", offset, offset), Numbers($"{name}.ends", offset + like.Dims[2], offset + like.Dims[3]), Numbers($"{name}.axes", 2, 3)]);
    }

    /// <summary>Channels to squares of elements; the parts of a square are the outer dimension of the channels.</summary>
    internal Value DepthToSpace(string name, Value x, int side, string mode = "DCR") =>
        Op("DepthToSpace", name, [x], a => a.Set("blocksize", side).Set("mode", mode));

    /// <summary>A column of zeros at the right.</summary>
    internal Value PadRight(string name, Value x) => Op("Pad", name, [x, Numbers($"{name}.pads", 0, 0, 0, 0, 0, 0, 0, 1)]);

    /// <summary>Squeeze-and-excite: with a HardSigmoid gate as MobileNetV3 has it, or <paramref name="soft"/>, with a Sigmoid as its authors do.</summary>
    internal Value SqueezeExcite(string name, Value x, int squeezed, Activation inner = Activation.Relu, bool soft = false)
    {
        Value gate = GlobalPool($"{name}.pool", x);
        gate = Activate($"{name}.reduce", Conv($"{name}.reduce", gate, squeezed, 1, 1, 0, 1, bias: true), inner);
        gate = Conv($"{name}.expand", gate, Channels(x), 1, 1, 0, 1, bias: true);
        gate = soft ? Op("Sigmoid", $"{name}.gate", [gate]) : Op("HardSigmoid", $"{name}.gate", [gate], static a => a.Set("alpha", 1 / 6f).Set("beta", 0.5f));
        return Op("Mul", $"{name}.scale", [x, gate]);
    }

    /// <summary>Global pool and Flatten: one row of features.</summary>
    internal Value Features(Value x) => Op("Flatten", "flatten", [GlobalPool("pool", x)], static a => a.Set("axis", 1));

    /// <summary>All elements of a map as one row.</summary>
    internal Value Flatten(string name, Value x)
    {
        IsSizeFixed = true;
        return Op("Flatten", name, [x], static a => a.Set("axis", 1));
    }

    /// <summary>The last layer.</summary>
    internal Value Classify(Value features) => Dense("classifier", features, _options.Classes);

    private Value Factors(string name, float factor) => Graph.NewConstant($"{name}.scales", Tensor.Of([1f, 1f, factor, factor], 4));

    private static void Bilinear(AttributeMap attributes) => attributes.Set("mode", "linear").Set("coordinate_transformation_mode", "half_pixel");

    private Value Scalar(string name, float value) => Graph.NewConstant(name, Tensor.Scalar(value));

    private Value Bias(string name, int outputs) => Parameter($"{name}.bias", 0, outputs);
}
