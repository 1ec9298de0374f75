namespace EdgeKit.Quantization;

/// <summary>A scheme that is malformed, or does not fit the model. The message is one line that names the file and the tensor or layer.</summary>
public sealed class SchemeException : Exception
{
    /// <summary>An error with a message.</summary>
    public SchemeException(string message)
        : base(message)
    {
    }

    /// <summary>An error with its cause.</summary>
    public SchemeException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
