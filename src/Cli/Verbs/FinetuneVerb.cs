using System.CommandLine;
using EdgeKit.Cli.Comparing;
using EdgeKit.Cli.Compressing;
using EdgeKit.Cli.Drawing;
using EdgeKit.Cli.Models;
using EdgeKit.Cli.Searching;
using EdgeKit.Cli.Training;
using EdgeKit.Imaging;
using EdgeKit.Onnx;
using EdgeKit.Quantization;
using EdgeKit.Training.Distilling;

namespace EdgeKit.Cli.Verbs;

/// <summary><c>edgekit finetune</c>: a model learns from the one that it was made from.</summary>
internal static class FinetuneVerb
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> model = SharedOptions.Model("The model that learns, a float ONNX file, such as 'edgekit prune' writes.");
        var teacher = new Option<string>("--teacher") { Description = "The model that it was made from.", HelpName = "MODEL", Required = true };
        Option<string[]> calibration = SharedOptions.Pictures("--calib", "Pictures to learn on, without labels: folders, files or CIFAR .bin files.");
        calibration.Required = true;
        var qat = new Option<bool>("--qat") { Description = "Also quantize it and let the quantized model learn; writes QDQ." };
        Option<string[]> images = SharedOptions.Pictures("--images", "Other pictures with labels, to measure accuracy on before and after.");
        Option<string?> labels = SharedOptions.Labels();
        Option<string> output = SharedOptions.Out("The ONNX file to write.");
        Option<string?> saveScheme = SchemeOptions.Save();
        var settings = new FinetuneOptionSet();
        var curve = new Option<string?>("--curve") { Description = "Draw the losses as an SVG file.", HelpName = "FILE.svg" };
        Option<string?> config = SharedOptions.Config();
        Option<string?> shape = SharedOptions.Shape();
        Option<bool> json = SharedOptions.Json();
        var command = new Verb("finetune", "Wins back what pruning or quantization cost, without labels.",
            """
            The model learns to give what the one that it was made from gives, on pictures
            without labels: block by block, then as a whole. With --qat it then learns with
            weights and activations rounded to 8 bits by the rule of the integer engine,
            and the ranges learn too. --steps 0 --block-steps 0 --qat quantizes only.

            Examples: edgekit finetune p.onnx --teacher m.onnx --calib pictures/
                              --out f.onnx
                      edgekit finetune p.onnx --teacher m.onnx --calib pictures/ --qat
                              --images val/ --labels labels.csv --out q.onnx
            """) { model, teacher, calibration, qat, images, labels, output, saveScheme };
        settings.AddTo(command);
        foreach (Option option in new Option[] { curve, config, shape, json }) command.Add(option);
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(model), teacherPath = parsed.GetRequiredValue(teacher), target = parsed.GetRequiredValue(output);
            OutputFile.RequireOther(target, path);
            OutputFile.RequireOther(target, teacherPath);
            OnnxModel student = OnnxModel.Load(path, parsed.GetValue(config), parsed.Shapes(shape)), original = OnnxModel.Load(teacherPath, parsed.GetValue(config), parsed.Shapes(shape));
            if (student.IsQuantized) throw CliException.Usage($"{path}: is quantized; finetune the float model with --qat");
            string[] paths = parsed.GetRequiredValue(calibration), imagePaths = parsed.GetValue(images) ?? [];
            ImageSource pictures = PictureReader.OpenCalibration(paths, student.RequirePreprocessing(), terminal);
            ImageItem[] held = imagePaths.Length == 0 ? [] : [.. ImageSource.Open(imagePaths).WithLabels(imagePaths, parsed.GetValue(labels))];

            using var digest = new InputDigest();
            digest.AddFile("model", path);
            digest.AddFile("teacher", teacherPath);
            digest.Add("preprocessing", student.RequirePreprocessing().ToJson());
            digest.AddPictures("pictures", paths, [.. pictures]);
            using var finetuning = new Finetuning(student, original.Graph, pictures, settings.Read(parsed, digest.ToString()), terminal);
            Accuracy? teacherTop1 = Measure(original.Graph), before = Measure(student.Graph);
            finetuning.Distil(student.Graph);
            Accuracy? after = Measure(student.Graph), int8Before = null, int8 = null;
            Graph result = student.Graph;
            if (parsed.GetValue(qat))
            {
                QuantizeOutcome quantized = QuantizeStep.Run(student, pictures, new QuantizeOptions(), scheme: null, goal: null, terminal);
                int8Before = Measure(quantized.Result.Qdq);
                quantized = finetuning.Distil(quantized);
                result = quantized.Result.Qdq;
                int8 = Measure(result);
                if (parsed.GetValue(saveScheme) is { } schemeFile) OutputFile.Write(schemeFile, SchemeFile.Format(quantized.Scheme));
            }
            OutputFile.CreateFolder(Path.GetDirectoryName(Path.GetFullPath(target))!);
            OnnxFile.Save(result, target);
            if (parsed.GetValue(curve) is { } chart) OutputFile.Write(chart, LossChart.Draw(Path.GetFileName(target), [.. finetuning.Stages.SelectMany(static s => s.Losses)]));
            var report = new Report(JsonOutput.Version, path, teacherPath, target, pictures.Count, [.. finetuning.Stages.Select(StageReport.Of)])
            {
                Teacher = teacherTop1,
                Before = before,
                After = after,
                Int8BeforeTraining = int8Before,
                Int8 = int8,
            };
            terminal.Output.WriteLine(parsed.GetValue(json) ? JsonOutput.Format(report) : report.ToText());

            Accuracy? Measure(Graph graph) => held.Length == 0 ? null : Accuracy.Of(target, graph, held, terminal);
        });
        return command;
    }

    private sealed record StageReport(string Name, int Steps, double FirstLoss, double LastLoss, string Curve)
    {
        public static StageReport Of(StageResult stage)
        {
            int few = Math.Max(1, stage.Losses.Count / 20);
            return new(stage.Name, stage.Losses.Count, Sparkline.Mean(stage.Losses, 0, few), Sparkline.Mean(stage.Losses, stage.Losses.Count - few, stage.Losses.Count), Sparkline.Of(stage.Losses, 24));
        }
    }

    private sealed record Report(int Version, string Model, string TeacherModel, string Out, int Images, IReadOnlyList<StageReport> Stages)
    {
        /// <summary>Accuracy of the model that was learned from; null without labelled pictures, as the others.</summary>
        public required Accuracy? Teacher { get; init; }

        /// <summary>Of the model before it learned.</summary>
        public required Accuracy? Before { get; init; }

        /// <summary>Of the float model after it learned.</summary>
        public required Accuracy? After { get; init; }

        /// <summary>Of that model quantized without training.</summary>
        public required Accuracy? Int8BeforeTraining { get; init; }

        /// <summary>Of the quantized model after it learned.</summary>
        public required Accuracy? Int8 { get; init; }

        public string ToText()
        {
            var lines = new List<string> { $"{Out}: learned from {TeacherModel} on {Images} pictures without labels" };
            lines.AddRange(Stages.Select(static s => Units.Invariant($"  {s.Name}: {s.Steps} steps, loss {s.FirstLoss:F4} to {s.LastLoss:F4} {s.Curve}")));
            Add("teacher", Teacher);
            Add("before", Before);
            Add("after", After);
            Add("int8, calibrated only", Int8BeforeTraining);
            Add("int8, trained", Int8);
            return string.Join('\n', lines);

            void Add(string what, Accuracy? accuracy)
            {
                if (accuracy is not null) lines.Add(Units.Invariant($"top-1 {what}: {Units.Percent(accuracy.Top1)} of {accuracy.Images} pictures (95 % interval {accuracy.Ci95[0] * 100:F1} to {accuracy.Ci95[1] * 100:F1})"));
            }
        }
    }
}
