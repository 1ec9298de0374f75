using EdgeKit.Onnx.Expansions;
using EdgeKit.Onnx.Shapes;

namespace EdgeKit.Onnx.Networks;

/// <summary>Builds a network layer by layer; the shape of every value is known as soon as it is made.</summary>
internal sealed partial class NetBuilder
{
    private readonly Random _random;
    private readonly ZooOptions _options;
    private readonly bool _outline;

    internal NetBuilder(ZooOptions options)
        : this(options, options.Size, options.Size)
    {
    }

    internal NetBuilder(ZooOptions options, int width, int height)
        : this(options, [1, 3, height, width])
    {
    }

    /// <summary>A builder of a network with one input.</summary>
    /// <param name="options">Width, classes and seed.</param>
    /// <param name="input">Shape of the input.</param>
    /// <param name="outline">Whether weights are left zero, which takes no memory until somebody reads them: for counts.</param>
    internal NetBuilder(ZooOptions options, int[] input, bool outline = false)
    {
        _options = options;
        _outline = outline;
        _random = new Random(options.Seed);
        Input = Graph.AddInput("input", ElementType.Float, input);
    }

    internal Graph Graph { get; } = new();

    internal Value Input { get; }

    internal double Width => _options.Width;

    internal int Classes => _options.Classes;

    /// <summary>Whether something depends on the size of the maps, so that the graph runs at the size it was built for only.</summary>
    internal bool IsSizeFixed { get; private set; }

    /// <summary>Channels of a feature map, or features of a row.</summary>
    internal static int Channels(Value value) => value.Dims[1];

    /// <summary>
    /// <paramref name="channels"/> times the width multiplier, to the nearest multiple of 8 that is not more than 10 % below (the rule of MobileNetV2's code).
    /// </summary>
    internal int Scaled(double channels) => MakeDivisible(channels * Width);

    /// <summary><paramref name="channels"/> times the width multiplier, to the nearest multiple of <paramref name="multiple"/>.</summary>
    internal int Scaled(double channels, int multiple) => Math.Max(1, (int)Math.Round(channels * Width / multiple)) * multiple;

    /// <summary>The nearest multiple of 8, at least 8, that is not more than 10 % below <paramref name="channels"/>.</summary>
    internal static int MakeDivisible(double channels)
    {
        int rounded = Math.Max(8, (int)(channels + 4) / 8 * 8);
        return rounded < 0.9 * channels ? rounded + 8 : rounded;
    }

    /// <summary>A further input.</summary>
    internal Value AddInput(string name, params int[] shape) => Graph.AddInput(name, ElementType.Float, shape);

    /// <summary>Makes a value an output under a name.</summary>
    internal void Output(string name, Value value)
    {
        Graph.Rename(value, name);
        Graph.AddOutput(value);
    }

    /// <summary>A learned tensor whose elements all start with one value.</summary>
    internal Value Parameter(string name, float value, params int[] shape)
    {
        Tensor tensor = Tensor.Zeros(ElementType.Float, shape);
        if (value != 0 && !_outline) tensor.AsSpan<float>().Fill(value);
        return Graph.NewConstant(name, tensor);
    }

    /// <summary>A learned tensor of normally distributed elements.</summary>
    internal Value Noise(string name, double sigma, params int[] shape)
    {
        Tensor tensor = Tensor.Zeros(ElementType.Float, shape);
        if (!_outline) Gaussian.Fill(_random, tensor.AsSpan<float>(), sigma);
        return Graph.NewConstant(name, tensor);
    }

    /// <summary>Adds an operator and infers what it gives.</summary>
    private Value Op(string opType, string name, IEnumerable<Value?> inputs, Action<AttributeMap>? describe = null, string domain = "") =>
        Op(opType, name, 1, inputs, describe, domain)[0];

    /// <summary>Adds an operator of several outputs; one that is written as others is written so at once.</summary>
    private Value[] Op(string opType, string name, int outputs, IEnumerable<Value?> inputs, Action<AttributeMap>? describe = null, string domain = "")
    {
        Node node = Graph.Append(opType, inputs, outputs, name, domain);
        describe?.Invoke(node.Attributes);
        string[] names = [.. node.Outputs.Select(static v => v.Name)];
        // Nobody reads the results yet, and of a recurrent layer only what is read is written.
        foreach (Value v in node.Outputs) Graph.AddOutput(v);
        Infer(node);
        Value[] results = [.. names.Select(n => Graph.Find(n)!)];
        foreach (Value v in results) Graph.RemoveOutput(v);
        return results;

        static void Infer(Node node)
        {
            if (!Expander.TryExpand(node, Infer)) ShapeRules.Apply(node);
        }
    }

    private Value Numbers(string name, params long[] values) => Graph.NewConstant(name, Tensor.Vector(values));

    // He et al., Delving Deep into Rectifiers (2015), eq. 10.
    private Value Weight(string name, params int[] shape) => Noise($"{name}.weight", Math.Sqrt(2.0 * shape[0] / Tensor.ElementCount(shape)), shape);
}
