namespace EdgeKit.Cli.Verbs;

/// <summary>Options that are out of their range, as errors of the command line.</summary>
internal static class Usage
{
    /// <exception cref="CliException">The check found a number out of its range.</exception>
    public static void Check(Action check)
    {
        try
        {
            check();
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw CliException.Usage(e.Message.Split('(', '\n')[0].Trim());
        }
    }
}
