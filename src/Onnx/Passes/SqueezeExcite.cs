using EdgeKit.Onnx.Passes;

namespace EdgeKit.Onnx;

/// <summary>
/// A squeeze-and-excite block: <c>x * gate(fc2(act(fc1(pool(x)))))</c> (Hu et al., Squeeze-and-Excitation Networks, 2018). The layers are Conv 1x1 after
/// <see cref="Declutter"/>.
/// </summary>
/// <param name="Pool">GlobalAveragePool of x.</param>
/// <param name="Reduce">The first fully connected layer.</param>
/// <param name="Activation">The activation between the layers.</param>
/// <param name="Expand">The second fully connected layer.</param>
/// <param name="Gate">Sigmoid or HardSigmoid.</param>
/// <param name="Multiply">The product with x.</param>
public sealed record SqueezeExcite(Node Pool, Node Reduce, Node Activation, Node Expand, Node Gate, Node Multiply)
{
    /// <summary>Every block in the graph, in topological order of the products.</summary>
    public static IReadOnlyList<SqueezeExcite> Find(Graph graph) => [.. graph.Nodes.Select(Match).OfType<SqueezeExcite>()];

    private static SqueezeExcite? Match(Node multiply)
    {
        if (!multiply.Is("Mul")) return null;
        return Match(multiply, multiply.Input(0), multiply.Input(1)) ?? Match(multiply, multiply.Input(1), multiply.Input(0));
    }

    private static SqueezeExcite? Match(Node multiply, Value x, Value gated)
    {
        if (Producer(gated) is not { } gate || !(gate.Is("Sigmoid") || gate.Is("HardSigmoid"))) return null;
        if (Producer(gate.Input(0)) is not { } expand || !IsLayer(expand)) return null;
        if (Producer(expand.Input(0)) is not { } activation || !Elementwise.IsUnary(activation)) return null;
        if (Producer(activation.Input(0)) is not { } reduce || !IsLayer(reduce)) return null;
        if (Producer(reduce.Input(0)) is not { } pool || !pool.Is("GlobalAveragePool") || pool.Input(0) != x) return null;
        return new SqueezeExcite(pool, reduce, activation, expand, gate, multiply);
    }

    private static bool IsLayer(Node node) => node.Is("Gemm") || (node.Is("Conv") && node.Input(1).Shape is [_, _, 1, 1]);

    /// <summary>What computes the value, seen through nodes that only change its shape.</summary>
    private static Node? Producer(Value value)
    {
        Node? node = value.Producer;
        while (node is not null && MergeReshapes.IsView(node)) node = node.Input(0).Producer;
        return node;
    }
}
