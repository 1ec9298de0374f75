namespace EdgeKit.Onnx.Normalise;

/// <summary>
/// Resize in the form of opset 13: X, roi (null unless the crop mode reads it), scales or sizes; the attributes mode, coordinate_transformation_mode
/// and, for nearest, nearest_mode always given.
/// </summary>
internal static class ResizeForms
{
    /// <summary>Upsample (opset 7 to 9) is Resize with asymmetric coordinates.</summary>
    public static void Upsample(Node node)
    {
        Graph graph = node.Graph;
        Value? scales = graph.Opset >= 9 ? node.Input(1) : null;
        if (scales is null)
        {
            float[] factors = node.Attributes.Floats("scales") ?? throw new ModelException("attribute 'scales' is missing");
            scales = graph.NewConstant($"{node.Name}_scales", Tensor.Of(factors, factors.Length));
        }
        string mode = node.Attributes.String("mode", "nearest");
        Node resize = graph.Replace(node, "Resize", [node.Input(0), null, scales]);
        SetOldForm(resize, mode);
    }

    /// <summary>Resize: opset 10 had scales at input 1 and asymmetric coordinates; later ones mark left out inputs by empty tensors.</summary>
    public static void Resize(Node node)
    {
        if (node.Graph.Opset < 11)
        {
            node.SetInput(2, node.Input(1));
            node.SetInput(1, null);
            SetOldForm(node, node.Attributes.String("mode", "nearest"));
            return;
        }
        for (int i = 3; i > 0; i--)
        {
            if (node.ConstantInput(i) is { Length: 0 }) node.SetInput(i, null);
        }
        AttributeMap attributes = node.Attributes;
        string coordinates = attributes.String("coordinate_transformation_mode", "half_pixel");
        if (coordinates != "tf_crop_and_resize") node.SetInput(1, null);
        attributes.Set("coordinate_transformation_mode", coordinates);
        attributes.Set("mode", attributes.String("mode", "nearest"));
        if (attributes.String("mode", "nearest") == "nearest")
            attributes.Set("nearest_mode", attributes.String("nearest_mode", "round_prefer_floor"));
        else
            attributes.Remove("nearest_mode");
    }

    private static void SetOldForm(Node resize, string mode)
    {
        resize.Attributes.Set("mode", mode == "bilinear" ? "linear" : mode).Set("coordinate_transformation_mode", "asymmetric");
        // The old operator does not say how it rounds; ONNX Runtime rounds down when it enlarges and up when it shrinks.
        bool shrinks = resize.ConstantInput(2) is { } scales && Array.Exists(scales.ToFloats(), static s => s < 1);
        if (mode == "nearest") resize.Attributes.Set("nearest_mode", shrinks ? "ceil" : "floor");
    }
}
