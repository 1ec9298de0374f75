namespace EdgeKit.Onnx.Normalise;

/// <summary>Operators whose attributes became inputs in a later operator set.</summary>
internal static class AttributesToInputs
{
    /// <summary>Clip before opset 11: min and max were attributes.</summary>
    public static void Clip(Node node)
    {
        if (node.Graph.Opset >= 11) return;
        MoveBound(node, "min", 1);
        MoveBound(node, "max", 2);
    }

    /// <summary>Squeeze and Unsqueeze before opset 13: axes were an attribute.</summary>
    public static void Axes(Node node)
    {
        if (node.Graph.Opset < 13) MoveInts(node, "axes", 1);
    }

    /// <summary>Split before opset 13: the sizes were an attribute. Sizes that are not given at all follow from the shape.</summary>
    public static void Split(Node node)
    {
        if (node.Graph.Opset < 13) MoveInts(node, "split", 1);
    }

    /// <summary>Slice before opset 10: starts, ends and axes were attributes, and there were no steps.</summary>
    public static void Slice(Node node)
    {
        if (node.Graph.Opset >= 10) return;
        MoveInts(node, "starts", 1);
        MoveInts(node, "ends", 2);
        MoveInts(node, "axes", 3);
    }

    /// <summary>Pad before opset 11: pads and value were attributes.</summary>
    public static void Pad(Node node)
    {
        if (node.Graph.Opset >= 11) return;
        MoveInts(node, "pads", 1);
        float value = node.Attributes.Float("value", 0);
        node.Attributes.Remove("value");
        // Only constant padding reads the value, and zero is the default.
        if (value != 0 && node.Attributes.String("mode", "constant") == "constant")
            node.SetInput(2, node.Graph.NewConstant($"{node.Name}_value", Tensor.Scalar(value)));
    }

    private static void MoveBound(Node node, string attribute, int input)
    {
        if (!node.Attributes.Has(attribute)) return;
        node.SetInput(input, node.Graph.NewConstant($"{node.Name}_{attribute}", Tensor.Scalar(node.Attributes.Float(attribute, 0))));
        node.Attributes.Remove(attribute);
    }

    private static void MoveInts(Node node, string attribute, int input)
    {
        if (node.Attributes.Ints(attribute) is not { } values) return;
        node.SetInput(input, node.Graph.NewConstant($"{node.Name}_{attribute}", Tensor.Vector(Array.ConvertAll(values, static v => (long)v))));
        node.Attributes.Remove(attribute);
    }
}
