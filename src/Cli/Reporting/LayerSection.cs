using EdgeKit.Cli.Drawing;
using EdgeKit.Cli.Models;

namespace EdgeKit.Cli.Reporting;

/// <summary>Signal to noise, ranges and saturation of every tensor.</summary>
internal static class LayerSection
{
    private const double Width = 900, Height = 260, Left = 44, Right = 10, Top = 10, Bottom = 36;

    public static void AddTo(HtmlPage page, CompressionFacts facts)
    {
        page.Heading("Error of the layers");
        page.Paragraph($"Signal to quantization noise of each layer's result in the INT8 network against the float network ({Path.GetFileName(facts.LayerReference)}), on {facts.LayerImages} of the pictures: more decibels are better, 20 dB is an error of a tenth, 6 dB of a half. " +
            "In the running network the errors of all layers before add up; alone, a layer reads the float network's tensors, and its error is that of its own weights and of rounding its operands and its result.");
        page.Add($"<div class=\"wide\">\n{Chart(facts.Tensors)}</div>\n").Legend([("c0", "in the running network"), ("c1", "the layer alone")]);
        page.Paragraph($"{facts.Tensors.Count} tensors of {Path.GetFileName(facts.LayerModel)} are compared{(facts.TensorsLeftOut == 0 ? "." : $"; {facts.TensorsLeftOut} are not, which no value of the float model stands for by name.")}");
        if (facts.Tensors.Any(static t => t.Rescaled))
            page.Paragraph($"{facts.Tensors.Count(static t => t.Rescaled)} tensors marked * have other scales in each channel than in the float model (equalization); the float model's are brought to these scales before they are compared.");
        page.Add($"<details><summary>All {facts.Tensors.Count} tensors: signal to noise, ranges, saturation</summary>\n");
        page.Paragraph($"Range: what the least and the greatest integer stand for. Seen: the float network's values on {(facts.DistributionImages is { } n ? $"{n} calibration pictures" : "these pictures")}. Clipped: share of its values beyond the range on these pictures.");
        page.Table(["tensor", "shape", "SQNR, dB", "alone, dB", "range", "seen", "clipped low", "clipped high"], facts.Tensors.Select(static t => (string[])
        [
            $"<span title=\"{Svg.Escape(t.Name)}\">{Svg.Escape(Units.End(t.Name, 32))}</span>{(t.Rescaled ? "*" : "")}", InputShape.Format(t.Shape), Decibels(t.SqnrDb, "equal"), Decibels(t.OwnSqnrDb, ""),
            t.Range is { } r ? $"{Ends(r)}" : "float", Ends(t.Observed), t.Range is null ? "" : Share(t.ClippedLow), t.Range is null ? "" : Share(t.ClippedHigh),
        ]));
        page.Add("</details>\n");
    }

    /// <summary>Two ends of a range.</summary>
    public static string Ends(IReadOnlyList<double> range) => Units.Invariant($"{range[0]:G4} to {range[1]:G4}").Replace('-', '−');

    /// <summary>A small share in percent; what is there is never 0.</summary>
    public static string Share(double share) => share switch
    {
        0 => "0",
        < 0.00001 => "&lt; 0.001 %",
        < 0.001 => Units.Invariant($"{share * 100:F3} %"),
        _ => Units.Invariant($"{share * 100:F2} %"),
    };

    /// <summary>Decibels, or a word where there are none.</summary>
    public static string Decibels(double? value, string otherwise) => value is { } db ? Units.Invariant($"{db:F1}").Replace('-', '−') : otherwise;

    private static string Chart(IReadOnlyList<TensorFacts> tensors)
    {
        double[] known = [.. tensors.SelectMany(static t => (double?[])[t.SqnrDb, t.OwnSqnrDb]).OfType<double>()];
        double low = Math.Min(known.DefaultIfEmpty().Min(), 0), high = Math.Max(known.DefaultIfEmpty().Max(), 10) + 2;
        var svg = new Svg(Width, Height, "Signal to noise of the layers");
        double X(int i) => Left + (i + 0.5) / Math.Max(tensors.Count, 1) * (Width - Left - Right);
        double Y(double db) => Height - Bottom - (db - low) / (high - low) * (Height - Top - Bottom);
        foreach (double db in Svg.Ticks(low, high, 6))
        {
            svg.Line(Left, Y(db), Width - Right, Y(db), "grid");
            svg.Text(Left - 8, Y(db) + 4, Units.Invariant($"{db:0}").Replace('-', '−'), "end", "head");
        }
        foreach (double i in Svg.Ticks(tensors.Count, 10).Where(i => i > 0 && i <= tensors.Count)) svg.Text(X((int)i - 1), Height - Bottom + 16, $"{i:F0}", "middle", "head");
        svg.Text(Left, Height - 4, "dB", "end", "head");
        svg.Text(Width - Right, Height - 4, "tensors in the order they are computed", "end", "head");
        svg.Path(tensors.Select((t, i) => (t.SqnrDb, i)).Where(static t => t.SqnrDb is not null).Select(t => (X(t.i), Y(t.SqnrDb!.Value))), "line");
        for (int i = 0; i < tensors.Count; i++)
        {
            TensorFacts t = tensors[i];
            string hint = $"{i + 1}: {t.Name}, {Decibels(t.SqnrDb, "equal")} dB{(t.OwnSqnrDb is null ? "" : $", alone {Decibels(t.OwnSqnrDb, "")} dB")}";
            if (t.OwnSqnrDb is { } own) svg.Disc(X(i), Y(own), 3, "c1", hint);
            if (t.SqnrDb is { } db) svg.Disc(X(i), Y(db), 3, "c0", hint);
        }
        return svg.ToString();
    }
}
