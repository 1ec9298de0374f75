using System.CommandLine;
using EdgeKit.Cli.Boards;

namespace EdgeKit.Cli.Verbs;

/// <summary>The options of verbs that reach a board by ssh.</summary>
internal sealed class SshOptionSet
{
    /// <summary>Options of ssh.</summary>
    public Option<string[]> Options { get; } = new("--ssh-option") { Description = "An option of ssh, such as Port=2222.", HelpName = "NAME=VALUE" };

    /// <summary>The program.</summary>
    public Option<string> Program { get; } = new("--ssh") { Description = "The program that is ssh.", HelpName = "PROGRAM", DefaultValueFactory = static _ => "ssh" };

    /// <summary>How a board is reached.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="host">As ssh takes it.</param>
    public RemoteHost Of(ParseResult parsed, string host) => new(host, parsed.GetValue(Options) ?? [], parsed.GetRequiredValue(Program));
}
