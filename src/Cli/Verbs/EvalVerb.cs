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
        var annotations = new Option<string>("--annotations") { Description = "What says what is in them: voc, an XML file beside each picture.", HelpName = Voc, DefaultValueFactory = static _ => Voc };
        annotations.AcceptOnlyFromAmong(Voc);
        var scenes = new Option<int?>("--scenes") { Description = "Render N road scenes instead.", HelpName = "N" };
        var seed = new Option<int>("--seed") { Description = "Chooses the scenes.", DefaultValueFactory = static _ => 1 };
        var reference = new Option<string?>("--reference") { Description = "Another model to compare with on the pictures.", HelpName = "MODEL" };
        var limit = new Option<int?>("--limit") { Description = "Use only the first N pictures.", HelpName = "N" };
        Option<float> score = new("--score") { Description = "Least confidence of a box that counts.", HelpName = "S", DefaultValueFactory = static _ => Evaluation.LeastScore };
        Option<string> backend = DemoVerb.BackendOption();
        Option<string?> config = SharedOptions.Config();
        Option<string?> ort = SharedOptions.Ort();
        Option<bool> json = SharedOptions.Json();
        var threads = new ThreadOptions();
        var command = new Verb("eval", "Measures how right a model is on pictures that are known.",
            """
            On pictures with PASCAL VOC's annotations: a detector's mean average precision
            (mAP@0.5), with a 95 % interval by bootstrap over pictures; COCO's names are
            taken for VOC's. On rendered road scenes: F1 of lane lines, mAP@0.5 of objects,
            as the model finds them. The definition is printed.

            Examples: edgekit eval nanodet.ekm --images voc/ --reference nanodet.onnx
                      edgekit eval lanes.ekm --scenes 500 --seed 4242 --json
            """) { model, images, annotations, scenes, seed, reference, limit, score, backend, config, ort, json };
        threads.AddTo(command);
        command.SetAction(parsed =>
        {
            string[] paths = parsed.GetValue(images) ?? [];
            if (parsed.GetValue(limit) is < 1 || parsed.GetValue(scenes) is < 1) throw CliException.Usage("--limit and --scenes must be positive");
            if (!(parsed.GetValue(score) is >= 0 and <= 1)) throw CliException.Usage("--score must be a number from 0 to 1");
            if ((parsed.GetValue(scenes) is null) == (paths.Length == 0)) throw CliException.Usage("give either --images or --scenes");
            string path = parsed.GetRequiredValue(model);
            var request = new RunRequest { Config = parsed.GetValue(config), OrtPath = parsed.GetValue(ort), Threads = threads.Single(parsed), Cores = threads.Cores(parsed) };
            using FindingModel loaded = Load(path);
            EvalReport report;
            if (parsed.GetValue(scenes) is { } count)
            {
                if (parsed.GetValue(reference) is not null) throw CliException.Usage("--reference is for --images");
                report = SceneEvaluation.Run([loaded], count, parsed.GetValue(seed), terminal)[0];
            }
            else
            {
                using FindingModel? other = parsed.GetValue(reference) is { } name ? Load(name) : null;
                foreach (FindingModel each in new[] { loaded, other }.OfType<FindingModel>())
                    if (!each.Decoder.FindsBoxes) throw CliException.Usage($"{each.Name}: its decoder finds no boxes, which is what VOC's annotations are about");
                IEnumerable<(ImageItem, IReadOnlyList<Truth>)> pictures = Annotated(paths);
                report = Evaluation.Voc(loaded, other, [.. parsed.GetValue(limit) is { } n ? pictures.Take(n) : pictures], string.Join(", ", paths), terminal);
            }
            terminal.Output.WriteLine(parsed.GetValue(json) ? JsonOutput.Format(report) : report.ToText());

            FindingModel Load(string file) => FindingModel.Load(file, parsed.GetRequiredValue(backend), request, settings => Evaluation.WithAllBoxes(settings, parsed.GetValue(score)));
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
