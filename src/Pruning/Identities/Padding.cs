using EdgeKit.Onnx;

namespace EdgeKit.Pruning.Identities;

/// <summary>The constant amounts of a Pad node on every axis.</summary>
/// <param name="Before">Elements added in front.</param>
/// <param name="After">Elements added behind.</param>
/// <param name="IsConstant">Whether the added elements hold a constant value.</param>
internal sealed record Padding(int[] Before, int[] After, bool IsConstant)
{
    /// <summary>The amounts of a node, or null where they are not constant.</summary>
    public static Padding? Of(Node node, int rank)
    {
        if (node.ConstantInput(1) is not { } pads || node.Optional(3) is { IsConstant: false }) return null;
        int[] amounts = pads.ToInt32s();
        int[] axes = node.ConstantInput(3)?.ToInt32s() ?? [.. Enumerable.Range(0, rank)];
        int[] before = new int[rank], after = new int[rank];
        for (int k = 0; k < axes.Length; k++)
        {
            int axis = Axes.Normalise(node, axes[k], rank);
            before[axis] = amounts[k];
            after[axis] = amounts[k + axes.Length];
        }
        return new Padding(before, after, node.Attributes.String("mode", "constant") == "constant");
    }
}
