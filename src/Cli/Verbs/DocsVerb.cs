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
        var reports = new Option<string?>("--reports") { Description = "Folder whose folders hold report.json files, for the table of models." };
        var command = new Command("docs", "Writes the generated tables of a Markdown file.") { file, reports };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(file);
            OnnxModel.RequireFile(path);
            string text = SupportTable.Update(File.ReadAllText(path));
            if (parsed.GetValue(reports) is { } folder) text = Markers.Replace(text, ModelTable.Begin, ModelTable.End, ModelTable.Markdown(folder));
            OutputFile.Write(path, text);
        });
        return command;
    }
}
