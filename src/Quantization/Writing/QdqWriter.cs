using EdgeKit.Onnx;

namespace EdgeKit.Quantization;

/// <summary>
/// Rewrites a float graph into QDQ form: every quantized activation goes through one QuantizeLinear and one DequantizeLinear that its INT8 readers
/// share, weights and biases are integer constants behind a DequantizeLinear. Constant operands of arithmetic stay float: with one computed operand
/// such an operator is a table. Names are made from the float value's:
/// <c>V_quantized</c>, <c>V_scale</c>, <c>V_zero_point</c>, <c>V_dequantized</c>; graph outputs keep their names and stay float.
/// </summary>
internal sealed class QdqWriter
{
    private readonly Graph _graph;
    private readonly IReadOnlyDictionary<string, QuantizedTensor> _tensors;
    private readonly HashSet<string> _quantizedNodes;

    private QdqWriter(QuantizationPlan plan, IReadOnlyDictionary<string, QuantizedTensor> tensors)
    {
        _graph = plan.Graph.Clone();
        _graph.Opset = Math.Max(13, _graph.Opset);
        _tensors = tensors;
        _quantizedNodes = plan.Graph.Nodes.Where(plan.IsQuantized).Select(static n => n.Name).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Writes the QDQ graph.</summary>
    /// <param name="plan">What is quantized; its graph is left as it is.</param>
    /// <param name="tensors">How every value of the plan is quantized, by name.</param>
    /// <param name="layers">The integer weights of every layer of the plan, by node name.</param>
    public static Graph Write(QuantizationPlan plan, IReadOnlyDictionary<string, QuantizedTensor> tensors, IReadOnlyDictionary<string, QuantizedLayer> layers)
    {
        var writer = new QdqWriter(plan, tensors);
        Dictionary<string, Node> nodes = writer._graph.Nodes.ToDictionary(static n => n.Name, StringComparer.Ordinal);
        foreach (Value v in plan.Values) writer.InsertPair(writer._graph.Find(v.Name)!);
        foreach (Node node in plan.WeightedNodes)
            writer.WriteWeights(nodes[node.Name], layers[node.Name], tensors[node.Input(0).Name].Parameters.Scale);
        writer._graph.RemoveDead();
        return writer._graph;
    }

    private void InsertPair(Value value)
    {
        string name = value.Name;
        QuantizationParameters p = _tensors[name].Parameters;
        bool isQuantizedResult = value.Producer is { } producer && _quantizedNodes.Contains(producer.Name);
        Node[] readers = [.. value.Consumers.Where(n => isQuantizedResult || _quantizedNodes.Contains(n.Name)).Distinct()];

        Value scale = _graph.NewConstant(name + "_scale", Tensor.Scalar(p.Scale));
        Value zeroPoint = _graph.NewConstant(name + "_zero_point", Integer(p.ZeroPoint, p.Type));
        Value?[] operands = [value, scale, zeroPoint];
        Node quantize = value.Producer is null
            ? _graph.InsertBefore(_graph.Nodes[0], "QuantizeLinear", operands, 1, name + "_quantized")
            : _graph.InsertAfter(value.Producer, "QuantizeLinear", operands, 1, name + "_quantized");
        Describe(quantize.Output, p.Type, value.Shape);
        Node dequantize = _graph.InsertAfter(quantize, "DequantizeLinear", [quantize.Output, scale, zeroPoint], 1, name + "_dequantized");
        Describe(dequantize.Output, ElementType.Float, value.Shape);

        foreach (Node reader in readers)
        {
            for (int i = 0; i < reader.Inputs.Count; i++)
                if (ReferenceEquals(reader.Inputs[i], value)) reader.SetInput(i, dequantize.Output);
        }
        if (!isQuantizedResult || !_graph.IsOutput(value)) return;
        _graph.Rename(value, name + "_float");
        _graph.Rename(dequantize.Output, name);
        for (int i = 0; i < _graph.Outputs.Count; i++)
            if (ReferenceEquals(_graph.Outputs[i], value)) _graph.SetOutput(i, dequantize.Output);
    }

    private void WriteWeights(Node node, QuantizedLayer layer, float inputScale)
    {
        string weight = node.Input(1).Name, bias = node.Optional(2)?.Name ?? node.Name + "_bias";
        node.SetInput(1, Dequantized(node, weight, layer.Weight, layer.Scales, layer.Axis));
        if (layer.Bias is null) return;
        (int[] codes, float[] scales) = WeightQuantizer.Bias(layer.Bias, layer.Scales, inputScale);
        node.SetInput(2, Dequantized(node, bias, Tensor.Of(codes, codes.Length), scales, 0));
    }

    private Value Dequantized(Node reader, string name, Tensor integers, float[] scales, int axis)
    {
        bool single = scales.Length == 1 && integers.Shape[axis] > 1;
        int[] shape = single ? [] : [scales.Length];
        Node dequantize = _graph.InsertBefore(reader, "DequantizeLinear",
            [
                _graph.NewConstant(name + "_quantized", integers),
                _graph.NewConstant(name + "_scale", Tensor.Of(scales, shape)),
                _graph.NewConstant(name + "_zero_point", Tensor.Zeros(integers.Type, shape)),
            ], 1, name + "_dequantized");
        if (!single) dequantize.Attributes.Set("axis", axis);
        Describe(dequantize.Output, ElementType.Float, integers.Shape);
        return dequantize.Output;
    }

    private static Tensor Integer(int value, ElementType type) =>
        type == ElementType.UInt8 ? Tensor.Scalar((byte)value) : Tensor.Scalar((sbyte)value);

    private static void Describe(Value value, ElementType type, int[]? shape)
    {
        value.Type = type;
        value.Shape = shape;
    }
}
