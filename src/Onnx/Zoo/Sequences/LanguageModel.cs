namespace EdgeKit.Onnx.Networks;

/// <summary>
/// A decoder of text as LLaMA has it (Touvron et al., LLaMA, 2023, section 2.2) in the size of karpathy/llama2.c's stories15M: six layers of 288, root mean square
/// normalisation first, rotary positions, a causal mask, SwiGLU. The input is rows of embedded tokens, all at once: <c>logits</c> [1,tokens,words].
/// </summary>
internal static class LanguageModel
{
    /// <summary>Numbers of a token.</summary>
    internal const int Features = 288;

    private const int Depth = 6, HeadCount = 6, Hidden = 768;

    internal static void Build(NetBuilder net)
    {
        Value x = net.Input;
        int tokens = x.Dims[1], depth = NetBuilder.FeaturesOf(x) / HeadCount;
        Value cosines = Turns(net, "cosines", tokens, depth, Math.Cos), sines = Turns(net, "sines", tokens, depth, Math.Sin), mask = CausalMask(net, tokens);
        for (int i = 1; i <= Depth; i++)
        {
            x = net.Add($"layer{i}.add1", x, Attention($"layer{i}.attention", net.RootMeanSquareNorm($"layer{i}.norm1", x)));
            x = net.Add($"layer{i}.add2", x, Gated($"layer{i}.mlp", net.RootMeanSquareNorm($"layer{i}.norm2", x)));
        }
        net.Output("logits", net.Linear("words", net.RootMeanSquareNorm("norm", x), net.Classes, bias: false));

        Value Attention(string name, Value y)
        {
            int width = NetBuilder.FeaturesOf(y);
            Value q = net.Scale($"{name}.scaled", Turned($"{name}.q", Heads($"{name}.q", y)), 1 / MathF.Sqrt(depth)), k = Turned($"{name}.k", Heads($"{name}.k", y));
            Value scores = net.Add($"{name}.masked", net.MatMul($"{name}.scores", q, net.Transpose($"{name}.keys", k, 0, 1, 3, 2)), mask);
            Value mixed = net.MatMul($"{name}.mixed", net.Softmax($"{name}.softmax", scores), Heads($"{name}.v", y));
            return net.Linear($"{name}.out", net.Reshape($"{name}.joined", net.Transpose($"{name}.order", mixed, 0, 2, 1, 3), 0, 0, width), width, bias: false);
        }

        Value Heads(string name, Value y) =>
            net.Transpose($"{name}.order", net.Reshape($"{name}.heads", net.Linear(name, y, NetBuilder.FeaturesOf(y), bias: false), 0, 0, HeadCount, depth), 0, 2, 1, 3);

        // Su et al., RoFormer (2021), with the two numbers of a pair half a head apart.
        Value Turned(string name, Value y)
        {
            Value[] halves = net.Split($"{name}.halves", y, 3, depth / 2, depth / 2);
            Value first = net.Subtract($"{name}.first", net.Multiply($"{name}.cos1", halves[0], cosines), net.Multiply($"{name}.sin1", halves[1], sines));
            Value second = net.Add($"{name}.second", net.Multiply($"{name}.cos2", halves[1], cosines), net.Multiply($"{name}.sin2", halves[0], sines));
            return net.Join($"{name}.turned", 3, first, second);
        }

        // Shazeer, GLU Variants Improve Transformer (2020).
        Value Gated(string name, Value y)
        {
            int hidden = net.Scaled(Hidden), width = NetBuilder.FeaturesOf(y);
            Value gate = net.Activate($"{name}.gate", net.Linear($"{name}.gate", y, hidden, bias: false), Activation.Silu);
            return net.Linear($"{name}.down", net.Multiply($"{name}.gated", gate, net.Linear($"{name}.up", y, hidden, bias: false)), width, bias: false);
        }
    }

    /// <summary>A function of the angle by which each pair of a head is turned at each position, [1,1,tokens,depth / 2].</summary>
    private static Value Turns(NetBuilder net, string name, int tokens, int depth, Func<double, double> function)
    {
        int pairs = depth / 2;
        return net.Graph.NewConstant(name, Tensor.Of([.. Enumerable.Range(0, tokens * pairs).Select(i => (float)function(i / pairs / Math.Pow(10000, 2.0 * (i % pairs) / depth)))], 1, 1, tokens, pairs));
    }

    /// <summary>Nobody looks ahead.</summary>
    private static Value CausalMask(NetBuilder net, int tokens) =>
        net.Graph.NewConstant("mask", Tensor.Of([.. Enumerable.Range(0, tokens * tokens).Select(i => i % tokens > i / tokens ? -1e4f : 0)], 1, 1, tokens, tokens));
}
