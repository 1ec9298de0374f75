using System.Numerics;
using EdgeKit.Cli.Finding;
using EdgeKit.Imaging;
using EdgeKit.Imaging.Decoding;
using EdgeKit.Imaging.Scenes;

namespace EdgeKit.Cli.Evaluating;

/// <summary>Measures a model on rendered road scenes, whose content is known exactly: lane lines, objects, or both, as the model finds them.</summary>
internal static class SceneEvaluation
{
    private const int Width = 1280, Height = 720;
    private const float LeastVisible = 0.35f, LeastSide = 8, LeastHeight = 12;
    private const string Difficult = "; difficult are those of which less than 35 % is visible or within the picture, or that are lower than 12 px or narrower than 8 px";

    // Also the model's labels.
    private static readonly string[] Names = ["vehicle", "person", "cyclist", "light", "sign"];

    /// <summary>Renders scenes and evaluates on them.</summary>
    /// <param name="model">The model.</param>
    /// <param name="count">Number of scenes.</param>
    /// <param name="seed">Chooses them.</param>
    /// <param name="terminal">Where to show progress.</param>
    public static EvalReport Run(FindingModel model, int count, int seed, Terminal terminal)
    {
        int[] map = [.. model.Decoder.Labels.Select(static label => Array.FindIndex(Names, n => n.Equals(label, StringComparison.OrdinalIgnoreCase)))];
        if (model.Decoder.FindsBoxes && !map.Any(static c => c >= 0)) throw CliException.Failure($"{model.Name}: none of its labels is one of {string.Join(", ", Names)}");
        LaneMatching? lanes = model.Decoder.FindsLanes ? new() : null;
        AveragePrecision? objects = model.Decoder.FindsBoxes ? new() : null;
        using (var progress = new Progress(terminal, "rendering and evaluating", count))
        {
            for (int i = 0; i < count; i++)
            {
                terminal.Cancel.ThrowIfCancellationRequested();
                (Frame frame, SceneLabels labels) = SceneRenderer.Render(SceneSeed(seed, i), Width, Height);
                Findings findings = model.Find(frame).Findings;
                lanes?.Add([.. labels.Lanes.Select(static l => l.Points.ToArray())], Lines(findings), Width, Height);
                objects?.Add([.. labels.Objects.Select(TruthOf)], findings.Boxes.ToArray().Where(b => map[b.Class] >= 0).Select(b => b with { Class = map[b.Class] }));
                progress.Report(i + 1);
            }
        }
        string what = $"scenes of {Width}x{Height}, seed {seed}";
        string?[] definitions = [lanes is null ? null : LaneMatching.Definition, objects is null ? null : AveragePrecision.Definition + Difficult];
        EvalReport report = objects is null
            ? new EvalReport { Model = model.Name, Precision = model.Precision, Pictures = what, Images = count, Definition = "" }
            : Evaluation.Report(model, objects, Names, what);
        return report with
        {
            Definition = string.Join(". ", definitions.OfType<string>()),
            F1 = Rounded(lanes?.F1),
            F1Precision = Rounded(lanes?.Precision),
            F1Recall = Rounded(lanes?.Recall),
        };

        static double? Rounded(double? value) => value is { } v ? Math.Round(v, 6) : null;
    }

    /// <summary>The seed of a scene: those of two evaluations with different seeds never coincide, nor with small numbers, which training uses, unless the seed is 0.</summary>
    internal static ulong SceneSeed(int seed, int index) => ((ulong)(uint)seed << 32) | (uint)index;

    private static List<Vector2[]> Lines(Findings findings)
    {
        List<Vector2[]> lines = [];
        for (int i = 0; i < findings.LaneCount; i++) lines.Add(findings.LanePoints(i).ToArray());
        return lines;
    }

    private static Truth TruthOf(SceneObject o) => new(
        new Detection((int)o.Kind, 1, o.Left, o.Top, o.Right, o.Bottom),
        o.Visible < LeastVisible || o.Inside < LeastVisible || o.Bottom - o.Top < LeastHeight || o.Right - o.Left < LeastSide);
}
