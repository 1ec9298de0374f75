using System.CommandLine;
using EdgeKit.Cli.Compressing;
using EdgeKit.Cli.Demo;
using EdgeKit.Cli.Models;
using EdgeKit.Imaging;

namespace EdgeKit.Cli.Verbs;

/// <summary><c>edgekit compress</c>: the main job in one command.</summary>
internal static class CompressVerb
{
    /// <summary>Calibration pictures that agreement is measured on when no others are given.</summary>
    private const int DefaultVerification = 32;

    public static Command Create(Terminal terminal)
    {
        var model = new Argument<string?>("model") { Description = "The float model, an ONNX file; without one, a net and pictures that EdgeKit makes.", Arity = ArgumentArity.ZeroOrOne };
        Option<string[]> calibration = SharedOptions.Pictures("--calib", "Pictures to calibrate on: folders, files or CIFAR .bin files; or the word random.");
        Option<string[]> images = SharedOptions.Pictures("--images", "Other pictures, to verify on.");
        Option<string?> labels = SharedOptions.Labels();
        var limit = new Option<int?>("--limit") { Description = "Verify on the first N pictures only.", HelpName = "N" };
        var budget = new Option<double?>("--mac-budget") { Description = "Also prune, to this share of the multiply-accumulates, such as 0.9.", HelpName = "SHARE" };
        var output = new Option<string>("--out", "-o") { Description = "Folder of the results.", HelpName = "FOLDER", DefaultValueFactory = static _ => "out" };
        var pruning = new PruneOptionSet();
        var quantization = new QuantizeOptionSet();
        Option<string?> config = SharedOptions.Config();
        Option<string?> shape = SharedOptions.Shape();
        Option<string?> ort = SharedOptions.Ort();
        Option<bool> json = SharedOptions.Json();
        var command = new Verb("compress", "Does it all: prunes, quantizes, compiles, verifies, reports.",
            """
            Writes into the folder: NAME.onnx (pruned, with --mac-budget), NAME.int8.onnx
            (QDQ), NAME.int8.ekm, report.txt and report.json. The files are then run and
            compared with the original. Without a model it shows all of that on a small
            net and pictures that it makes itself.

            Examples: edgekit compress
                      edgekit compress m.onnx --calib pictures/ --mac-budget 0.9
                      edgekit compress m.onnx --calib pictures/ --images val/
                                       --labels labels.csv --out out
            """) { model, calibration, images, labels, limit, budget, output };
        pruning.AddTo(command);
        quantization.AddTo(command);
        command.Add(config);
        command.Add(shape);
        command.Add(ort);
        command.Add(json);
        command.SetAction(parsed =>
        {
            var run = new RunRequest { Config = parsed.GetValue(config), Shapes = parsed.Shapes(shape), OrtPath = parsed.GetValue(ort) };
            QuantizeSettings how = quantization.Read(parsed);
            string folder = parsed.GetRequiredValue(output);
            double? share = parsed.GetValue(budget);
            CompressRequest request = parsed.GetValue(model) is { } path ? Given(path) : Made();
            CompressReport report = Compression.Run(request, terminal);
            terminal.Output.WriteLine(parsed.GetValue(json) ? JsonOutput.Format(report) : report.ToText());

            CompressRequest Made()
            {
                foreach (Option option in new Option[] { calibration, images, labels, config, shape })
                {
                    if (parsed.GetResult(option) is not null) throw CliException.Usage($"{option.Name} needs a model");
                }
                return DemoJob.Prepare(folder, pruning.Read(parsed, share ?? DemoJob.MacBudget), how, run, terminal);
            }

            CompressRequest Given(string path)
            {
                string[] calibrationPaths = parsed.GetValue(calibration) is { Length: > 0 } given
                    ? given
                    : throw CliException.Usage("--calib is needed: some hundred pictures like those the model will see, or the word random");
                OnnxModel loaded = OnnxModel.Load(path, run.Config, run.Shapes);
                Preprocessing preprocessing = loaded.RequirePreprocessing();
                ImageSource source = PictureReader.Open(calibrationPaths, preprocessing, terminal);
                string[]? verificationPaths = parsed.GetValue(images) is { Length: > 0 } others ? others : null;
                if (verificationPaths is null && parsed.GetValue(labels) is not null) throw CliException.Usage("--labels needs --images: accuracy is not measured on the pictures of --calib");
                IEnumerable<ImageItem> verification = verificationPaths is null
                    ? source.Take(DefaultVerification).Select(static p => p with { Label = null })
                    : ImageSource.Open(verificationPaths).WithLabels(verificationPaths, parsed.GetValue(labels));
                return new CompressRequest
                {
                    Model = loaded,
                    Run = run,
                    Name = Path.GetFileNameWithoutExtension(path),
                    Out = folder,
                    Calibration = source,
                    Verification = [.. verification.Take(Math.Max(parsed.GetValue(limit) ?? int.MaxValue, 1))],
                    Pruning = share is { } s ? pruning.Read(parsed, s) : null,
                    Quantization = how,
                    Notes = Notes(calibrationPaths, verificationPaths is null),
                };
            }
        });
        return command;
    }

    private static string[] Notes(string[] calibration, bool verifiedOnCalibration) =>
    [
        .. calibration is [PictureReader.Random] ? new[] { "calibrated on noise: latency is right, accuracy is meaningless" } : [],
        .. verifiedOnCalibration ? new[] { "verified on pictures of --calib, which flatters; give others by --images" } : [],
    ];
}
