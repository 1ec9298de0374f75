namespace EdgeKit.Onnx;

/// <summary>A model that is malformed or that EdgeKit does not support. The message is one line that names the place and the way out.</summary>
public sealed class ModelException : Exception
{
    private const int Longest = 1000;

    /// <summary>Creates the exception with a message for the user.</summary>
    public ModelException(string message) : base(OneLine(message))
    {
    }

    /// <summary>Creates the exception with a message for the user and its cause.</summary>
    public ModelException(string message, Exception inner) : base(OneLine(message), inner)
    {
    }

    /// <summary>An error at one node: "node 'name' (OpType): problem".</summary>
    public static ModelException At(Node node, string problem) => new($"node '{node.Name}' ({node.OpType}): {problem}");

    // Names come from the file: they may hold line ends, or be as long as the file.
    private static string OneLine(string message)
    {
        string shortened = message.Length > Longest ? string.Concat(message.AsSpan(0, Longest), "...") : message;
        return new string(Array.ConvertAll(shortened.ToCharArray(), static c => char.IsControl(c) ? '?' : c));
    }
}
