namespace EdgeKit.Onnx.Format;

/// <summary>Operator sets in which operators, and forms of them, came.</summary>
internal static class Opsets
{
    /// <summary>Quantization by axis, which the QDQ form needs, came with opset 13.</summary>
    private const int Oldest = 13;

    /// <summary>The oldest operator set, 13 or later, that has all operators of a graph which <see cref="Lowering"/> does not spell out.</summary>
    public static int Needed(Graph graph) => graph.Nodes.Where(static n => n.Domain.Length == 0 || n.Domain == Graph.EdgeKitDomain).Select(Of).Append(Oldest).Max();

    private static int Of(Node node) => node.OpType switch
    {
        "GridSample" => node.Input(0).Shape is { Length: > 4 } ? 20 : 16,
        "LayerNormalization" => 17,
        "Pad" when node.Attributes.String("mode", "constant") == "wrap" => 19,
        "Resize" when node.Attributes.Int("antialias", 0) != 0 => 18,
        "Resize" when node.Attributes.String("coordinate_transformation_mode", "half_pixel") == "half_pixel_symmetric" => 19,
        "AveragePool" when node.Attributes.Ints("dilations") is { } dilations && Array.Exists(dilations, static d => d != 1) => 19,
        _ => Oldest,
    };
}
