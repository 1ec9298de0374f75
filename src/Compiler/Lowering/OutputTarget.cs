using EdgeKit.Onnx;

namespace EdgeKit.Compiler.Lowering;

/// <summary>
/// Where an operator's result goes once clamping activations and a quantization behind it are taken into it: the last value of the chain, the clamp, and
/// the INT8 parameters where the chain ends in QuantizeLinear.
/// </summary>
/// <param name="Value">The value that the plan's tensor stands for.</param>
/// <param name="Min">Lower bound, real.</param>
/// <param name="Max">Upper bound, real.</param>
/// <param name="Quantization">Scale and zero point (INT8) of the result; null when it is float.</param>
internal sealed record OutputTarget(Value Value, float Min, float Max, (float Scale, int ZeroPoint)? Quantization)
{
    private readonly List<Node> _chain = [];

    /// <summary>Lowest quantized result.</summary>
    public int MinInt8 => QuantizedBound(Min);

    /// <summary>Highest quantized result.</summary>
    public int MaxInt8 => QuantizedBound(Max);

    /// <summary>Follows the output of <paramref name="node"/> through Relu and Clip and, where <paramref name="quantized"/>, to a quantization, as far as nobody else reads what is between.</summary>
    public static OutputTarget After(Node node, bool quantized)
    {
        Value value = node.Output;
        float min = float.NegativeInfinity, max = float.PositiveInfinity;
        var chain = new List<Node>();
        while (value.Consumers.Count == 1 && !value.Producer!.Graph.IsOutput(value))
        {
            Node next = value.Consumers[0];
            if (quantized && next.Is("QuantizeLinear") && QuantizationParameters.Of(next) is { PerTensor: true } q)
            {
                chain.Add(next);
                return Create(next.Output, min, max, (q.Scale, q.ZeroPoint), chain);
            }
            if (!TryClamp(next, ref min, ref max)) break;
            chain.Add(next);
            value = next.Output;
        }
        return Create(value, min, max, null, chain);
    }

    /// <summary>Marks the nodes of the chain as done.</summary>
    public void AbsorbChain(LoweringContext context) => _chain.ForEach(context.Absorb);

    private static OutputTarget Create(Value value, float min, float max, (float, int)? quantization, List<Node> chain)
    {
        var target = new OutputTarget(value, min, max, quantization);
        target._chain.AddRange(chain);
        return target;
    }

    private static bool TryClamp(Node node, ref float min, ref float max)
    {
        float low, high;
        if (node.Is("Relu"))
        {
            (low, high) = (0, float.PositiveInfinity);
        }
        else if (node.Is("Clip") && Bound(node, 1, float.NegativeInfinity) is { } l && Bound(node, 2, float.PositiveInfinity) is { } h)
        {
            (low, high) = (l, h);
        }
        else
        {
            return false;
        }
        // A later clamp acts on the result of the earlier ones: both ends go through it.
        min = Math.Min(Math.Max(min, low), high);
        max = Math.Min(Math.Max(max, low), high);
        return true;
    }

    private static float? Bound(Node node, int input, float missing) =>
        node.Optional(input) is not { } value ? missing : value.Constant is { Length: 1 } c ? c.ToFloats()[0] : null;

    // Quantization is monotone, so clamping before it equals clamping its result at the quantized bounds.
    private int QuantizedBound(float bound)
    {
        (float scale, int zeroPoint) = Quantization!.Value;
        return float.IsInfinity(bound) ? bound < 0 ? sbyte.MinValue : sbyte.MaxValue : QuantizationParameters.Quantize(bound, scale, zeroPoint);
    }
}
