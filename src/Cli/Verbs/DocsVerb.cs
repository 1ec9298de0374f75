using System.CommandLine;
using EdgeKit.Cli.Docs;
using EdgeKit.Cli.Models;

namespace EdgeKit.Cli.Verbs;

/// <summary><c>edgekit docs</c>, for developers and not shown in the help: writes the generated tables of a Markdown file.</summary>
internal static class DocsVerb
{
    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "The Markdown file." };
        var command = new Command("docs", "Writes the generated tables of a Markdown file.") { file };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(file);
            OnnxModel.RequireFile(path);
            OutputFile.Write(path, SupportTable.Update(File.ReadAllText(path)));
        });
        return command;
    }
}
