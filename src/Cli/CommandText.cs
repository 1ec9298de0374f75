using System.CommandLine;

namespace EdgeKit.Cli;

/// <summary>A command line as a person would type it again.</summary>
internal static class CommandText
{
    public static string Of(ParseResult parsed) => string.Join(' ', parsed.Tokens.Select(static t => Quoted(t.Value)).Prepend("edgekit"));

    private static string Quoted(string word) =>
        word.Length > 0 && word.All(static c => char.IsAsciiLetterOrDigit(c) || "-_./=,:+@%".Contains(c)) ? word : $"'{word.Replace("'", "'\\''")}'";
}
