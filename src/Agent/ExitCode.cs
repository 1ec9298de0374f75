namespace EdgeKit.Agent;

/// <summary>The exit codes of the agent, which are those of the workstation tool. Scripts rely on them.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>A file that cannot be read, a missing library, or any other failure.</summary>
    public const int Failure = 1;

    /// <summary>The command line is not understood, or something it must say is missing.</summary>
    public const int Usage = 2;

    /// <summary>A limit that the command line sets is not met.</summary>
    public const int Gate = 3;

    /// <summary>The model is malformed or of another version.</summary>
    public const int Model = 4;

    /// <summary>A camera, board or display does not work.</summary>
    public const int Device = 5;

    /// <summary>A measurement was disturbed, so that its figures are worth nothing.</summary>
    public const int Disturbed = 6;

    /// <summary>Stopped by Ctrl-C.</summary>
    public const int Interrupted = 130;
}
