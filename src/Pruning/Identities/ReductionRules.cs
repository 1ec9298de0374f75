using EdgeKit.Onnx;

namespace EdgeKit.Pruning.Identities;

/// <summary>Operators that look along axes: over other axes channels pass, over their own they are frozen, for each depends on all.</summary>
internal static class ReductionRules
{
    /// <summary>Reductions and ArgMax. Their axes are attributes; without them all axes are reduced.</summary>
    public static void Reduce(Node node, IdentityBuilder builder)
    {
        Value input = node.Input(0);
        if (builder.Get(input) is not { } x) return;
        int[] from = input.Dims;
        int[] axes = node.OpType.StartsWith("Arg", StringComparison.Ordinal)
            ? [node.Attributes.Int("axis", 0)]
            : node.Attributes.Ints("axes") ?? [.. Enumerable.Range(0, from.Length)];
        int[] kept = [.. from];
        foreach (int a in axes) kept[Axes.Normalise(node, a, from.Length)] = 1;
        if (node.Optional(1) is not null || x.Axes.Any(a => kept[a] == 1))
        {
            builder.Freeze(x, $"{node} combines them");
            return;
        }
        builder.Set(node.Output, x.Reshape(kept, node.Output.Dims));
    }

    /// <summary>An operator along the axis of its attribute.</summary>
    public static IdentityRule Along(int fallback) => (node, builder) =>
        Normalize(node, builder, (a, axis) => a == axis, fallback);

    /// <summary>An operator over all axes from that of its attribute on.</summary>
    public static IdentityRule From(int fallback) => (node, builder) =>
        Normalize(node, builder, (a, axis) => a >= axis, fallback);

    /// <summary>An operator over the channel axis.</summary>
    public static void OverChannels(Node node, IdentityBuilder builder) => Normalize(node, builder, static (a, axis) => a == axis, 1);

    private static void Normalize(Node node, IdentityBuilder builder, Func<int, int, bool> over, int fallback)
    {
        if (builder.Get(node.Input(0)) is not { } x) return;
        int axis = Axes.Normalise(node, node.Attributes.Int("axis", fallback), x.Shape.Length);
        if (x.Axes.Any(a => over(a, axis))) builder.Freeze(x, $"{node} combines them");
        builder.Set(node.Outputs[0], x);
    }
}
