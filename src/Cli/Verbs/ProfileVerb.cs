using System.CommandLine;
using EdgeKit.Cli.Models;
using EdgeKit.Cli.Profiling;

namespace EdgeKit.Cli.Verbs;

/// <summary><c>edgekit profile</c>: where a model's time goes.</summary>
internal static class ProfileVerb
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> model = SharedOptions.Model("The model, .ekm or .onnx.");
        var runs = new Option<int?>("--runs") { Description = "Runs, instead of two seconds.", HelpName = "N" };
        var threads = new ThreadOptions();
        var html = new Option<string?>("--html") { Description = "Also write a page with pictures: timeline, operators, memory.", HelpName = "FILE" };
        Option<string?> shape = SharedOptions.Shape();
        Option<bool> json = SharedOptions.Json();
        var command = new Verb("profile", "Shows where a model's time goes.",
            """
            Times every operator on inputs of noise and sets it against what one core of
            this machine can do, measured too: multiply-adds, and copying a block as large
            as the model's memory.

            Example: edgekit profile m.ekm --html profile.html
            """) { model, runs, html, shape, json };
        threads.AddTo(command);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(runs) is < 1) throw CliException.Usage("--runs must be positive");
            string path = parsed.GetRequiredValue(model);
            if (parsed.GetValue(html) is { } page) OutputFile.RequireOther(page, path);
            int[]? cores = threads.Cores(parsed);
            var request = new RunRequest { Shapes = parsed.Shapes(shape), Threads = threads.Single(parsed), Cores = cores };
            using EkmModel loaded = EkmModel.Load(path, request);
            ProfileReport report = Profiler.Run(loaded, parsed.GetValue(runs), cores, terminal);
            if (parsed.GetValue(html) is { } target) OutputFile.Write(target, ProfilePage.Of(report));
            terminal.Output.WriteLine(parsed.GetValue(json) ? JsonOutput.Format(report) : report.ToText());
        });
        return command;
    }
}
