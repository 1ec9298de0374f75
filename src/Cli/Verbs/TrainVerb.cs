using System.CommandLine;
using EdgeKit.Cli.Comparing;
using EdgeKit.Cli.Drawing;
using EdgeKit.Cli.Models;
using EdgeKit.Cli.Searching;
using EdgeKit.Cli.Training;
using EdgeKit.Cli.Training.Roads;
using EdgeKit.Imaging;
using EdgeKit.Onnx;

namespace EdgeKit.Cli.Verbs;

/// <summary><c>edgekit train</c>: trains a classifier.</summary>
internal static class TrainVerb
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> model = SharedOptions.Model("The float model, an ONNX file; or the name of a network of 'edgekit new'.");
        Option<string[]> images = SharedOptions.Pictures("--images", "Pictures to learn from: folders, files or CIFAR .bin files.");
        images.Required = true;
        Option<string?> labels = SharedOptions.Labels();
        Option<string[]> verify = SharedOptions.Pictures("--verify", "Other labelled pictures, to measure accuracy on at the end.");
        Option<string> output = SharedOptions.Out("The ONNX file to write.");
        var settings = new TrainOptionSet();
        Option<string?> config = SharedOptions.Config();
        Option<string?> shape = SharedOptions.Shape();
        Option<bool> json = SharedOptions.Json();
        var command = new Verb("train", "Trains a classifier on pictures, or a model for roads on scenes.",
            """
            Trains all weights of a classifier, or of a network that 'edgekit new' knows
            from random weights. The same command goes on where it was interrupted or
            killed, and ends with the same weights.

            Examples: edgekit train resnet-8 --images train.bin --verify test.bin
                              --epochs 30 --out r8.onnx --curve r8.svg
                      edgekit train lanes --out lanes.onnx
            """) { model, images, labels, verify, output };
        settings.AddTo(command);
        command.Add(config);
        command.Add(shape);
        command.Add(json);
        command.Add(TrainRoadVerb.Create(terminal, new LaneTask(), "EdgeKit's own lane model, from nothing.", LaneTask.Usual));
        command.Add(TrainRoadVerb.Create(terminal, new ObjectTask(), "EdgeKit's own object model, from nothing.", ObjectTask.Usual));
        command.SetAction(parsed =>
        {
            string name = parsed.GetRequiredValue(model), target = parsed.GetRequiredValue(output);
            OutputFile.RequireOther(target, name);
            string[] paths = parsed.GetRequiredValue(images), verifyPaths = parsed.GetValue(verify) ?? [];
            ImageSource pictures = ImageSource.Open(paths).WithLabels(paths, parsed.GetValue(labels));
            ImageItem[] held = verifyPaths.Length == 0 ? [] : [.. ImageSource.Open(verifyPaths).WithLabels(verifyPaths, parsed.GetValue(labels))];
            bool isNew = Zoo.Names.Contains(name) && !File.Exists(name);
            OnnxModel loaded = isNew
                ? OnnxModel.Of(name, settings.Network(parsed, name, pictures))
                : OnnxModel.Load(name, parsed.GetValue(config), parsed.Shapes(shape), declutter: false);
            if (loaded.IsQuantized) throw CliException.Usage($"{name}: is quantized; train the float model it was made from");

            using var digest = new InputDigest();
            if (isNew) digest.Add("network", name);
            else digest.AddFile("model", name);
            digest.Add("preprocessing", loaded.RequirePreprocessing().ToJson());
            digest.AddPictures("pictures", paths, [.. pictures]);
            ClassifierTrainingOptions options = settings.Read(parsed, loaded.RequirePreprocessing(), digest.ToString(), target);
            IReadOnlyList<float> losses = ClassifierTraining.Run(loaded, pictures, options, terminal);
            if (isNew) loaded.Graph.Metadata[Zoo.WeightsKey] = "trained";
            OutputFile.CreateFolder(Path.GetDirectoryName(Path.GetFullPath(target))!);
            OnnxFile.Save(loaded.Graph, target);
            if (settings.Curve(parsed) is { } curve) OutputFile.Write(curve, LossChart.Draw(Path.GetFileName(target), losses));
            var report = new Report(JsonOutput.Version, name, target, pictures.Count, losses.Count, Sparkline.Mean(losses, Math.Max(0, losses.Count - losses.Count / options.Epochs), losses.Count))
            {
                Accuracy = held.Length == 0 ? null : Accuracy.Of(target, loaded.Graph, held, terminal),
                Curve = Sparkline.Of(losses, 60),
            };
            terminal.Output.WriteLine(parsed.GetValue(json) ? JsonOutput.Format(report) : report.ToText());
        });
        return command;
    }

    private sealed record Report(int Version, string Model, string Out, int Images, int Steps, double Loss)
    {
        /// <summary>On the pictures of <c>--verify</c>.</summary>
        public required Accuracy? Accuracy { get; init; }

        public required string Curve { get; init; }

        public string ToText()
        {
            string result = Units.Invariant($"{Out}: {Steps} steps on {Images} pictures; loss {Loss:F4} in the last epoch\n{Curve}");
            return Accuracy is null ? result : Units.Invariant($"{result}\ntop-1 {Units.Percent(Accuracy.Top1)} of {Accuracy.Images} other pictures (95 % interval {Accuracy.Ci95[0] * 100:F1} to {Accuracy.Ci95[1] * 100:F1})");
        }
    }
}
