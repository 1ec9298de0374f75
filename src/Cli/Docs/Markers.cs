namespace EdgeKit.Cli.Docs;

/// <summary>Parts of a Markdown file that are written by the tool, between two comments.</summary>
internal static class Markers
{
    /// <summary>The text with what lies between the markers replaced.</summary>
    /// <exception cref="CliException">The markers are not there.</exception>
    public static string Replace(string text, string begin, string end, string content)
    {
        int from = text.IndexOf(begin, StringComparison.Ordinal), to = text.IndexOf(end, StringComparison.Ordinal);
        if (from < 0 || to < from) throw CliException.Failure($"the markers '{begin}' and '{end}' are missing");
        return $"{text[..from]}{begin}\n\n{content}\n{text[to..]}";
    }
}
