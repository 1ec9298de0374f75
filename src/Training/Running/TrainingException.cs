namespace EdgeKit.Training;

/// <summary>A training that cannot go on: a loss that is no number, or a checkpoint that does not fit. The message is one line with the way out.</summary>
public sealed class TrainingException : Exception
{
    /// <summary>An error with a message.</summary>
    public TrainingException(string message)
        : base(message)
    {
    }

    /// <summary>An error with its cause.</summary>
    public TrainingException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>A training that was told to stop, after it wrote where it stands.</summary>
/// <param name="message">One line: where it stopped and how it goes on.</param>
/// <param name="cancel">What told it.</param>
public sealed class TrainingInterruptedException(string message, CancellationToken cancel) : OperationCanceledException(message, cancel);
