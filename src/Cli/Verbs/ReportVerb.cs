using System.CommandLine;
using EdgeKit.Cli.Models;
using EdgeKit.Cli.Reporting;
using EdgeKit.Imaging;

namespace EdgeKit.Cli.Verbs;

/// <summary><c>edgekit report</c>: a page about a compressed model, or about what a model looks at.</summary>
internal static class ReportVerb
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> model = SharedOptions.Model("The compressed model, .ekm or .onnx.");
        var reference = new Option<string?>("--reference") { Description = "The float model it was made from, an ONNX file.", HelpName = "MODEL" };
        var pruned = new Option<string?>("--pruned") { Description = "The pruned float model in between, an ONNX file.", HelpName = "MODEL" };
        Option<string[]> images = SharedOptions.Pictures("--images", "Pictures to measure on: folders, files or CIFAR .bin files.");
        images.Required = true;
        Option<string?> labels = SharedOptions.Labels();
        Option<string[]> calibration = SharedOptions.Pictures("--calib", "Pictures it was calibrated on, to draw distributions of.");
        var limit = new Option<int?>("--limit") { Description = "Use only the first N pictures.", HelpName = "N" };
        var layerImages = new Option<int>("--layer-images")
        {
            Description = "Compare layers on N of the pictures.",
            HelpName = "N",
            DefaultValueFactory = static _ => CompressionPageRequest.DefaultLayerPictures,
        };
        Option<string?> config = SharedOptions.Config();
        Option<string?> shape = SharedOptions.Shape();
        Option<string> output = SharedOptions.Out("The HTML file to write.");
        Option<bool> json = SharedOptions.Json();
        var maps = new MapOptionSet();
        var command = new Verb("report", "Writes a page about a compressed model, or a model's maps.",
            """
            Measures a quantized model against the float model it was made from, on the
            same pictures, and writes one HTML file, with its pictures inside: size, speed,
            accuracy and whether chance explains the difference, the error and the range
            of every layer's result, widths, time. For an .ekm file the layers are those of
            NAME.onnx beside it, where that is what it was compiled from.

            With --maps the page is about a float model, on four pictures unless --limit
            says otherwise: feature maps, what speaks for the class, the channels that the
            classifier rests on, kernels, receptive fields.

            Examples: edgekit report q.int8.ekm --reference m.onnx --images val/
                      --labels labels.csv --out report.html
                      edgekit report m.onnx --maps --images cat.jpg --out maps.html
            """) { model, reference, pruned, images, labels, calibration, limit, layerImages, config, shape, output, json };
        maps.AddTo(command);
        command.SetAction(parsed =>
        {
            string int8 = parsed.GetRequiredValue(model), target = parsed.GetRequiredValue(output);
            string? prunedPath = parsed.GetValue(pruned);
            OnnxModel.RequireFile(int8);
            foreach (string? input in (string?[])[int8, parsed.GetValue(reference), prunedPath])
            {
                if (input is not null) OutputFile.RequireOther(target, input);
            }
            if (parsed.GetValue(limit) is < 1) throw CliException.Usage("--limit must be positive");
            if (parsed.GetValue(layerImages) < 1) throw CliException.Usage("--layer-images must be positive");
            var run = new RunRequest { Config = parsed.GetValue(config), Shapes = parsed.Shapes(shape) };
            if (maps.Wanted(parsed))
            {
                maps.Run(parsed, Float(int8), parsed.GetRequiredValue(images), parsed.GetValue(limit), target, parsed.GetValue(json), terminal);
                return;
            }
            OnnxModel original = Float(parsed.GetValue(reference) ?? throw CliException.Usage("--reference is required: the float model that the compressed one was made from (or ask for --maps of one float model)"));
            Preprocessing preprocessing = original.RequirePreprocessing();
            string[] paths = parsed.GetRequiredValue(images);
            ImageSource source = PictureReader.Open(paths, preprocessing, terminal).WithLabels(paths, parsed.GetValue(labels));
            string beside = Path.ChangeExtension(int8, ".onnx");
            CompressionFacts facts = CompressionPage.Write(target, new CompressionPageRequest
            {
                Original = original,
                Run = run,
                Pruned = prunedPath is null ? null : Float(prunedPath),
                Int8Path = int8,
                QdqPath = RunnableModel.IsCompiled(int8) && File.Exists(beside) ? beside : null,
                Pictures = [.. source.Take(parsed.GetValue(limit) ?? int.MaxValue)],
                Calibration = parsed.GetValue(calibration) is { Length: > 0 } calib ? [.. PictureReader.Open(calib, preprocessing, terminal)] : null,
                LayerPictures = parsed.GetValue(layerImages),
                Notes = paths is [PictureReader.Random] ? ["measured on noise: latency is right, accuracy and ranges are meaningless"] : [],
                Commands = [CommandText.Of(parsed)],
            }, terminal);
            terminal.Output.WriteLine(parsed.GetValue(json) ? JsonOutput.Format(facts) : $"{Wrapping.Wrap(facts.Verdict)}\n{target}: {Units.Size(new FileInfo(target).Length)}");

            OnnxModel Float(string path)
            {
                if (RunnableModel.IsCompiled(path)) throw CliException.Usage($"{path}: the layers of a float model are looked at in its .onnx file; name that");
                return OnnxModel.Load(path, run.Config, run.Shapes);
            }
        });
        return command;
    }
}
