using System.CommandLine;
using EdgeKit.Cli.Drawing;
using EdgeKit.Cli.Evaluating;
using EdgeKit.Cli.Models;
using EdgeKit.Cli.Training;
using EdgeKit.Cli.Training.Roads;
using EdgeKit.Onnx;

namespace EdgeKit.Cli.Verbs;

/// <summary><c>edgekit train lanes</c> and <c>edgekit train objects</c>: EdgeKit's own models, from nothing.</summary>
internal static class TrainRoadVerb
{
    private const int EvaluationSeed = 4242;

    public static Command Create(Terminal terminal, IRoadTask task, string summary, RoadTrainingOptions usual)
    {
        Option<string> output = SharedOptions.Out("The ONNX file to write; NAME.json and NAME.ekm go beside it.");
        var steps = new Option<long>("--steps") { Description = "Number of steps.", HelpName = "N", DefaultValueFactory = _ => usual.Steps };
        var batch = new Option<int>("--batch") { Description = "Pictures of a step.", HelpName = "N", DefaultValueFactory = _ => usual.Batch };
        var rate = new Option<double>("--rate") { Description = "Peak of the learning rate.", HelpName = "R", DefaultValueFactory = _ => usual.Rate };
        var seed = new Option<int>("--seed") { Description = "Seed of weights, scenes and augmentation.", HelpName = "N", DefaultValueFactory = _ => usual.Seed };
        var checkpoints = new Option<string?>("--checkpoints") { Description = "Folder of the checkpoints. Default: the output's name with .checkpoints.", HelpName = "FOLDER" };
        var every = new Option<int>("--checkpoint-every") { Description = "Steps between checkpoints.", HelpName = "N", DefaultValueFactory = _ => (int)usual.CheckpointEvery };
        var verify = new Option<int>("--verify") { Description = "Scenes to evaluate on at the end; 0 for none.", HelpName = "N", DefaultValueFactory = static _ => 200 };
        var calibration = new Option<int>("--calib-scenes")
        {
            Description = "Scenes that the INT8 file's ranges are measured on.",
            HelpName = "N",
            DefaultValueFactory = static _ => RoadRelease.CalibrationScenes,
        };
        var curve = new Option<string?>("--curve") { Description = "Draw the loss of every step as an SVG file.", HelpName = "FILE.svg" };
        Option<bool> json = SharedOptions.Json();
        var command = new Verb(task.Name, summary,
            $"""
            Trains from random weights on road scenes that are rendered meanwhile, then
            quantizes on others, compiles, and evaluates both files on others again. The
            same command goes on where it was interrupted or killed.

            Example: edgekit train {task.Name} --out {task.Name}.onnx
            """) { output, steps, batch, rate, seed, checkpoints, every, calibration, verify, curve, json };
        command.SetAction(parsed =>
        {
            string target = parsed.GetRequiredValue(output);
            if (!target.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase)) throw CliException.Usage($"--out {target}: must end with .onnx");
            if (parsed.GetValue(steps) < 1 || parsed.GetValue(batch) < 1 || parsed.GetValue(every) < 1) throw CliException.Usage("--steps, --batch and --checkpoint-every must be at least 1");
            if (parsed.GetValue(calibration) < PictureReader.LeastCalibration) throw CliException.Usage($"--calib-scenes must be at least {PictureReader.LeastCalibration}");
            if (parsed.GetValue(verify) < 0 || !(parsed.GetValue(rate) > 0)) throw CliException.Usage("--rate must be over 0 and --verify at least 0");
            RoadTrainingOptions options = usual with
            {
                Steps = parsed.GetValue(steps),
                Batch = parsed.GetValue(batch),
                Rate = parsed.GetValue(rate),
                Seed = parsed.GetValue(seed),
                Checkpoints = parsed.GetValue(checkpoints) ?? target + ".checkpoints",
                CheckpointEvery = parsed.GetValue(every),
            };
            OutputFile.CreateFolder(Path.GetDirectoryName(Path.GetFullPath(target))!);
            (Graph graph, IReadOnlyList<float> losses) = RoadTraining.Run(task, options, terminal);
            RoadRelease.Write(graph, target, terminal, parsed.GetValue(calibration));
            if (parsed.GetValue(curve) is { } chart) OutputFile.Write(chart, LossChart.Draw(Path.GetFileName(target), losses));
            EvalReport[] evaluations = parsed.GetValue(verify) is > 0 and var scenes
                ? SceneEvaluation.RunFiles([target, RoadRelease.Compiled(target)], scenes, EvaluationSeed, terminal)
                : [];
            var report = new Report(JsonOutput.Version, target, RoadRelease.Compiled(target), losses.Count, evaluations)
            {
                Loss = Sparkline.Mean(losses, losses.Count - losses.Count / 10 - 1, losses.Count),
                Curve = Sparkline.Of(losses, 60),
            };
            terminal.Output.WriteLine(parsed.GetValue(json) ? JsonOutput.Format(report) : report.ToText());
        });
        return command;
    }

    private sealed record Report(int Version, string Out, string Compiled, int Steps, IReadOnlyList<EvalReport> Evaluations)
    {
        /// <summary>The mean of the last tenth of the steps.</summary>
        public required double Loss { get; init; }

        public required string Curve { get; init; }

        public string ToText()
        {
            var table = new TextTable("file", "size", "precision", "measure", "value");
            foreach (EvalReport e in Evaluations)
                table.Add(e.Model, Units.Size(new FileInfo(e.Precision == "int8" ? Compiled : Out).Length), e.Precision, e.F1 is null ? "mAP@0.5" : "F1", Units.Invariant($"{e.F1 ?? e.Map50:F4}"));
            string text = Units.Invariant($"{Out}: {Steps} steps; loss {Loss:F4} at the end\n{Curve}");
            return Evaluations.Count == 0 ? text : $"{text}\n\n{table}\n{Wrapping.Wrap(Evaluations[0].Definition)}";
        }
    }
}
