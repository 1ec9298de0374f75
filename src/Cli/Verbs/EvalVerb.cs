using System.CommandLine;
using EdgeKit.Cli.Evaluating;
using EdgeKit.Cli.Finding;
using EdgeKit.Cli.Models;
using EdgeKit.Imaging;

namespace EdgeKit.Cli.Verbs;

/// <summary><c>edgekit eval</c>: how right a detector is.</summary>
internal static class EvalVerb
{
    private const string Voc = "voc";

    public static Command Create(Terminal terminal)
    {
        Argument<string> model = SharedOptions.Model("The model, .onnx or .ekm.");
        Option<string[]> images = SharedOptions.Pictures("--images", "Pictures: folders or files.");
        images.Required = true;
        var annotations = new Option<string>("--annotations") { Description = "What says what is in them: voc, an XML file beside each picture.", HelpName = Voc, DefaultValueFactory = static _ => Voc };
        annotations.AcceptOnlyFromAmong(Voc);
        var limit = new Option<int?>("--limit") { Description = "Use only the first N pictures.", HelpName = "N" };
        Option<string> backend = DemoVerb.BackendOption();
        Option<string?> config = SharedOptions.Config();
        Option<string?> ort = SharedOptions.Ort();
        Option<bool> json = SharedOptions.Json();
        var threads = new ThreadOptions();
        var command = new Verb("eval", "Measures how right a model is on pictures whose content is known.",
            """
            Measures a detector's mean average precision (mAP@0.5) on pictures with PASCAL
            VOC's annotations, with a 95 % interval by bootstrap over pictures. COCO's
            names are taken for VOC's. The definition is printed.

            Example: edgekit eval nanodet.onnx --images voc/ --annotations voc --json
            """) { model, images, annotations, limit, backend, config, ort, json };
        threads.AddTo(command);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(limit) is < 1) throw CliException.Usage("--limit must be positive");
            string path = parsed.GetRequiredValue(model);
            var request = new RunRequest { Config = parsed.GetValue(config), OrtPath = parsed.GetValue(ort), Threads = threads.Single(parsed), Cores = threads.Cores(parsed) };
            using FindingModel loaded = FindingModel.Load(path, parsed.GetRequiredValue(backend), request, static settings => settings with { Score = Evaluation.LeastScore });
            if (!loaded.Decoder.FindsBoxes) throw CliException.Usage($"{path}: its decoder finds no boxes, which is what VOC's annotations are about");
            string[] paths = parsed.GetRequiredValue(images);
            IEnumerable<(ImageItem, IReadOnlyList<Truth>)> pictures = Annotated(paths);
            EvalReport report = Evaluation.Voc(loaded, [.. parsed.GetValue(limit) is { } n ? pictures.Take(n) : pictures], string.Join(", ", paths), terminal);
            terminal.Output.WriteLine(parsed.GetValue(json) ? JsonOutput.Format(report) : report.ToText());
        });
        return command;
    }

    private static IEnumerable<(ImageItem Picture, IReadOnlyList<Truth> Truths)> Annotated(string[] paths)
    {
        foreach (string path in paths)
        {
            string folder = Directory.Exists(path) ? path : Path.GetDirectoryName(path) ?? "";
            foreach (ImageItem picture in ImageSource.Open(path)) yield return (picture, VocAnnotation.Load(Path.Combine(folder, Path.ChangeExtension(picture.Name, ".xml"))));
        }
    }
}
