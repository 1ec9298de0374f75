using System.CommandLine;
using EdgeKit.Cli.Models;
using EdgeKit.Compiler;

namespace EdgeKit.Cli.Verbs;

/// <summary><c>edgekit compile</c>: ONNX to <c>.ekm</c>.</summary>
internal static class CompileVerb
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> model = SharedOptions.Model("The model, an ONNX file: float, or quantized in QDQ form.");
        var shapes = new Option<string[]>("--shape")
        {
            Description = "Input shape: HxW, NxCxHxW or NAME=NxCxHxW. Give it several times for one file that runs at several sizes.",
            HelpName = "SHAPE",
        };
        Option<string?> config = SharedOptions.Config();
        var without = new Option<string[]>("--without")
        {
            Description = $"Steps of the compiler to leave out, separated by commas: {string.Join(", ", OptimizationNames.All)}, all.",
            HelpName = "STEPS",
        };
        Option<string> output = SharedOptions.Out("The .ekm file to write.");
        Option<bool> json = SharedOptions.Json();
        var command = new Verb("compile", "Compiles a model for EdgeKit's runtime.",
            """
            Compiles a model for EdgeKit's runtime: a float model to float, a quantized
            one to INT8 by its exact integer rule.

            Example: edgekit compile q.onnx --out q.ekm
            """) { model, shapes, config, without, output, json };
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(model);
            string target = parsed.GetRequiredValue(output);
            OutputFile.RequireOther(target, path);
            Optimizations left = OptimizationNames.Parse(parsed.GetValue(without) ?? []);
            string[] given = parsed.GetValue(shapes) ?? [];
            OnnxModel[] sizes = given.Length == 0
                ? [OnnxModel.Load(path, parsed.GetValue(config), shapes: null)]
                : [.. given.Select(shape => OnnxModel.Load(path, parsed.GetValue(config), InputShape.Parse(shape)))];
            byte[] content = EkmModel.CompileBytes(sizes, left);
            terminal.Cancel.ThrowIfCancellationRequested();
            OutputFile.Write(target, content);
            string precision = sizes[0].IsQuantized ? "int8" : "fp32";
            string[] inputs = [.. sizes.Select(static s => InputShape.Format(s.Graph.Inputs[0].Dims))];
            long before = new FileInfo(path).Length;
            terminal.Output.WriteLine(parsed.GetValue(json)
                ? JsonOutput.Format(new Report(JsonOutput.Version, path, target, precision, inputs, before, content.Length))
                : $"{target}: {precision}, input {string.Join(", ", inputs)}, {Units.Size(content.Length)} (ONNX {Units.Size(before)})");
        });
        return command;
    }

    private sealed record Report(int Version, string Model, string Out, string Precision, IReadOnlyList<string> Inputs, long ModelBytes, long FileBytes);
}
