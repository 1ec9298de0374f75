namespace EdgeKit.Onnx.Normalise;

/// <summary>Reductions: the axes are an attribute, whatever the operator set.</summary>
internal static class ReductionForms
{
    /// <summary>Moves constant axes from input 1 to the attribute; a reduction that is told to reduce nothing becomes Identity.</summary>
    public static void Normalise(Node node)
    {
        if (node.Optional(1) is { } axes)
        {
            if (axes.Constant is not { } constant) return;
            node.SetInput(1, null);
            node.Attributes.Set("axes", constant.ToInt64s());
        }
        if (node.Attributes.Ints("axes") is { Length: 0 }) node.Attributes.Remove("axes");
        bool nothing = node.Attributes.Int("noop_with_empty_axes", 0) != 0 && !node.Attributes.Has("axes");
        node.Attributes.Remove("noop_with_empty_axes");
        if (nothing) node.Graph.Replace(node, "Identity", [node.Input(0)]);
    }
}
