namespace EdgeKit.Runtime.Plan;

/// <summary>An <c>.ekm</c> file that is malformed or of another version. The message is one line that names the file and the way out.</summary>
public sealed class PlanException : Exception
{
    /// <summary>Creates the exception with a message for the user; line breaks, which names in a file may hold, become spaces.</summary>
    public PlanException(string message) : base(message.ReplaceLineEndings(" "))
    {
    }
}
