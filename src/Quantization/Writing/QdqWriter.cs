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
    private readonly Dictionary<string, QuantizationParameters> _parameters;
    private readonly HashSet<string> _quantizedNodes;
    private readonly Dictionary<Value, float> _scaleOfDequantized = [];

    private QdqWriter(QuantizationPlan plan, Dictionary<string, QuantizationParameters> parameters)
    {
        _graph = plan.Graph.Clone();
        _graph.Opset = Math.Max(13, _graph.Opset);
        _parameters = parameters;
        _quantizedNodes = plan.Graph.Nodes.Where(plan.IsQuantized).Select(static n => n.Name).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Writes the QDQ graph.</summary>
    /// <param name="plan">What is quantized; its graph is left as it is.</param>
    /// <param name="parameters">Scale and zero point of every value of the plan, by name.</param>
    public static Graph Write(QuantizationPlan plan, Dictionary<string, QuantizationParameters> parameters)
    {
        var writer = new QdqWriter(plan, parameters);
        Node[] nodes = [.. writer._graph.Nodes];
        foreach (Value v in plan.Values) writer.InsertPair(writer._graph.Find(v.Name)!);
        foreach (Node node in nodes)
        {
            if (writer._quantizedNodes.Contains(node.Name) && QuantizableOperators.KindOf(node) == OperatorKind.Weighted) writer.WriteWeights(node);
        }
        writer._graph.RemoveDead();
        return writer._graph;
    }

    private void InsertPair(Value value)
    {
        string name = value.Name;
        QuantizationParameters p = _parameters[name];
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
        _scaleOfDequantized[dequantize.Output] = p.Scale;

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

    private void WriteWeights(Node node)
    {
        int axis = ChannelAxis(node);
        Value weight = node.Input(1);
        Value? bias = node.Optional(2);
        QuantizedWeights q = WeightQuantizer.Quantize(weight.Constant!, axis, bias?.Constant, _scaleOfDequantized[node.Input(0)]);
        node.SetInput(1, Dequantized(node, weight.Name, q.Weight, q.Scales, axis));
        if (q.Bias is not null) node.SetInput(2, Dequantized(node, bias!.Name, q.Bias, q.BiasScales, 0));
    }

    private Value Dequantized(Node reader, string name, Tensor integers, float[] scales, int axis)
    {
        Node dequantize = _graph.InsertBefore(reader, "DequantizeLinear",
            [
                _graph.NewConstant(name + "_quantized", integers),
                _graph.NewConstant(name + "_scale", Tensor.Of(scales, scales.Length)),
                _graph.NewConstant(name + "_zero_point", Tensor.Zeros(integers.Type, scales.Length)),
            ], 1, name + "_dequantized");
        dequantize.Attributes.Set("axis", axis);
        Describe(dequantize.Output, ElementType.Float, integers.Shape);
        return dequantize.Output;
    }

    /// <summary>
    /// The weight axis with one scale an index. ConvTranspose weights are [in, out/groups, ...]: the scales along axis 1 serve every group,
    /// except in a depthwise one, where axis 0 is the channel.
    /// </summary>
    private static int ChannelAxis(Node node)
    {
        int[] shape = node.ConstantInput(1)!.Shape;
        return node.OpType switch
        {
            "Conv" => 0,
            "ConvTranspose" => node.Attributes.Int("group", 1) == shape[0] && shape[1] == 1 ? 0 : 1,
            "Gemm" => node.Attributes.Int("transB", 0) != 0 ? 0 : 1,
            _ => 1,
        };
    }

    private static Tensor Integer(int value, ElementType type) =>
        type == ElementType.UInt8 ? Tensor.Scalar((byte)value) : Tensor.Scalar((sbyte)value);

    private static void Describe(Value value, ElementType type, int[]? shape)
    {
        value.Type = type;
        value.Shape = shape;
    }
}
