namespace EdgeKit.Agent;

/// <summary>Ends a command that has written its result with a verdict on it: an exit code and a line.</summary>
internal sealed class VerdictException(int exitCode, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
