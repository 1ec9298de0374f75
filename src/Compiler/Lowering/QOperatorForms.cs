using EdgeKit.Onnx;

namespace EdgeKit.Compiler.Lowering;

/// <summary>Models in the QOperator form (QLinearConv and its kin) as QDQ: the lowering then knows one form only.</summary>
internal static class QOperatorForms
{
    /// <summary>The operators that are rewritten.</summary>
    public static IReadOnlyList<string> Operators { get; } = ["QLinearAdd", "QLinearConcat", "QLinearConv", "QLinearGlobalAveragePool", "QLinearMatMul"];

    /// <summary>The graph itself where it has no such operators, else a copy in QDQ form.</summary>
    public static Graph ToQdq(Graph source)
    {
        if (!source.Nodes.Any(static n => Operators.Contains(n.OpType))) return source;
        Graph graph = source.Clone();
        foreach (Node node in graph.Nodes.ToArray())
        {
            switch (node.OpType)
            {
                case "QLinearConv": Product(graph, node, "Conv", weightAxis: 0); break;
                case "QLinearMatMul": Product(graph, node, "MatMul", weightAxis: 1); break;
                case "QLinearAdd": Rewrite(graph, node, "Add", [Dequantized(graph, node, 0), Dequantized(graph, node, 3)], 6); break;
                case "QLinearGlobalAveragePool": Rewrite(graph, node, "GlobalAveragePool", [Dequantized(graph, node, 0)], 3); break;
                case "QLinearConcat":
                    Rewrite(graph, node, "Concat", [.. Enumerable.Range(0, (node.Inputs.Count - 2) / 3).Select(i => Dequantized(graph, node, 2 + 3 * i))], 0);
                    break;
            }
        }
        graph.RemoveDead();
        return graph;
    }

    private static void Product(Graph graph, Node node, string opType, int weightAxis)
    {
        if (node.Attributes.Int("channels_last", 0) != 0) throw ModelException.At(node, "is channels-last, which is not supported");
        Value x = Dequantized(graph, node, 0), w = Dequantized(graph, node, 3, weightAxis);
        var inputs = new List<Value> { x, w };
        if (opType == "Conv" && node.Optional(8) is { } bias)
        {
            float[] weightScales = (node.ConstantInput(4) ?? throw ModelException.At(node, "has computed scales")).ToFloats();
            float inputScale = (node.ConstantInput(1) ?? throw ModelException.At(node, "has computed scales")).ToFloats()[0];
            float[] scales = Array.ConvertAll(weightScales, s => s * inputScale);
            Value scale = graph.NewConstant($"{node.Name}_bias_scale", scales.Length == 1 ? Tensor.Scalar(scales[0]) : Tensor.Of(scales, scales.Length));
            Value zero = graph.NewConstant($"{node.Name}_bias_zero_point", Tensor.Zeros(ElementType.Int32, scale.Constant!.Shape));
            Node dequantize = graph.InsertBefore(node, "DequantizeLinear", [bias, scale, zero]);
            dequantize.Attributes.Set("axis", 0);
            Typed(dequantize.Output, bias.Shape);
            inputs.Add(dequantize.Output);
        }
        Rewrite(graph, node, opType, [.. inputs], 6);
    }

    private static void Rewrite(Graph graph, Node node, string opType, Value[] inputs, int outputParameters)
    {
        Node float32 = graph.InsertBefore(node, opType, inputs);
        foreach ((string name, object value) in node.Attributes.Entries) float32.Attributes.Set(name, value);
        Typed(float32.Output, node.Output.Shape);
        Node quantize = graph.InsertBefore(node, "QuantizeLinear", [float32.Output, node.Input(outputParameters), node.Optional(outputParameters + 1)]);
        quantize.Output.Type = node.Output.Type;
        quantize.Output.Shape = node.Output.Shape;
        graph.ReplaceUses(node.Output, quantize.Output);
    }

    private static Value Dequantized(Graph graph, Node node, int input, int axis = 1)
    {
        Node dequantize = graph.InsertBefore(node, "DequantizeLinear", [node.Input(input), node.Input(input + 1), node.Optional(input + 2)]);
        dequantize.Attributes.Set("axis", axis);
        Typed(dequantize.Output, node.Input(input).Shape);
        return dequantize.Output;
    }

    private static void Typed(Value value, int[]? shape)
    {
        value.Type = ElementType.Float;
        value.Shape = shape;
    }
}
