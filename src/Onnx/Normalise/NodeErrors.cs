namespace EdgeKit.Onnx;

/// <summary>Puts the node's name before the messages of what is done with a node.</summary>
internal static class NodeErrors
{
    /// <summary>Does <paramref name="action"/> with the node; the message of a <see cref="ModelException"/> then names it.</summary>
    public static void Named(Node node, Action<Node> action)
    {
        try
        {
            action(node);
        }
        catch (ModelException e) when (!e.Message.StartsWith("node '", StringComparison.Ordinal))
        {
            throw ModelException.At(node, e.Message);
        }
    }
}
