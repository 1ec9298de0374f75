using EdgeKit.Onnx;

namespace EdgeKit.Training.Quantizing;

/// <summary>
/// A quantized model in a form that learns: float arithmetic on values that are rounded to the steps of 8 bits, as the integer engine rounds them. It is made
/// from the model's QDQ form, so that exactly what is stored in 8 bits there is rounded here.
/// </summary>
public sealed class FakeQuantization
{
    /// <summary>The operator that rounds an activation: inputs the activation and the logarithm to base 2 of its scale.</summary>
    public const string Operator = "FakeQuantize";

    private readonly Dictionary<string, List<string>> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (int ZeroPoint, int Minimum, int Maximum)> _grids = new(StringComparer.Ordinal);

    private readonly HashSet<string> _fixed = new(StringComparer.Ordinal);

    private FakeQuantization(Graph graph, IReadOnlyList<QuantizedWeight> weights)
    {
        Graph = graph;
        Weights = weights;
    }

    /// <summary>The graph that learns; its weights and biases have the names that they have in the float graph.</summary>
    public Graph Graph { get; }

    /// <summary>The weights that are rounded to 8 bits.</summary>
    public IReadOnlyList<QuantizedWeight> Weights { get; }

    /// <summary>Names of the constants with logarithms of scales that do not learn.</summary>
    public IReadOnlySet<string> Fixed => _fixed;

    /// <summary>Makes the graph.</summary>
    /// <param name="qdq">The quantized model in QDQ form.</param>
    /// <param name="floatGraph">The float model that it was made from, with the same node and value names.</param>
    /// <param name="group">The values that must share a scale have the same number.</param>
    /// <param name="isKnown">Whether a value's range is known without looking at pictures, so that it does not learn.</param>
    public static FakeQuantization Of(Graph qdq, Graph floatGraph, Func<string, int> group, Predicate<string> isKnown)
    {
        Graph graph = qdq.Clone();
        var weights = new List<QuantizedWeight>();
        var result = new FakeQuantization(graph, weights);
        var originals = floatGraph.Nodes.ToDictionary(static n => n.Name, StringComparer.Ordinal);
        foreach (Node node in graph.Nodes.ToArray())
        {
            if (!node.Is("DequantizeLinear")) continue;
            if (node.Input(0).Producer is { } quantize) result.RoundActivation(quantize, node, group, isKnown);
            else result.RestoreConstant(node, originals, weights);
        }
        graph.RemoveDead();
        return result;
    }

    /// <summary>The float graph with the weights and biases that were learned.</summary>
    /// <param name="floatGraph">The graph that it was made from; it is not changed.</param>
    public Graph Learned(Graph floatGraph)
    {
        Graph result = floatGraph.Clone();
        var learned = Graph.Nodes.ToDictionary(static n => n.Name, StringComparer.Ordinal);
        foreach (Node node in result.Nodes)
        {
            if (!learned.TryGetValue(node.Name, out Node? trained) || trained.OpType != node.OpType) continue;
            for (int i = 1; i < trained.Inputs.Count; i++)
            {
                if (trained.Optional(i) is not { Constant: { Type: ElementType.Float } values } constant) continue;
                if (node.Optional(i) is { IsConstant: true } own) Graph.SetConstant(own, values);
                else if (node.Optional(i) is null) node.SetInput(i, result.NewConstant(constant.Name, values));
            }
        }
        return result;
    }

    /// <summary>The range of every activation now, by the value's name in the float graph.</summary>
    public Dictionary<string, (float Low, float High)> Ranges()
    {
        var ranges = new Dictionary<string, (float, float)>(StringComparer.Ordinal);
        foreach ((string constant, (int zeroPoint, int minimum, int maximum)) in _grids)
        {
            float scale = MathF.Pow(2, Graph.Find(constant)!.Constant!.ToFloats()[0]);
            foreach (string value in _values[constant]) ranges[value] = (scale * (minimum - zeroPoint), scale * (maximum - zeroPoint));
        }
        return ranges;
    }

