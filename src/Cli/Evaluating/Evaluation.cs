using EdgeKit.Cli.Finding;
using EdgeKit.Imaging;
using EdgeKit.Imaging.Decoding;

namespace EdgeKit.Cli.Evaluating;

/// <summary>Measures how right a model is on pictures whose content is known.</summary>
internal static class Evaluation
{
    /// <summary>The confidence from which on boxes enter a ranking: low, so that the curve is whole.</summary>
    public const float LeastScore = 0.01f;

    /// <summary>
    /// A decoder's settings for an evaluation. Of a model that finds lanes the confidence decides what is drawn and counted; boxes are ranked by it.
    /// </summary>
    /// <param name="settings">The model's.</param>
    /// <param name="score">The least confidence of boxes.</param>
    public static DecoderSettings WithAllBoxes(DecoderSettings settings, float score) => DecoderKinds.RanksBoxes(settings.Kind) ? settings with { Score = score } : settings;

    /// <summary>The same with <see cref="LeastScore"/>.</summary>
    public static DecoderSettings WithAllBoxes(DecoderSettings settings) => WithAllBoxes(settings, LeastScore);

    private const int Draws = 1000;
    private const int DrawSeed = 1;

    /// <summary>A detector on pictures with PASCAL VOC's annotations; classes that VOC does not have are left out.</summary>
    /// <param name="model">The detector.</param>
    /// <param name="reference">Another to compare it with, or null.</param>
    /// <param name="pictures">The pictures and the objects in them.</param>
    /// <param name="what">What the pictures are, for the report.</param>
    /// <param name="terminal">Where to show progress.</param>
    public static EvalReport Voc(
        FindingModel model, FindingModel? reference, IReadOnlyCollection<(ImageItem Picture, IReadOnlyList<Truth> Truths)> pictures, string what, Terminal terminal)
    {
        AveragePrecision scores = VocScores(model, pictures, terminal);
        EvalReport report = Report(model, scores, LabelLists.Voc20, what);
        if (reference is null) return report;
        AveragePrecision others = VocScores(reference, pictures, terminal);
        return report with
        {
            Reference = reference.Name,
            Map50Reference = Math.Round(others.Mean(), 6),
            DifferenceCi95 = [.. scores.DifferenceInterval(others, Draws, DrawSeed).Select(static v => Math.Round(v, 6))],
        };
    }

    private static AveragePrecision VocScores(FindingModel model, IReadOnlyCollection<(ImageItem Picture, IReadOnlyList<Truth> Truths)> pictures, Terminal terminal)
    {
        int[] map = VocNames.Map(model.Decoder.Labels);
        if (!map.Any(static c => c >= 0)) throw CliException.Failure($"{model.Name}: none of its labels is a class of PASCAL VOC");
        var scores = new AveragePrecision();
        using var progress = new Progress(terminal, $"evaluating {model.Name}", pictures.Count);
        foreach ((ImageItem picture, IReadOnlyList<Truth> truths) in pictures)
        {
            terminal.Cancel.ThrowIfCancellationRequested();
            Detection[] boxes = model.Find(picture.Load()).Findings.Boxes.ToArray();
            scores.Add(truths, boxes.Where(b => map[b.Class] >= 0).Select(b => b with { Class = map[b.Class] }));
            progress.Report(scores.Pictures);
        }
        return scores;
    }

    /// <summary>What ranked boxes come to.</summary>
    public static EvalReport Report(FindingModel model, AveragePrecision scores, IReadOnlyList<string> names, string what) => new()
    {
        Model = model.Name,
        Precision = model.Precision,
        Pictures = what,
        Images = scores.Pictures,
        Definition = AveragePrecision.Definition,
        Map50 = Math.Round(scores.Mean(), 6),
        Map50Ci95 = [.. scores.Interval(Draws, DrawSeed).Select(static v => Math.Round(v, 6))],
        Ap50 = scores.Classes.ToDictionary(c => names[c], c => Math.Round(scores.OfClass(c) ?? 0, 6)),
    };
}
