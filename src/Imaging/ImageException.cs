namespace EdgeKit.Imaging;

/// <summary>A picture, label file or preprocessing file that cannot be read, or a picture that cannot be written. The message is one line naming the file.</summary>
public sealed class ImageException : Exception
{
    /// <summary>Creates the exception.</summary>
    public ImageException()
    {
    }

    /// <summary>Creates the exception with its one-line message.</summary>
    /// <param name="message">What is wrong, and with which file.</param>
    public ImageException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its one-line message and its cause.</summary>
    /// <param name="message">What is wrong, and with which file.</param>
    /// <param name="innerException">The cause.</param>
    public ImageException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