    private void RoundActivation(Node quantize, Node dequantize, Func<string, int> group, Predicate<string> isKnown)
    {
        Value x = quantize.Input(0);
        // A graph output's float value was renamed when it was quantized: the pair is named after it as it was.
        string original = quantize.Name.EndsWith("_quantized", StringComparison.Ordinal) ? quantize.Name[..^"_quantized".Length] : x.Name;
        string name = $"log2_scale_{group(original)}";
        Tensor zero = quantize.ConstantInput(2)!;
        int zeroPoint = zero.ToInt32s()[0];
        bool unsigned = zero.Type == ElementType.UInt8;
        int minimum = unsigned ? byte.MinValue : sbyte.MinValue, maximum = unsigned ? byte.MaxValue : sbyte.MaxValue;
        Value scale = Graph.Find(name) ?? Graph.NewConstant(name, Tensor.Of([MathF.Log2(quantize.ConstantInput(1)!.ToFloats()[0])], 1));
        // A symmetric range has its ends at -127 and 127, though -128 can be stored.
        _grids[name] = (zeroPoint, unsigned ? minimum : -maximum, maximum);
        if (!_values.TryGetValue(name, out List<string>? values)) _values[name] = values = [];
        values.Add(original);
        if (isKnown(original)) _fixed.Add(name);

        Node round = Graph.InsertBefore(dequantize, Operator, [x, scale], 1, dequantize.Name + "_fake", Graph.EdgeKitDomain);
        round.Attributes.Set("zero_point", zeroPoint).Set("minimum", minimum).Set("maximum", maximum);
        round.Output.Type = ElementType.Float;
        round.Output.Shape = dequantize.Output.Shape;
        Graph.ReplaceUses(dequantize.Output, round.Output);
    }

    /// <summary>
    /// Puts float numbers in the place of integer ones: biases as they were stored, weights as near to what they were as rounds to what was stored. So learning goes on from what rounding and
    /// correction have chosen, and a weight that nearly rounded to the next step has not far to go.
    /// </summary>
    private void RestoreConstant(Node dequantize, Dictionary<string, Node> originals, List<QuantizedWeight> weights)
    {
        Node reader = dequantize.Output.Consumers[0];
        int input = reader.Inputs.ToList().IndexOf(dequantize.Output);
        Value? original = originals.GetValueOrDefault(reader.Name)?.Optional(input);
        Tensor codes = dequantize.ConstantInput(0)!;
        float[] scales = dequantize.ConstantInput(1)!.ToFloats();
        int axis = scales.Length > 1 ? dequantize.Attributes.Int("axis", 1) : 0;
        Tensor values = Dequantized(codes, scales, axis, input == 1 ? original!.Constant!.ToFloats() : null);
        Value constant = Graph.NewConstant(original?.Name ?? reader.Name + "_bias", values);
        reader.SetInput(input, constant);
        if (input == 1) weights.Add(new QuantizedWeight(constant.Name, axis, PerChannel: scales.Length > 1 || values.Shape[axis] == 1));
    }

    private static Tensor Dequantized(Tensor codes, float[] scales, int axis, float[]? exact)
    {
        const float Half = 0.49f;
        int inner = Tensor.ElementCount(codes.Shape.AsSpan(axis + 1));
        return Tensor.Of([.. codes.ToInt32s().Select((code, i) =>
        {
            float scale = scales[i / inner % scales.Length], value = code * scale;
            return exact is null ? value : Math.Clamp(exact[i], value - Half * scale, value + Half * scale);
        })], codes.Shape);
    }
}

/// <summary>A weight that is stored in 8 bits.</summary>
/// <param name="Name">Name of the constant.</param>
/// <param name="Axis">The axis with one scale an index.</param>
/// <param name="PerChannel">Whether each index has a scale of its own, or all have one.</param>
public sealed record QuantizedWeight(string Name, int Axis, bool PerChannel);
