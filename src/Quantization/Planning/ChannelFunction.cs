using EdgeKit.Onnx;

namespace EdgeKit.Quantization;

/// <summary>A function of one element between products with a constant for each channel, b f(a x): rounded once, where it ends.</summary>
/// <param name="Before">The product with a, or null.</param>
/// <param name="Function">The function.</param>
/// <param name="After">The product with b, or null.</param>
internal sealed record ChannelFunction(Node? Before, Node Function, Node? After)
{
    /// <summary>The nodes in order.</summary>
    public IEnumerable<Node> Nodes => new[] { Before, Function, After }.OfType<Node>();

    /// <summary>What a node is part of, or null where it is no function and no factor of one.</summary>
    public static ChannelFunction? Of(Node node)
    {
        Node? function = IsFunction(node) ? node
            : !IsProduct(node) ? null
            : Only(node.Output) is { } next && IsFunction(next) ? next
            : Factor(node)!.Producer is { } producer && IsFunction(producer) && ReferenceEquals(Only(producer.Output), node) ? producer : null;
        if (function is null) return null;
        Node? before = function.Input(0).Producer is { } p && IsProduct(p) && ReferenceEquals(Only(p.Output), function) ? p : null;
        Node? after = Only(function.Output) is { } n && IsProduct(n) ? n : null;
        return before is null && after is null ? null : new ChannelFunction(before, function, after);
    }

    private static bool IsFunction(Node node) => QuantizableOperators.KindOf(node) == OperatorKind.Function && !node.Is("PRelu") && !QuantizableOperators.IsRectifier(node);

    private static bool IsProduct(Node node) => node.Is("Mul") && Factor(node) is not null;

    /// <summary>The operand [1,C,H,W] of a product whose other is a constant [1,C,1,1] or [C,1,1], or null.</summary>
    private static Value? Factor(Node node)
    {
        (Value a, Value b) = (node.Input(0), node.Input(1));
        if (a.IsConstant) (a, b) = (b, a);
        return !a.IsConstant && b.Constant is { } constant && a.Shape is { Length: 4 } shape && constant.Shape is [.., var c, 1, 1] && c == shape[1] && constant.Length == c ? a : null;
    }

    private static Node? Only(Value value) => value.Consumers is [var only] && !only.Graph.IsOutput(value) ? only : null;
}
