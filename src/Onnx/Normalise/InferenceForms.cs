using EdgeKit.Onnx.Format;

namespace EdgeKit.Onnx.Normalise;

/// <summary>Operators that carry leftovers of training or of element types that are widened on reading.</summary>
internal static class InferenceForms
{
    /// <summary>BatchNormalization: one output, the attribute epsilon alone.</summary>
    public static void BatchNormalization(Node node)
    {
        if (node.Attributes.Int("training_mode", 0) != 0 || node.Outputs.Count > 1)
            throw new ModelException("is in training mode; export the model for inference");
        if (node.Graph.Opset < 9 && node.Attributes.Int("spatial", 1) == 0)
            throw new ModelException("normalises every element by itself (spatial=0), which is not supported; re-export the model with opset 9 or later");
        foreach (string leftover in (string[])["momentum", "spatial", "training_mode"]) node.Attributes.Remove(leftover);
    }

    /// <summary>Dropout: does nothing in inference, so what steers it goes.</summary>
    public static void Dropout(Node node)
    {
        if (node.Optional(2) is not null && node.ConstantInput(2)?.ToInt64s() is not [0]) throw new ModelException("is in training mode; export the model for inference");
        node.SetInput(2, null);
        node.SetInput(1, null);
        foreach (string leftover in (string[])["ratio", "seed"]) node.Attributes.Remove(leftover);
    }

    /// <summary>Cast: to a half-precision type is to float, as everything of that type is widened.</summary>
    public static void Cast(Node node)
    {
        if (!node.Attributes.Has("to")) throw new ModelException("attribute 'to' is missing");
        node.Attributes.Set("to", (int)DataTypes.ElementTypeOf(node.Attributes.Int("to", 0)));
        // Only the 8-bit float types, which are not supported, saturate.
        node.Attributes.Remove("saturate");
    }
}
