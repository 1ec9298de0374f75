namespace EdgeKit.Onnx.Passes;

/// <summary>
/// Makes one bound of several: Relu and Clip in a row become one of them, a Clip without an upper bound becomes Relu, and a lower bound of zero goes where
/// nothing negative can come.
/// </summary>
internal static class MergeClips
{
    internal static int Run(Graph graph)
    {
        int changed = 0;
        foreach (Node node in graph.Nodes.ToArray())
        {
            if (Bounds(node) is not var (low, high) || low > high) continue;
            Value source = node.Input(0);
            if (source.Producer is { } before)
            {
                if (Bounds(before) is var (innerLow, innerHigh) && innerLow <= innerHigh && innerLow <= high && low <= innerHigh)
                {
                    // Clamping twice to intervals that overlap is clamping to what they share.
                    source = before.Input(0);
                    low = Math.Max(low, innerLow);
                    high = Math.Min(high, innerHigh);
                }
                else if (low == 0 && IsNonNegative(before))
                {
                    low = float.NegativeInfinity;
                }
            }
            if (Replace(node, source, low, high)) changed++;
        }
        return changed;
    }

    /// <summary>The closed interval that Relu or a Clip with constant bounds clamps to; null for anything else.</summary>
    internal static (float Low, float High)? Bounds(Node node)
    {
        if (node.Is("Relu")) return (0, float.PositiveInfinity);
        if (!node.Is("Clip")) return null;
        float? low = node.Optional(1) is null ? float.NegativeInfinity : Rewrite.Scalar(node.Optional(1));
        float? high = node.Optional(2) is null ? float.PositiveInfinity : Rewrite.Scalar(node.Optional(2));
        if (low is null or float.NaN || high is null or float.NaN) return null;
        return (low == float.MinValue ? float.NegativeInfinity : low.Value, high == float.MaxValue ? float.PositiveInfinity : high.Value);
    }

    private static bool Replace(Node node, Value source, float low, float high)
    {
        Graph graph = node.Graph;
        bool unbounded = float.IsNegativeInfinity(low) && float.IsPositiveInfinity(high);
        if (unbounded) return Rewrite.Bypass(node, source);
        bool relu = low == 0 && float.IsPositiveInfinity(high);
        if (ReferenceEquals(source, node.Input(0)) && relu == node.Is("Relu") && Bounds(node) == (low, high)) return false;

        if (relu) graph.Replace(node, "Relu", [source]);
        else graph.Replace(node, "Clip", [source, Constant(low, "min"), Constant(high, "max")]);
        return true;

        Value? Constant(float value, string name) => float.IsInfinity(value) ? null : graph.NewConstant($"{node.Name}.{name}", Tensor.Scalar(value));
    }

    private static bool IsNonNegative(Node node) =>
        node.Is("Sigmoid") || node.Is("HardSigmoid") || node.Is("Softmax") || node.Is("Abs") || node.Is("Exp") || node.Is("Softplus");
}
