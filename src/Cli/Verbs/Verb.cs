using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace EdgeKit.Cli.Verbs;

/// <summary>A command with more to say in its help than the line that the list of verbs shows.</summary>
internal sealed class Verb(string name, string summary, string details) : Command(name, summary)
{
    /// <summary>What the help ends with: explanations and examples, at most 80 columns wide.</summary>
    public string Details { get; } = details;
}

/// <summary>The usual help, and then the verb's details.</summary>
internal sealed class VerbHelp(HelpAction help) : SynchronousCommandLineAction
{
    private const int Columns = 80;

    public override int Invoke(ParseResult parseResult)
    {
        help.MaxWidth = Columns;
        int exitCode = help.Invoke(parseResult);
        if (parseResult.CommandResult.Command is Verb verb) parseResult.InvocationConfiguration.Output.WriteLine(verb.Details);
        return exitCode;
    }
}
