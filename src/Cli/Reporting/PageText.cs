using EdgeKit.Cli.Compressing;
using EdgeKit.Cli.Drawing;

namespace EdgeKit.Cli.Reporting;

/// <summary>The page about a compressed model as HTML.</summary>
internal static class PageText
{
    private const string Style =
        """
        .lead{color:var(--text);font-size:18px;line-height:1.4;margin:10px 0;max-width:46em}
        .said{color:var(--text);max-width:46em}
        .row{display:grid;grid-template-columns:minmax(8em,17%) 1fr 15em;gap:0 12px;align-items:center;font-size:13px;line-height:18px;margin:3px 0}
        .row .name{overflow:hidden;text-overflow:ellipsis;white-space:nowrap;text-align:right;direction:rtl}
        .row .name bdi{direction:ltr;unicode-bidi:isolate}
        .row .value{font-variant-numeric:tabular-nums;color:var(--faint);white-space:nowrap}
        .track{position:relative;height:14px;display:block}
        .track i{position:absolute;left:0;top:0;height:100%;border-radius:2px;min-width:1px}
        .was{background:var(--grid);fill:var(--grid)}
        .small{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,310px),1fr));gap:14px}
        .small figure{margin:0;background:var(--card);border-radius:6px;padding:10px 12px}
        figcaption{font-size:13px;color:var(--faint);overflow-wrap:anywhere}
        figcaption b{color:var(--text);font-weight:600}
        .narrow{max-width:520px}
        .wide svg{min-width:680px}
        .end{stroke:#4477aa;stroke-width:1.5}
        .line{fill:none;stroke:#4477aa;stroke-width:1;stroke-opacity:.45}
        .interval{stroke:#4477aa;stroke-width:3}
        .range{fill:#4477aa;fill-opacity:.14}
        details{margin:10px 0}
        .pairs{display:flex;flex-wrap:wrap;gap:10px 40px;margin:10px 0}
        .pairs>div{max-width:460px}
        summary{cursor:pointer;color:var(--faint)}
        pre{background:var(--card);border-radius:6px;padding:10px 14px;white-space:pre-wrap;overflow-wrap:anywhere;font-size:13px;margin:6px 0}
        @media(max-width:640px){
        .row{grid-template-columns:1fr auto;margin:7px 0}
        .row .name{text-align:left}
        .row .track{grid-column:1/-1;grid-row:2;height:10px}
        }
        """;

    /// <summary>The page.</summary>
    public static string Of(CompressionFacts facts)
    {
        string name = Path.GetFileName(facts.Model);
        var page = new HtmlPage($"{name}: compression report", Style);
        page.Add($"<h1>{Svg.Escape(name)}</h1>\n").Paragraph($"made from {Path.GetFileName(facts.Original)}").Paragraph(facts.Verdict, "lead");
        page.Cards(Cards(facts));
        BeforeAfter.AddTo(page, facts);
        AccuracySection.AddTo(page, facts);
        LayerSection.AddTo(page, facts);
        DistributionSection.AddTo(page, facts);
        WidthSection.AddTo(page, facts);
        TimeSection.AddTo(page, facts);
        ClosingSections.AddTo(page, facts);
        return page.ToString();
    }

    private static IEnumerable<(string Value, string What)> Cards(CompressionFacts facts)
    {
        Stage before = facts.Stages[0], after = facts.Stages[^1];
        yield return (Units.Invariant($"{(double)before.FileBytes / after.FileBytes:F1} ×"), "smaller");
        if (before.EdgekitMs / after.EdgekitMs is { } faster) yield return faster > 0.95 ? (Units.Invariant($"{faster:F1} ×"), "faster") : (Units.Invariant($"{1 / faster:F1} ×"), "slower");
        if (after.Macs < before.Macs) yield return (Units.Invariant($"{(double)after.Macs / before.Macs * 100:F0} %"), "of the multiply-accumulates");
        if (after.Top1 - before.Top1 is { } gain) yield return (Units.Invariant($"{gain * 100:+0.00;−0.00;0.00}"), "points of top-1");
        else if (after.Outputs?.Min(static o => o.Cosine) is { } cosine) yield return (Units.Invariant($"{cosine:F4}"), "cosine to the float outputs");
        if (after.Agreement is { } agreement) yield return (Units.Invariant($"{agreement * 100:F2} %"), "the same answers");
    }
}
