using System.CommandLine;
using EdgeKit.Cli.Comparing;
using EdgeKit.Cli.Compressing;
using EdgeKit.Cli.Models;
using EdgeKit.Onnx;
using EdgeKit.Quantization;

namespace EdgeKit.Cli.Verbs;

/// <summary><c>edgekit quantize</c>: a float ONNX file to an INT8 one in QDQ form.</summary>
internal static class QuantizeVerb
{
    public static Command Create(Terminal terminal)
    {
        var model = new Argument<string?>("model") { Description = "The float model, an ONNX file.", Arity = ArgumentArity.ZeroOrOne };
        Option<string[]> calibration = SharedOptions.Pictures("--calib", "Pictures to calibrate on: folders, files or CIFAR .bin files; or the word random.");
        var explain = new Option<bool>("--explain") { Description = "List the passes in their order, and which of them are on; does nothing else." };
        Option<string[]> images = SharedOptions.Pictures("--images", "For --max-drop and --min-cosine: other pictures, to verify on.");
        Option<string?> labels = SharedOptions.Labels();
        Option<double?> maxDrop = SchemeOptions.MaxDrop();
        Option<double?> minCosine = SchemeOptions.MinCosine();
        Option<string?> scheme = SchemeOptions.Read();
        Option<string?> saveScheme = SchemeOptions.Save();
        var settings = new QuantizeOptionSet();
        Option<string?> config = SharedOptions.Config();
        Option<string?> shape = SharedOptions.Shape();
        Option<string> output = SharedOptions.Out("The ONNX file to write.");
        output.Required = false;
        Option<bool> json = SharedOptions.Json();
        var command = new Verb("quantize", "Quantizes a float model to INT8.",
            """
            Writes the model with QuantizeLinear and DequantizeLinear pairs (QDQ), which
            ONNX Runtime fuses to INT8 operators and 'edgekit compile' compiles. Ranges of
            activations are measured on the pictures; some hundreds are plenty.

            Examples: edgekit quantize m.onnx --calib pictures/ --out q.onnx
                      edgekit quantize m.onnx --calib pictures/ --out trt.onnx
                                              --activations symmetric
                      edgekit quantize m.onnx --calib pictures/ --out q.onnx
                              --max-drop 1 --images val/ --labels labels.csv
                      edgekit quantize detector.onnx --calib pictures/ --out q.onnx
                              --min-cosine 0.99
                      edgekit quantize m.onnx --scheme q.json --out q.onnx
                      edgekit quantize --explain
            """) { model, calibration, output, images, labels, maxDrop, minCosine, scheme, saveScheme, explain };
        settings.AddTo(command);
        command.Add(config);
        command.Add(shape);
        command.Add(json);
        command.SetAction(parsed =>
        {
            QuantizeOptions how = settings.Read(parsed);
            if (parsed.GetValue(explain))
            {
                IReadOnlyList<PassDescription> passes = Quantizer.Passes(how);
                terminal.Output.WriteLine(parsed.GetValue(json) ? JsonOutput.Format(new Explanation(JsonOutput.Version, passes)) : PassTable.Format(passes));
                return ExitCode.Success;
            }
            string path = parsed.GetValue(model) ?? throw CliException.Usage("quantize needs a model");
            string target = parsed.GetValue(output) ?? throw CliException.Usage("quantize needs --out, the file to write");
            OutputFile.RequireOther(target, path);
            OutputFile.RequireFolder(target);
            OnnxModel loaded = OnnxModel.Load(path, parsed.GetValue(config), parsed.Shapes(shape));
            double? cosine = SchemeOptions.Cosine(parsed, minCosine), maximum = SchemeOptions.Points(parsed, maxDrop);
            if (cosine is not null && maximum is not null) throw CliException.Usage("--max-drop and --min-cosine are two measures of one goal; give one of them");
            double? points = cosine is { } least ? AccuracyDrop.PointsOf(least) : maximum;
            string[] paths = parsed.GetValue(calibration) ?? [];
            if (paths.Length == 0 && (points is not null || parsed.GetValue(scheme) is null))
                throw CliException.Usage("quantize needs --calib: some hundred pictures like those the model will see, or the word random; or --scheme, with every range");
            PictureSets? pictures = paths.Length == 0 ? null : PictureSets.Open(paths, parsed.GetValue(images), parsed.GetValue(labels), limit: null, holdBack: points is not null, loaded, terminal);
            var run = new RunRequest { Config = parsed.GetValue(config), Shapes = parsed.Shapes(shape) };
            DropGoal? goal = points is { } p ? new DropGoal(p, () => EkmModel.Load(path, run), pictures!.Verification) { Loss = cosine is null ? AccuracyDrop.Of : AccuracyDrop.OfCosine } : null;
            QuantizeOutcome outcome = QuantizeStep.Run(loaded, pictures?.Calibration ?? [], how, parsed.GetValue(scheme), goal, terminal);
            QuantizeResult result = outcome.Result;
            OnnxFile.Save(result.Qdq, target);
            if (parsed.GetValue(saveScheme) is { } schemeFile) OutputFile.Write(schemeFile, SchemeFile.Format(outcome.Scheme));
            var report = new Report(JsonOutput.Version, path, target, result.Images, result.QuantizedOperators, result.FloatOperators, result.Passes)
            {
                MaxDrop = maximum,
                MinCosine = cosine,
                Drop = outcome.Fallback?.Drop,
                GoalMet = outcome.Fallback?.Met ?? true,
                Fallback = FallbackReport.Of(outcome.Fallback, () => EkmModel.Compile(OnnxModel.AsLoaded(target, result.Qdq), fileBytes: 0)),
                Notes = [.. goal is null ? [] : pictures!.Notes, .. outcome.Notes],
            };
            terminal.Output.WriteLine(parsed.GetValue(json) ? JsonOutput.Format(report) : report.ToText());
            return report.GoalMet ? ExitCode.Success : ExitCode.Gate;
        });
        return command;
    }

