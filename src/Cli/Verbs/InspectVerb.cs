using System.CommandLine;
using EdgeKit.Cli.Drawing;
using EdgeKit.Cli.Inspecting;
using EdgeKit.Cli.Models;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Cli.Verbs;

/// <summary><c>edgekit inspect</c>: what a model is made of.</summary>
internal static class InspectVerb
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> model = SharedOptions.Model("The model, .onnx or .ekm.");
        Option<string?> shape = SharedOptions.Shape();
        Option<string?> config = SharedOptions.Config();
        Option<bool> json = SharedOptions.Json();
        var plan = new Option<bool>("--plan") { Description = "Of an .ekm file also what the compiler did, and a map of the activation memory." };
        var picture = new Option<string?>("--svg") { Description = "Draw the layers of an .onnx file, or the activation memory of an .ekm file over its operators.", HelpName = "FILE" };
        var lint = new Option<bool>("--lint") { Description = "Look for faults of design instead; exit code 3 where there are some." };
        var command = new Verb("inspect", "Lists the layers of a model and how they run.",
            """
            Lists the layers of a model: output shape, parameters, multiply-accumulates
            (MACs), bytes of activations, receptive field, stride, and how the runtime
            takes each: in INT8, in float, folded into another layer, or not at all.

            --lint looks for what runs and yet is hardly meant: transposed convolutions that
            leave a checkerboard, stacked dilations with gaps, kernels that shift by half a
            pixel, anchors beyond the receptive field, layers too narrow for the kernels,
            maps that come out empty.

            Example: edgekit inspect model.onnx --shape 224x224
            """) { model, shape, config, lint, plan, picture, json };
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(model);
            bool asJson = parsed.GetValue(json);
            IReadOnlyDictionary<string, int[]>? shapes = parsed.Shapes(shape);
            OnnxModel.RequireFile(path);
            if (parsed.GetValue(lint))
            {
                if (RunnableModel.IsCompiled(path)) throw CliException.Usage($"{path}: --lint is for .onnx files");
                LintReport found = LintReport.Of(path, parsed.GetValue(config), shapes);
                terminal.Output.WriteLine(asJson ? JsonOutput.Format(found) : found.ToText());
                return found.Findings.Count == 0 ? ExitCode.Success : ExitCode.Gate;
            }
            if (RunnableModel.IsCompiled(path))
            {
                PlanReport report = PlanReport.Of(PlanFile.Load(path));
                if (parsed.GetValue(picture) is { } svg)
                {
                    OutputFile.RequireOther(svg, path);
                    PlanEntry first = report.Plans[0];
                    OutputFile.Write(svg, ArenaPicture.Standalone(first.Arena, first.ArenaBytes, first.Operators.Count));
                }
                terminal.Output.WriteLine(asJson ? JsonOutput.Format(report) : report.ToText(parsed.GetValue(plan)));
                return ExitCode.Success;
            }
            if (parsed.GetValue(plan)) throw CliException.Usage($"{path}: --plan is for .ekm files; compile it first");
            if (parsed.GetValue(picture) is { } drawing)
            {
                OutputFile.RequireOther(drawing, path);
                OutputFile.Write(drawing, GraphPicture.Of(OnnxModel.Load(path, parsed.GetValue(config), shapes, declutter: false).Graph));
            }
            ModelReport layers = ModelReport.Of(path, parsed.GetValue(config), shapes);
            terminal.Output.WriteLine(asJson ? layers.ToJson() : layers.ToText());
            return ExitCode.Success;
        });
        return command;
    }
}
