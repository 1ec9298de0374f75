using EdgeKit.Cli.Comparing;
using EdgeKit.Cli.Compressing;
using EdgeKit.Cli.Drawing;
using EdgeKit.Cli.Models;

namespace EdgeKit.Cli.Reporting;

/// <summary>How often each model is right, whether chance explains the difference, and how far outputs are apart.</summary>
internal static class AccuracySection
{
    private const double Width = 380, Left = 78, Right = 14, RowHeight = 30;

    public static void AddTo(HtmlPage page, CompressionFacts facts)
    {
        page.Heading("Accuracy");
        Stage[] labelled = [.. facts.Stages.Where(static s => s is { Top1: not null, Ci95: not null })];
        if (labelled.Length > 0)
        {
            page.Paragraph($"Right answers on {facts.Images} pictures; the lines are 95 % intervals (Wilson) for any one model. Models seen on the same pictures are better compared pair by pair, below.");
            page.Add($"<div class=\"narrow\">\n{Intervals(labelled)}</div>\n");
        }
        else
        {
            page.Paragraph($"Without labels: how far the outputs are from the original's on {facts.Images} pictures.");
        }
        Stage[] paired = [.. facts.Stages.Where(static s => s.Paired is not null)];
        if (paired.Length > 0)
        {
            page.Add("<div class=\"pairs\">\n");
            foreach (Stage stage in paired) AddPaired(page, stage, stage.Paired!);
            page.Add("</div>\n");
        }
        page.Table(["model", "output", "shape", "mean |difference|", "SQNR, dB", "cosine"], facts.Stages.Where(static s => s.Outputs is not null).SelectMany(static s => s.Outputs!.Select(o => (string[])
        [
            s.Name, Svg.Escape(o.Name), InputShape.Format(o.Shape), Units.Invariant($"{o.MeanAbsDifference:G4}"),
            o.SqnrDb is { } db ? Units.Invariant($"{db:F1}") : "equal", o.Cosine is { } c ? Units.Invariant($"{c:F5}") : "",
        ])));
    }

    private static void AddPaired(HtmlPage page, Stage stage, PairedOutcomes p)
    {
        string sentence = p.Describe(stage.Name == "int8" ? "the INT8 model" : $"the {stage.Name} model", "the float one");
        page.Add("<div>\n").Paragraph($"{char.ToUpperInvariant(sentence[0])}{sentence[1..]}", "said");
        page.Table(["pictures", "float right", "float wrong"], [[$"{stage.Name} right", $"{p.BothRight}", $"{p.OnlyModel}"], [$"{stage.Name} wrong", $"{p.OnlyReference}", $"{p.BothWrong}"]]);
        page.Paragraph($"McNemar's exact test, two-sided: p {(p.PValue < 0.0001 ? "< 0.0001" : Units.Invariant($"= {p.PValue:G3}"))}.").Add("</div>\n");
    }

    private static string Intervals(Stage[] stages)
    {
        double low = stages.Min(static s => s.Ci95![0]) * 100, high = stages.Max(static s => s.Ci95![1]) * 100, margin = Math.Max((high - low) * 0.06, 0.1);
        (low, high) = (Math.Max(low - margin, 0), Math.Min(high + margin, 100));
        double bottom = 10 + stages.Length * RowHeight;
        var svg = new Svg(Width, bottom + 36, "Top-1 with 95 % intervals");
        double X(double percent) => Left + (percent - low) / Math.Max(high - low, 1e-9) * (Width - Left - Right);
        foreach (double tick in Svg.Ticks(low, high, 5))
        {
            svg.Line(X(tick), 6, X(tick), bottom, "grid");
            svg.Text(X(tick), bottom + 15, Units.Invariant($"{tick:0.##}"), "middle", "head");
        }
        svg.Text(Width - Right, bottom + 31, "% right", "end", "head");
        for (int i = 0; i < stages.Length; i++)
        {
            Stage s = stages[i];
            double y = 10 + (i + 0.5) * RowHeight;
            string hint = Units.Invariant($"{s.Name}: {s.Top1 * 100:F2} %, {s.Ci95![0] * 100:F1} to {s.Ci95[1] * 100:F1}");
            svg.Text(Left - 10, y + 4, s.Name, "end");
            svg.Line(X(s.Ci95[0] * 100), y, X(s.Ci95[1] * 100), y, "interval");
            svg.Disc(X(s.Top1!.Value * 100), y, 5, "c0", hint);
            svg.Text(X(s.Top1.Value * 100), y - 9, Units.Invariant($"{s.Top1 * 100:F2}"), "middle");
        }
        return svg.ToString();
    }
}
