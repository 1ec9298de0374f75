using System.Numerics;
using EdgeKit.Cli.Finding;
using EdgeKit.Cli.Models;
using EdgeKit.Cli.Scenes;
using EdgeKit.Imaging;
using EdgeKit.Imaging.Decoding;
using EdgeKit.Imaging.Scenes;

namespace EdgeKit.Cli.Evaluating;

/// <summary>Measures a model on rendered road scenes, whose content is known exactly: lane lines, objects, or both, as the model finds them.</summary>
internal static class SceneEvaluation
{
    private const int Width = 1280, Height = 720;
    private const int LanesBeside = 2;
    private const float LeastVisible = 0.35f;

    // KITTI's least height for objects that are not "easy", in pictures that are about as wide (Geiger et al., "Are we ready for autonomous driving?", 2012).
    private const float ModerateHeight = 25;

    // Of what can be told from noise at all.
    private const float LeastHeight = 12, LeastWidth = 8;

    private const string Difficult =
        "; on scenes, difficult are objects of which less than 35 % is visible or within the picture, and for map50 those that are lower than 25 px (KITTI's moderate rule), "
        + "for map50_all (small ones too) those that are lower than 12 px or narrower than 8 px";

    /// <summary>Renders scenes and evaluates models on them.</summary>
    /// <param name="models">The models; each sees every scene.</param>
    /// <param name="count">Number of scenes.</param>
    /// <param name="seed">Chooses them.</param>
    /// <param name="terminal">Where to show progress.</param>
    /// <returns>A report for each model.</returns>
    public static EvalReport[] Run(IReadOnlyList<FindingModel> models, int count, int seed, Terminal terminal)
    {
        Score[] scores = [.. models.Select(static m => new Score(m))];
        using (var progress = new Progress(terminal, "rendering and evaluating", count))
        {
            for (int i = 0; i < count; i++)
            {
                terminal.Cancel.ThrowIfCancellationRequested();
                (Frame frame, SceneLabels labels) = SceneRenderer.Render(SceneSeed(seed, i), Width, Height);
                foreach (Score score in scores) score.Add(frame, labels);
                progress.Report(i + 1);
            }
        }
        return [.. scores.Select(s => s.Report(count, $"scenes of {Width}x{Height}, seed {seed}"))];
    }

    /// <summary>Renders scenes and evaluates model files on them, each as it comes.</summary>
    public static EvalReport[] RunFiles(IReadOnlyList<string> files, int count, int seed, Terminal terminal)
    {
        var models = new List<FindingModel>();
        try
        {
            foreach (string file in files) models.Add(FindingModel.Load(file, RunnableModel.EdgeKitBackend, new RunRequest(), Evaluation.WithAllBoxes));
            return Run(models, count, seed, terminal);
        }
        finally
        {
            foreach (FindingModel model in models) model.Dispose();
        }
    }

    /// <summary>The seed of a scene: those of two evaluations with different seeds never coincide, nor with small numbers, which training uses, unless the seed is 0.</summary>
    internal static ulong SceneSeed(int seed, int index) => ((ulong)(uint)seed << 32) | (uint)index;

    private static List<Vector2[]> Lines(Findings findings)
    {
        List<Vector2[]> lines = [];
        for (int i = 0; i < findings.LaneCount; i++) lines.Add(findings.LanePoints(i).ToArray());
        return lines;
    }

    private static Truth TruthOf(SceneObject o, float height, float width) => new(
        new Detection((int)o.Kind, 1, o.Left, o.Top, o.Right, o.Bottom),
        o.Visible < LeastVisible || o.Inside < LeastVisible || o.Bottom - o.Top < height || o.Right - o.Left < width);

    /// <summary>What one model has found so far.</summary>
    private sealed class Score
    {
        private readonly FindingModel _model;
        private readonly int[] _map;
        private readonly LaneMatching? _lanes, _allLanes;
        private readonly AveragePrecision? _objects, _allObjects;

        public Score(FindingModel model)
        {
            _model = model;
            _map = [.. model.Decoder.Labels.Select(static label => Array.FindIndex(ObjectNames.All, n => n.Equals(label, StringComparison.OrdinalIgnoreCase)))];
            if (model.Decoder.FindsBoxes && !_map.Any(static c => c >= 0)) throw CliException.Failure($"{model.Name}: none of its labels is one of {string.Join(", ", ObjectNames.All)}");
            _lanes = model.Decoder.FindsLanes ? new() : null;
            _allLanes = model.Decoder.FindsLanes ? new() : null;
            _objects = model.Decoder.FindsBoxes ? new() : null;
            _allObjects = model.Decoder.FindsBoxes ? new() : null;
        }

        public void Add(Frame frame, SceneLabels labels)
        {
            Findings findings = _model.Find(frame).Findings;
            if (_lanes is not null)
            {
                Vector2[][] lanes = [.. labels.Lanes.Select(static l => l.Points.ToArray())];
                List<Vector2[]> found = Lines(findings);
                _lanes.Add(lanes, found, Width, Height, [.. labels.Lanes.Select(static l => Math.Abs(l.Position) <= LanesBeside)]);
                _allLanes!.Add(lanes, found, Width, Height);
            }
            if (_objects is null) return;
            Detection[] boxes = [.. findings.Boxes.ToArray().Where(b => _map[b.Class] >= 0).Select(b => b with { Class = _map[b.Class] })];
            _objects.Add([.. labels.Objects.Select(static o => TruthOf(o, ModerateHeight, width: 0))], boxes);
            _allObjects!.Add([.. labels.Objects.Select(static o => TruthOf(o, LeastHeight, LeastWidth))], boxes);
        }

        public EvalReport Report(int count, string what)
        {
            string?[] definitions = [_lanes is null ? null : LaneMatching.Definition, _objects is null ? null : AveragePrecision.Definition + Difficult];
            EvalReport report = _objects is null
                ? new EvalReport { Model = _model.Name, Precision = _model.Precision, Pictures = what, Images = count, Definition = "" }
                : Evaluation.Report(_model, _objects, ObjectNames.All, what);
            return report with
            {
                Definition = string.Join(". ", definitions.OfType<string>()),
                Map50All = Rounded(_allObjects?.Mean()),
                F1 = Rounded(_lanes?.F1),
                F1Precision = Rounded(_lanes?.Precision),
                F1Recall = Rounded(_lanes?.Recall),
                F1All = Rounded(_allLanes?.F1),
            };
        }

        private static double? Rounded(double? value) => value is { } v ? Math.Round(v, 6) : null;
    }
}
