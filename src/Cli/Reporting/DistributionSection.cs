using EdgeKit.Cli.Drawing;
using EdgeKit.Cli.Models;

namespace EdgeKit.Cli.Reporting;

/// <summary>Distributions of the tensors that suffer most, with their ranges.</summary>
internal static class DistributionSection
{
    private const int Most = 10;
    // About half the width of a digit in pixels.
    private const double HalfDigit = 3.6;
    private const double Width = 340, Height = 150, Side = 6, Top = 6, Bottom = 22;

    public static void AddTo(HtmlPage page, CompressionFacts facts)
    {
        TensorFacts[] worst = Worst(facts.Tensors);
        if (worst.Length == 0) return;
        page.Heading($"The {(worst.Length == Most ? "ten" : $"{worst.Length}")} worst INT8 tensors");
        page.Paragraph($"Least signal to noise of the layer alone, where that is known. Shown are the float network's values on {(facts.DistributionImages is { } n ? $"{n} calibration pictures" : $"{facts.LayerImages} of the pictures")}: the higher a bar, the more of them, on a logarithmic scale. The shaded part is the range that integers stand for; what lies beyond is clipped. The shares that are clipped are those on the pictures of this report.");
        page.Add("<div class=\"small\">\n");
        foreach (TensorFacts t in worst)
        {
            page.Add($"<figure>\n<figcaption><b>{Svg.Escape(t.Name)}</b>{(t.Rescaled ? "*" : "")} {InputShape.Format(t.Shape)}<br/>{Decibels(t)}</figcaption>\n{Picture(t)}");
            page.Add($"<figcaption>range {LayerSection.Ends(t.Range!)}, seen {LayerSection.Ends(t.Observed)}<br/>clipped {LayerSection.Share(t.ClippedLow)} below, {LayerSection.Share(t.ClippedHigh)} above</figcaption>\n</figure>\n");
        }
        page.Add("</div>\n");
    }

    /// <summary>The INT8 tensors with the least signal to noise, the worst first.</summary>
    public static TensorFacts[] Worst(IEnumerable<TensorFacts> tensors) =>
        [.. tensors.Where(static t => t.Range is not null && t.SqnrDb is not null).OrderBy(static t => t.OwnSqnrDb ?? t.SqnrDb).Take(Most)];

    private static string Decibels(TensorFacts t) =>
        t.OwnSqnrDb is null ? $"{LayerSection.Decibels(t.SqnrDb, "")} dB" : $"alone {LayerSection.Decibels(t.OwnSqnrDb, "")} dB, running {LayerSection.Decibels(t.SqnrDb, "")} dB";

    private static string Picture(TensorFacts t)
    {
        TensorHistogram h = t.Distribution;
        var svg = new Svg(Width, Height, $"Distribution of {t.Name}");
        double bottom = Height - Bottom, most = Math.Log(1 + h.Counts.Max());
        double X(double value) => Side + (value - h.Low) / (h.High - h.Low) * (Width - 2 * Side);
        double low = t.Range![0], high = t.Range[1];
        svg.Rectangle(X(low), Top, X(high) - X(low), bottom - Top, "range");
        double bin = (h.High - h.Low) / h.Counts.Count;
        for (int i = 0; i < h.Counts.Count; i++)
        {
            if (h.Counts[i] == 0) continue;
            double centre = h.Low + (i + 0.5) * bin, tall = Math.Log(1 + h.Counts[i]) / most * (bottom - Top - 4);
            svg.Rectangle(X(centre - bin / 2) + 0.3, bottom - tall, X(centre + bin / 2) - X(centre - bin / 2) - 0.6, tall, centre < low || centre > high ? "c3" : "c0");
        }
        svg.Line(X(low), Top, X(low), bottom, "end");
        svg.Line(X(high), Top, X(high), bottom, "end");
        svg.Line(Side, bottom, Width - Side, bottom, "axis");
        foreach (double tick in Svg.Ticks(h.Low, h.High, 5))
        {
            double x = X(tick);
            svg.Line(x, bottom, x, bottom + 4, "axis");
            string label = Units.Invariant($"{tick:0.####}").Replace('-', '−');
            double half = label.Length * HalfDigit;
            svg.Text(Math.Clamp(x, half, Width - half), bottom + 17, label, "middle", "head");
        }
        return svg.ToString();
    }
}
