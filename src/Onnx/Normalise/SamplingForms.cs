namespace EdgeKit.Onnx.Normalise;

/// <summary>GridSample: the names of its modes are those of opset 20, and all three attributes are given.</summary>
internal static class SamplingForms
{
    public static void GridSample(Node node)
    {
        AttributeMap a = node.Attributes;
        string mode = a.String("mode", "linear");
        a.Set("mode", mode switch { "bilinear" => "linear", "bicubic" => "cubic", _ => mode });
        a.Set("padding_mode", a.String("padding_mode", "zeros")).Set("align_corners", a.Int("align_corners", 0));
    }

    /// <summary>Gives the modes the names that the graph's operator set has.</summary>
    public static void ForOpset(Node node)
    {
        if (node.Graph.Opset >= 20) return;
        string mode = node.Attributes.String("mode", "linear");
        node.Attributes.Set("mode", mode switch { "linear" => "bilinear", "cubic" => "bicubic", _ => mode });
    }
}
