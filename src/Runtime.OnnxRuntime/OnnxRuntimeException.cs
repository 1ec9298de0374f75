namespace EdgeKit.Runtime.OnnxRuntime;

/// <summary>What an <see cref="OnnxRuntimeException"/> is about, so that a program can choose its exit code.</summary>
public enum OnnxRuntimeError
{
    /// <summary>The native library is missing, unreadable or too old.</summary>
    Library,

    /// <summary>The execution provider asked for is not in this build or cannot start on this machine.</summary>
    Provider,

    /// <summary>ONNX Runtime refuses the model.</summary>
    Model,

    /// <summary>A run failed, most often because of the inputs it was given.</summary>
    Run,
}

/// <summary>ONNX Runtime could not be loaded, or refused what it was asked; the message is one line and names the way out.</summary>
public sealed class OnnxRuntimeException : Exception
{
    /// <summary>Makes an exception of the given kind.</summary>
    public OnnxRuntimeException(OnnxRuntimeError error, string message, Exception? inner = null)
        : base(message, inner) => Error = error;

    /// <summary>What the exception is about.</summary>
    public OnnxRuntimeError Error { get; }
}
