namespace EdgeKit.Cli;

/// <summary>Where a verb writes and how it is told to stop.</summary>
/// <param name="Output">Results.</param>
/// <param name="Error">Progress, notes and errors.</param>
/// <param name="ErrorIsTerminal">Whether a person watches <paramref name="Error"/>, so that a bar makes sense.</param>
/// <param name="Cancel">Cancelled by Ctrl-C.</param>
internal sealed record Terminal(TextWriter Output, TextWriter Error, bool ErrorIsTerminal, CancellationToken Cancel)
{
    /// <summary>One line on <see cref="Error"/>.</summary>
    public void Note(string text) => Error.WriteLine(text);
}