    private sealed record Explanation(int Version, IReadOnlyList<PassDescription> Passes);

    private sealed record Report(int Version, string Model, string Out, int Images, int QuantizedOperators, IReadOnlyList<FloatOperator> FloatOperators, IReadOnlyList<PassOutcome> Passes)
    {
        public required double? MaxDrop { get; init; }

        /// <summary>Least cosine of every output that was asked for; null where none was.</summary>
        public required double? MinCosine { get; init; }

        /// <summary>Percentage points lost, or hundredths of the worst output's cosine; null where they were not measured.</summary>
        public required double? Drop { get; init; }

        public required bool GoalMet { get; init; }
        public required FallbackReport? Fallback { get; init; }
        public required IReadOnlyList<string> Notes { get; init; }

        public string ToText()
        {
            string[] lines =
            [
                $"{Out}: {QuantizedOperators} operators in INT8, {FloatOperators.Count} in float; calibrated on {Images} pictures",
                .. Passes.Select(static p => Wrapping.Wrap($"{p.Pass}: {p.Done}")),
                .. FloatOperators.Select(static f => Wrapping.Wrap($"in float: {f.OpType} '{f.Node}': {f.Reason}")),
                .. Drop is { } drop ? new[] { Goal(drop) } : [],
                .. Notes.Select(static n => Wrapping.Wrap($"note: {n}")),
            ];
            return $"{string.Join('\n', lines)}\n{Fallback?.ToText()}".TrimEnd();
        }

        private string Goal(double drop)
        {
            string verdict = GoalMet ? "met" : "NOT met: this is the best that was found";
            return MinCosine is { } least
                ? Units.Invariant($"goal: a cosine of at least {least:0.####} for every output; {verdict} with {1 - drop / 100:F4}")
                : Units.Invariant($"goal: at most {MaxDrop:0.##} points lost; {verdict} with {drop:F2}");
        }
    }
}
