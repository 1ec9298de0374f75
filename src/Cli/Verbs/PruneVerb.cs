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
        var budget = new Option<double>("--mac-budget") { Description = "Share of the multiply-accumulates to keep, such as 0.9.", HelpName = "SHARE", Required = true };
        Option<string[]> calibration = SharedOptions.Pictures("--calib", "Pictures to correct the biases on, where given: folders, files or CIFAR .bin files.");
        var settings = new PruneOptionSet();
        Option<string?> config = SharedOptions.Config();
        Option<string?> shape = SharedOptions.Shape();
        Option<string> output = SharedOptions.Out("The ONNX file to write.");
        Option<bool> json = SharedOptions.Json();
        var command = new Verb("prune", "Removes the least important channels of a float model.",
            """
            Removes whole channels, through channel shuffles, splits, additions and gates,
            until the model needs the given share of its multiply-accumulates. With
            pictures, what the removed channels gave on average is kept. Without training
            afterwards accuracy still falls quickly: begin with 0.95.

            Example: edgekit prune m.onnx --mac-budget 0.95 --calib pictures/ --out p.onnx
            """) { model, budget, calibration, output };
        settings.AddTo(command);
        command.Add(config);
        command.Add(shape);
        command.Add(json);
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(model);
            string target = parsed.GetRequiredValue(output);
            OutputFile.RequireOther(target, path);
            PruneOptions options = settings.Read(parsed, parsed.GetValue(budget));
            OnnxModel loaded = OnnxModel.Load(path, parsed.GetValue(config), parsed.Shapes(shape));
            string[] paths = parsed.GetValue(calibration) ?? [];
            ImageSource? pictures = paths.Length == 0 ? null : PictureReader.Open(paths, loaded.RequirePreprocessing(), terminal);
            PruneResult result = PruneStep.Run(loaded, options, pictures, terminal);
            OnnxFile.Save(result.Pruned, target);
            terminal.Output.WriteLine(parsed.GetValue(json)
                ? JsonOutput.Format(new Report(JsonOutput.Version, path, target, result.Report))
                : result.Report.ToText().TrimEnd());
        });
        return command;
    }

    private sealed record Report(int Version, string Model, string Out, PruneReport Pruning);
}
