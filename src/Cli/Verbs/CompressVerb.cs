using System.CommandLine;
using EdgeKit.Cli.Compressing;
using EdgeKit.Cli.Searching;

namespace EdgeKit.Cli.Verbs;

/// <summary><c>edgekit compress</c>: the main job in one command.</summary>
internal static class CompressVerb
{
    public static Command Create(Terminal terminal)
    {
        var options = new CompressOptionSet();
        Option<bool> json = SharedOptions.Json();
        var command = new Verb("compress", "Does it all: prunes, quantizes, compiles, verifies, reports.",
            """
            Writes into the folder: NAME.onnx (pruned, with --mac-budget), NAME.int8.onnx
            (QDQ), NAME.int8.ekm, NAME.int8.scheme.json, report.html, report.txt and
            report.json. The files are run and compared with the original. Without a
            model it shows all of that on EdgeKit's own lane model and road scenes that it
            renders, and draws what the result finds.

            Several budgets, --vary or --trials make it a search: every combination is a
            trial, kept in the folder of --trials, where an interrupted search goes on and
            where several processes can share the work. The best is written, with
            search.txt and search.json. Exit code 3 says that a goal is not met.

            Examples: edgekit compress
                      edgekit compress m.onnx --calib pictures/ --mac-budget 0.9
                      edgekit compress m.onnx --calib pictures/ --images val/
                                       --labels labels.csv --max-drop 1 --out out
                      edgekit compress m.onnx --calib pictures/ --images val/
                                       --labels labels.csv --max-drop 2
                                       --mac-budget 1,0.9,0.8 --trials trials/
            """);
        options.AddTo(command);
        command.Add(json);
        command.SetAction(parsed =>
        {
            bool asJson = parsed.GetValue(json);
            if (options.IsSearch(parsed))
            {
                SearchReport search = Search.Run(options.ReadSearch(parsed, terminal), terminal);
                terminal.Output.WriteLine(asJson ? JsonOutput.Format(search) : search.ToText());
                return search.GoalMet ? ExitCode.Success : ExitCode.Gate;
            }
            CompressReport report = Compression.Run(options.Read(parsed, terminal), terminal);
            terminal.Output.WriteLine(asJson ? JsonOutput.Format(report) : report.ToText());
            return report.GoalMet ? ExitCode.Success : ExitCode.Gate;
        });
        return command;
    }
}
