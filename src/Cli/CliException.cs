namespace EdgeKit.Cli;

/// <summary>Ends a verb with a message for the user and an exit code.</summary>
internal sealed class CliException(int exitCode, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;

    public static CliException Usage(string message) => new(Cli.ExitCode.Usage, message);

    public static CliException Failure(string message) => new(Cli.ExitCode.Failure, message);
}
