using System.CommandLine;
using EdgeKit.Cli.Compressing;
using EdgeKit.Cli.Models;
using EdgeKit.Imaging;
using EdgeKit.Onnx;
using EdgeKit.Pruning;

namespace EdgeKit.Cli.Verbs;

/// <summary><c>edgekit prune</c>: removes channels.</summary>
internal static class PruneVerb
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> model = SharedOptions.Model("The float model, an ONNX file.");
        var budgets = new BudgetOptionSet();
        Option<string[]> calibration = SharedOptions.Pictures("--calib", "Pictures to choose by, and to fit what is left to: folders, files or CIFAR .bin files.");
        var settings = new PruneOptionSet();
        Option<string?> config = SharedOptions.Config();
        Option<string?> shape = SharedOptions.Shape();
        Option<string> output = SharedOptions.Out("The ONNX file to write.");
        Option<bool> json = SharedOptions.Json();
        var command = new Verb("prune", "Removes the least important channels of a float model.",
            """
            Removes whole channels, through channel shuffles, splits, additions and gates,
            until the model keeps within its budgets: of multiply-accumulates, parameters
            or time on a machine. With pictures, the layers that are left are fitted to
            what the original computes: give some hundred, and begin with 0.9.

            Examples: edgekit prune m.onnx --macs 0.9 --calib pictures/ --out p.onnx
                      edgekit prune m.onnx --latency 0.8 --target cortex-a72 --out p.onnx
                      edgekit prune m.onnx --latency-ms 4 --target host --out p.onnx
            """) { model, calibration, output };
        budgets.AddTo(command);
        settings.AddTo(command);
        command.Add(config);
        command.Add(shape);
        command.Add(json);
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(model);
            string target = parsed.GetRequiredValue(output);
            OutputFile.RequireOther(target, path);
            BudgetRequest budget = budgets.Read(parsed) ?? throw CliException.Usage($"a budget is needed: {budgets.Names}");
            string[] paths = parsed.GetValue(calibration) ?? [];
            PruneOptions options = settings.Read(parsed, paths.Length > 0);
            OnnxModel loaded = OnnxModel.Load(path, parsed.GetValue(config), parsed.Shapes(shape));
            PruneStep.RequireFloat(loaded);
            if (paths.Length == 0) PruneOptionSet.RequirePictures(options);
            ImageSource? pictures = paths.Length == 0 ? null : PictureReader.OpenCalibration(paths, loaded.RequirePreprocessing(), terminal);
            PruneResult result = PruneStep.Run(loaded, budget.AddTo(options, loaded, terminal), pictures, terminal);
            if (result.Report.Shortfall is { } shortfall) throw CliException.Usage($"{path}: {shortfall}");
            LatencyCheck? check = budget.IsHost ? LatencyCheck.Of(loaded.Graph, result, budget.Int8, terminal) : null;
            OutputFile.CreateFolder(Path.GetDirectoryName(Path.GetFullPath(target))!);
            OnnxFile.Save(result.Pruned, target);
            terminal.Output.WriteLine(parsed.GetValue(json)
                ? JsonOutput.Format(new Report(JsonOutput.Version, path, target, result.Report.Macs, result.Report.MacsOriginal, result.Report.Parameters, result.Report, check))
                : $"{result.Report.ToText().TrimEnd()}\n{check}".TrimEnd());
        });
        return command;
    }

    private sealed record Report(int Version, string Model, string Out, long Macs, long MacsOriginal, long Params, PruneReport Pruning, LatencyCheck? Latency);
}
