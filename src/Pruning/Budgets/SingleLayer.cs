using EdgeKit.Onnx;

namespace EdgeKit.Pruning.Budgets;

/// <summary>Graphs of one layer of a given shape, in float or in QDQ form, to be timed. What the weights are does not matter for that.</summary>
internal sealed class SingleLayer
{
    // Of no consequence: any that are valid.
    private const float Scale = 0.05f;

    private readonly Graph _graph = new() { Name = "layer" };
    private readonly LayerShape _shape;

    private SingleLayer(LayerShape shape) => _shape = shape;

    /// <summary>The graph of a layer; its only operators besides quantization are the layer.</summary>
    public static Graph Create(LayerShape shape)
    {
        var layer = new SingleLayer(shape);
        layer.Build();
        return layer._graph;
    }

    private void Build()
    {
        int inputs = _shape.Kind is LayerKind.Dense ? _shape.Inputs : _shape.Outputs;
        (int height, int top) = Extent(_shape.Height, _shape.KernelHeight);
        (int width, int left) = Extent(_shape.Width, _shape.KernelWidth);
        int[] dims = [1, inputs, height, width];
        int count = _shape.Kind == LayerKind.Binary ? 2 : 1;
        Value[] x = [.. Enumerable.Range(0, count).Select(i => Quantized(_graph.AddInput($"x{i}", ElementType.Float, dims)))];
        Node node = _shape.Kind switch
        {
            LayerKind.Dense => _graph.Append("Conv", [x[0], Weights(inputs / _shape.Groups), Bias()]),
            LayerKind.Depthwise => _graph.Append("Conv", [x[0], Weights(1), Bias()]),
            LayerKind.Binary => _graph.Append("Add", x),
            LayerKind.Pool => _graph.Append("AveragePool", x),
            _ => _graph.Append("HardSwish", x),
        };
        if (_shape.Kind is LayerKind.Dense or LayerKind.Depthwise) node.Attributes.Set("group", _shape.Kind == LayerKind.Depthwise ? inputs : _shape.Groups);
        if (_shape.Kind is LayerKind.Dense or LayerKind.Depthwise or LayerKind.Pool)
        {
            node.Attributes.Set("kernel_shape", new[] { _shape.KernelHeight, _shape.KernelWidth });
            node.Attributes.Set("strides", new[] { _shape.Stride, _shape.Stride });
            node.Attributes.Set("pads", new[] { top, left, top, left });
        }
        _graph.AddOutput(Quantized(node.Output));
        ShapeInference.Run(_graph);
    }

    // The extent of the input that gives the output's, with the usual padding; a window over the whole map has none.
    private (int Extent, int Padding) Extent(int output, int kernel)
    {
        int padding = output == 1 ? 0 : (kernel - 1) / 2;
        return ((output - 1) * _shape.Stride + kernel - 2 * padding, padding);
    }

    private Value Quantized(Value value)
    {
        if (!_shape.Int8) return value;
        Value scale = _graph.NewConstant("scale", Tensor.Scalar(Scale)), zeroPoint = _graph.NewConstant("zero_point", Tensor.Scalar((byte)128));
        Value integers = _graph.Append("QuantizeLinear", [value, scale, zeroPoint]).Output;
        return _graph.Append("DequantizeLinear", [integers, scale, zeroPoint]).Output;
    }

    private Value Weights(int depth)
    {
        int[] shape = [_shape.Outputs, depth, _shape.KernelHeight, _shape.KernelWidth];
        return _shape.Int8 ? Dequantized(Tensor.Zeros(ElementType.Int8, shape)) : _graph.NewConstant("w", Tensor.Zeros(ElementType.Float, shape));
    }

    private Value Bias() => _shape.Int8 ? Dequantized(Tensor.Zeros(ElementType.Int32, _shape.Outputs)) : _graph.NewConstant("b", Tensor.Zeros(ElementType.Float, _shape.Outputs));

    private Value Dequantized(Tensor integers)
    {
        float[] scales = new float[_shape.Outputs];
        Array.Fill(scales, integers.Type == ElementType.Int32 ? Scale * Scale : Scale);
        Node node = _graph.Append("DequantizeLinear",
            [_graph.NewConstant("w", integers), _graph.NewConstant("scale", Tensor.Of(scales, scales.Length)), _graph.NewConstant("zero_point", Tensor.Zeros(integers.Type, scales.Length))]);
        node.Attributes.Set("axis", 0);
        return node.Output;
    }
}
