namespace EdgeKit.Onnx;

/// <summary>A model that is malformed or that EdgeKit does not support. The message is one line that names the place and the way out.</summary>
public sealed class ModelException : Exception
{
    /// <summary>Creates the exception with a message for the user.</summary>
    public ModelException(string message) : base(message)
    {
    }

    /// <summary>Creates the exception with a message for the user and its cause.</summary>
    public ModelException(string message, Exception inner) : base(message, inner)
    {
    }

    /// <summary>An error at one node: "node 'name' (OpType): problem".</summary>
    public static ModelException At(Node node, string problem) => new($"node '{node.Name}' ({node.OpType}): {problem}");
}
