using System.CommandLine;
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
        var command = new Verb("inspect", "Lists the layers of a model and how they run.",
            """
            Lists the layers of a model: output shape, parameters, multiply-accumulates
            (MACs), bytes of activations, receptive field, stride, and how the runtime
            takes each: in INT8, in float, folded into another layer, or not at all.

            Example: edgekit inspect model.onnx --shape 224x224
            """) { model, shape, config, json };
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(model);
            bool asJson = parsed.GetValue(json);
            IReadOnlyDictionary<string, int[]>? shapes = parsed.Shapes(shape);
            OnnxModel.RequireFile(path);
            if (RunnableModel.IsCompiled(path))
            {
                PlanReport report = PlanReport.Of(PlanFile.Load(path));
                terminal.Output.WriteLine(asJson ? JsonOutput.Format(report) : report.ToText());
                return;
            }
            ModelReport layers = ModelReport.Of(path, parsed.GetValue(config), shapes);
            terminal.Output.WriteLine(asJson ? layers.ToJson() : layers.ToText());
        });
        return command;
    }
}
