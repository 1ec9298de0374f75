using System.CommandLine;
using EdgeKit.Cli.Models;
using EdgeKit.Cli.Profiling;

namespace EdgeKit.Cli.Verbs;

/// <summary><c>edgekit profile</c>: where a model's time goes, and what models take on a board.</summary>
internal static class ProfileVerb
{
    public static Command Create(Terminal terminal)
    {
        var models = new Argument<string[]>("models") { Description = "The model, .ekm or .onnx; for a sweep one or more .ekm files.", Arity = ArgumentArity.ZeroOrMore };
        var runs = new Option<int?>("--runs") { Description = "Runs, instead of two seconds.", HelpName = "N" };
        var threads = new ThreadOptions();
        var html = new Option<string?>("--html") { Description = "Also write a page with pictures.", HelpName = "FILE" };
        Option<string?> shape = SharedOptions.Shape();
        Option<bool> json = SharedOptions.Json();
        var board = new BoardOptionSet();
        var command = new Verb("profile", "Shows where a model's time goes, here or on a board.",
            """
            Times every operator on inputs of noise and sets it against what one core of
            this machine can do, measured too: multiply-adds, and copying a block as large
            as the model's memory.

            With --out or --host it measures over numbers of threads and kinds of cores
            instead (all, unless --threads and --cores name some), watches clock,
            temperature and throttling meanwhile, and refuses to call a disturbed run
            valid (exit code 6). FILE.json is also a target for
            'edgekit compress --latency-ms T --target FILE.json'.

            Examples: edgekit profile m.ekm --html profile.html
                      edgekit profile m.ekm --out profile.json
                      edgekit profile m.ekm --host pi@board --agent edgekit-agent
                      edgekit profile m.ekm --host pi@board --compare earlier.json
                      edgekit profile --from profile.json --html profile.html
            """) { models, runs, html, shape, json };
        threads.AddTo(command);
        board.AddTo(command);
        command.SetAction(parsed =>
        {
            string[] paths = parsed.GetValue(models) ?? [];
            if (parsed.GetValue(runs) is < 1) throw CliException.Usage("--runs must be positive");
            if (board.IsBoard(parsed))
            {
                if (parsed.GetResult(runs) is not null || parsed.GetResult(shape) is not null) throw CliException.Usage("--runs and --shape are for one model's operators; a sweep takes --rounds");
                return board.Run(parsed, paths, parsed.GetValue(html), threads.ThreadText(parsed), threads.CoreText(parsed), parsed.GetValue(json), terminal);
            }
            string path = paths is [string only] ? only : throw CliException.Usage("profile takes one model; several, with --out or --host");
            if (parsed.GetValue(html) is { } page) OutputFile.RequireOther(page, path);
            int[]? cores = threads.Cores(parsed);
            var request = new RunRequest { Shapes = parsed.Shapes(shape), Threads = threads.Single(parsed), Cores = cores };
            using EkmModel loaded = EkmModel.Load(path, request);
            ProfileReport report = Profiler.Run(loaded, parsed.GetValue(runs), cores, terminal);
            if (parsed.GetValue(html) is { } target) OutputFile.Write(target, ProfilePage.Of(report));
            terminal.Output.WriteLine(parsed.GetValue(json) ? JsonOutput.Format(report) : report.ToText());
            return ExitCode.Success;
        });
        return command;
    }
}
