using System.CommandLine;
using EdgeKit.Cli.Comparing;
using EdgeKit.Cli.Models;
using EdgeKit.Imaging;

namespace EdgeKit.Cli.Verbs;

/// <summary><c>edgekit compare</c>: two models on the same pictures.</summary>
internal static class CompareVerb
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> model = SharedOptions.Model("The model, .onnx or .ekm.");
        var reference = new Option<string>("--reference") { Description = "The model to compare with, .onnx or .ekm.", HelpName = "MODEL", Required = true };
        Option<string[]> images = SharedOptions.Pictures("--images", "Pictures: folders, files or CIFAR .bin files; or the word random.");
        images.Required = true;
        Option<string?> labels = SharedOptions.Labels();
        var backend = new Option<string>("--backend") { Description = "What runs the .onnx files.", DefaultValueFactory = static _ => RunnableModel.EdgeKitBackend };
        backend.AcceptOnlyFromAmong([.. RunnableModel.Backends]);
        var limit = new Option<int?>("--limit") { Description = "Use only the first N pictures.", HelpName = "N" };
        Option<string?> config = SharedOptions.Config();
        Option<string?> shape = SharedOptions.Shape();
        Option<string?> ort = SharedOptions.Ort();
        Option<bool> json = SharedOptions.Json();
        var command = new Verb("compare", "Runs two models on the same pictures.",
            """
            Runs two models on the same pictures and says how far they agree, and with
            labels how often each is right. An .onnx file runs on EdgeKit's runtime, a
            quantized one by its exact integer rule, unless --backend onnxruntime.

            Example: edgekit compare q.ekm --reference m.onnx --images val/
                     --labels labels.csv
            """) { model, reference, images, labels, backend, limit, config, shape, ort, json };
        command.SetAction(parsed =>
        {
            var request = new RunRequest { Config = parsed.GetValue(config), Shapes = parsed.Shapes(shape), OrtPath = parsed.GetValue(ort) };
            using RunnableModel a = Load(parsed.GetRequiredValue(model));
            using RunnableModel b = Load(parsed.GetRequiredValue(reference));
            string[] paths = parsed.GetRequiredValue(images);
            ImageSource source = PictureReader.Open(paths, a.RequirePreprocessing(), terminal).WithLabels(paths, parsed.GetValue(labels));
            ImageItem[] pictures = [.. parsed.GetValue(limit) is { } n ? source.Take(Math.Max(n, 1)) : source];
            ComparisonReport report = Comparison.Run(a, b, pictures, terminal);
            terminal.Output.WriteLine(parsed.GetValue(json) ? JsonOutput.Format(report) : report.ToText());

            RunnableModel Load(string path) =>
                RunnableModel.Load(path, RunnableModel.IsCompiled(path) ? RunnableModel.EdgeKitBackend : parsed.GetRequiredValue(backend), request);
        });
        return command;
    }
}
