namespace EdgeKit.Onnx.Passes;

/// <summary>Removes nodes that hand their input on unchanged: Identity, Dropout in inference, and operators whose parameters make them so.</summary>
internal static class RemoveIdentity
{
    internal static int Run(Graph graph)
    {
        int changed = 0;
        foreach (Node node in graph.Nodes.ToArray())
        {
            if (node.Domain.Length > 0 || Unchanged(node) is not { } value) continue;
            if (node.Outputs.Skip(1).Any(v => v.Consumers.Count > 0 || graph.IsOutput(v))) continue;
            if (Rewrite.Bypass(node, value)) changed++;
        }
        return changed;
    }

    /// <summary>The input that the node's first output equals, or null.</summary>
    private static Value? Unchanged(Node node)
    {
        Value? x = node.Optional(0);
        bool same = x is not null && Rewrite.SameShape(x, node.Outputs[0]);
        AttributeMap a = node.Attributes;
        switch (node.OpType)
        {
            case "Identity" or "Dropout":
                return x;
            case "Concat" or "Sum" or "Max" or "Min" or "Mean":
                return node.Inputs.Count == 1 ? x : null;
            case "Split":
                return node.Outputs.Count == 1 ? x : null;
            case "Cast":
                return x is not null && x.Type != ElementType.Undefined && a.Int("to", 0) == (int)x.Type ? x : null;
            case "Reshape" or "Flatten" or "Squeeze" or "Unsqueeze" or "Expand":
                return same ? x : null;
            case "Transpose":
                return a.Ints("perm") is { } perm && perm.SequenceEqual(Enumerable.Range(0, perm.Length)) ? x : null;
            case "Pad":
                return node.ConstantInput(1) is { } pads && Array.TrueForAll(pads.ToInt64s(), static p => p == 0) ? x : null;
            case "Slice":
                return same && (node.Optional(4) is null || (node.ConstantInput(4) is { } steps && Array.TrueForAll(steps.ToInt64s(), static s => s == 1))) ? x : null;
            case "Resize":
                return same && ScalesAreOne(node) ? x : null;
            case "AveragePool" or "MaxPool":
                return same && a.Ints("kernel_shape") is { } k && Array.TrueForAll(k, static s => s == 1) ? x : null;
            case "Add":
                return Neutral(node, 1, 0) ?? Neutral(node, 0, 0);
            case "Sub":
                return Neutral(node, 1, 0);
            case "Mul":
                return Neutral(node, 1, 1) ?? Neutral(node, 0, 1);
            case "Div":
                return Neutral(node, 1, 1);
            default:
                return null;
        }
    }

    private static Value? Neutral(Node node, int constantAt, float neutral)
    {
        Value other = node.Input(1 - constantAt);
        return node.ConstantInput(constantAt) is { Type: ElementType.Float } t && Rewrite.SameShape(other, node.Outputs[0])
            && t.AsSpan<float>().IndexOfAnyExcept(neutral) < 0 ? other : null;
    }

    private static bool ScalesAreOne(Node resize)
    {
        if (resize.Attributes.String("coordinate_transformation_mode", "half_pixel") == "tf_crop_and_resize") return false;
        if (resize.Optional(3) is not null) return true;
        return resize.ConstantInput(2) is { Length: > 0 } scales && Array.TrueForAll(scales.ToFloats(), static s => s == 1);
    }
}
