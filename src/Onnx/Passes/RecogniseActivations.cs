namespace EdgeKit.Onnx.Passes;

/// <summary>
/// Recognises activation functions that exporters spell out: HardSigmoid from Clip(x+3,0,6)/6 and from Clip(a*x+b,0,1); HardSwish from x times that;
/// Silu from x*Sigmoid(x); Gelu from x*(1+Erf(x/sqrt(2)))/2. Constants may stand anywhere in the product.
/// </summary>
internal static class RecogniseActivations
{
    internal static int Run(Graph graph)
    {
        int changed = 0;
        foreach (Node node in graph.Nodes.ToArray())
        {
            if (Recognise(graph, node)) changed++;
        }
        return changed;
    }

    private static bool Recognise(Graph graph, Node node)
    {
        if (IsUnitClip(node, out Value x, out float slope, out float offset))
        {
            graph.Replace(node, "HardSigmoid", [x]).Attributes.Set("alpha", slope).Set("beta", offset);
            return true;
        }
        if (Product.Of(node) is not { Terms.Count: > 0 } product || !SameShapeAsTerms(node, product)) return false;
        if (product.Terms.Count == 1 && Rewrite.Near(product.Factor, 1 / 6.0) && IsRelu6Plus3(product.Terms[0], out x))
            graph.Replace(node, "HardSigmoid", [x]).Attributes.Set("alpha", 1 / 6f).Set("beta", 0.5f);
        else if (product.IsPair(1 / 6.0, (gate, of) => IsRelu6Plus3(gate, out Value v) && v == of, out x) || product.IsPair(1, IsHardSigmoid, out x))
            graph.Replace(node, "HardSwish", [x]);
        else if (product.IsPair(1, static (gate, of) => gate.Producer is { } p && p.Is("Sigmoid") && p.Input(0) == of, out x))
            graph.Replace(node, "Silu", [x], Graph.EdgeKitDomain);
        else if (product.IsPair(0.5, IsErfPlus1, out x))
            graph.Replace(node, "Gelu", [x]).Attributes.Set("approximate", "none");
        else
            return false;
        return true;
    }

    /// <summary>Constants of one element may still broadcast to a higher rank, and gates of SE blocks to a larger map: those are other operators.</summary>
    private static bool SameShapeAsTerms(Node node, Product product) => product.Terms.All(t => Rewrite.SameShape(t, node.Output));

    private static bool IsHardSigmoid(Value gate, Value of) =>
        gate.Producer is { } p && p.Is("HardSigmoid") && p.Input(0) == of
        && Rewrite.Near(p.Attributes.Float("alpha", 0.2f), 1 / 6f) && Rewrite.Near(p.Attributes.Float("beta", 0.5f), 0.5f);

    private static bool IsRelu6Plus3(Value value, out Value x)
    {
        x = value;
        return value.Producer is { } clip && clip.Is("Clip") && MergeClips.Bounds(clip) is (0, 6) && IsSum(clip.Input(0), out x, out float c) && Rewrite.Near(c, 3);
    }

    private static bool IsErfPlus1(Value value, Value of)
    {
        if (!IsSum(value, out Value sum, out float one) || one != 1 || sum.Producer is not { } erf || !erf.Is("Erf")) return false;
        return erf.Input(0).Producer is { } inner && Product.Of(inner) is { Terms.Count: 1 } scaled
            && scaled.Terms[0] == of && Math.Abs(scaled.Factor - Math.Sqrt(0.5)) < 1e-4;
    }

    private static bool IsUnitClip(Node node, out Value x, out float slope, out float offset)
    {
        x = null!;
        slope = offset = 0;
        if (!node.Is("Clip") || MergeClips.Bounds(node) is not (0, 1) || !IsSum(node.Input(0), out Value sum, out offset)) return false;
        if (sum.Producer is not { } p || Product.Of(p) is not { Terms.Count: 1 } scaled || !Rewrite.SameShape(scaled.Terms[0], node.Output)) return false;
        x = scaled.Terms[0];
        slope = (float)scaled.Factor;
        return true;
    }

    /// <summary>Whether the value is x plus a constant of one element.</summary>
    private static bool IsSum(Value value, out Value x, out float constant)
    {
        x = value;
        constant = 0;
        if (value.Producer is not { } add || !add.Is("Add")) return false;
        int at = Rewrite.Scalar(add.Input(1)) is not null ? 1 : 0;
        if (Rewrite.Scalar(add.Input(at)) is not { } c) return false;
        x = add.Input(1 - at);
        constant = c;
        return true;
    }
}
