using EdgeKit.Cli.Drawing;

namespace EdgeKit.Cli.Profiling;

/// <summary>A profile as one HTML page.</summary>
internal static class ProfilePage
{
    private const string Style =
        """
        .arena .box{fill-opacity:.75}
        .wide svg{min-width:820px}
        """;

    /// <summary>The page.</summary>
    public static string Of(ProfileReport report)
    {
        string name = Path.GetFileName(report.Model);
        var order = report.Kinds.Select(static (k, i) => (k.Kind, i)).ToDictionary(static k => k.Kind, static k => k.i);
        string Colour(string kind) => Palette.Class(order[kind]);

        var page = new HtmlPage($"{name}: profile", Style);
        page.Add($"<h1>{Svg.Escape(name)}</h1>\n").Paragraph($"{report.Precision}, {report.Threads} thread(s), {report.Runs} runs");
        foreach (string line in report.Environment.ToString().Split('\n')) page.Paragraph(line);
        page.Cards(Facts(report));
        page.Heading("One run").Paragraph("The median run; a pointer over a box shows the operator.");
        page.Add($"<div class=\"wide\">\n{ProfilePictures.Timeline(report, Colour)}</div>\n").Legend(report.Kinds.Select(k => (Colour(k.Kind), k.Kind)));
        page.Heading("By kind");
        Kinds(page, report, Colour);
        page.Heading("Memory of activations").Paragraph("Each tensor is as high as its bytes and as long as it is needed; tensors that live at different times share memory.");
        page.Add($"<div class=\"wide arena\">\n{ArenaPicture.Of(report.Arena, report.ArenaBytes, report.Operators.Count)}</div>\n");
        page.Heading("Operators").Paragraph($"Mean of the faster half of the runs. The line across a bar is the least time that one core's multiply-adds and copying allow{(report.Threads > 1 ? $", shared by {report.Threads}" : "")}.");
        return page.Add($"<div class=\"wide\">\n{ProfilePictures.Bars(report, Colour)}</div>\n").ToString();
    }

    private static IEnumerable<(string Value, string What)> Facts(ProfileReport r)
    {
        yield return ($"{Units.Brief(r.P50Ms)} ms", "median");
        yield return ($"{Units.Brief(r.MinMs)} ms", "shortest");
        yield return ($"{Units.Brief(r.P90Ms)} ms", "90 % within");
        yield return ($"{Units.Brief(r.P99Ms)} ms", "99 % within");
        yield return ($"{Units.Brief(r.MaxMs)} ms", "longest");
        yield return (Units.Count(r.Operators.Sum(static o => o.Macs)), "multiply-accumulates");
        yield return (Units.Percent(r.RooflineShare), "of what the core can do");
        yield return (Units.Size(r.ArenaBytes), "activations");
        yield return (Units.Size(r.PackedBytes), "packed weights");
        yield return (Units.Invariant($"{r.Roofline.Gigahertz:F2} GHz"), "clock");
        yield return (Units.Invariant($"{r.Roofline.Int8Gmacs:F0} / {r.Roofline.FloatGmacs:F0}"), "GMAC/s at most, INT8 / float");
        yield return (Units.Invariant($"{r.Roofline.CopyGigabytes:F0} GB/s"), $"copying {Units.Size(r.Roofline.CopyBlock)}");
    }

    private static void Kinds(HtmlPage page, ProfileReport report, Func<string, string> colour) =>
        page.Table(["kind", "operators", "ms", "share", "MACs", "MAC/cycle", "bytes", "roofline"], report.Kinds.Select(k => (string[])
        [
            $"<span><i class=\"{colour(k.Kind)}\"></i>{k.Kind}</span>", $"{k.Operators}", Units.Brief(k.Ms), Units.Invariant($"{k.Share * 100:F1} %"),
            k.Macs > 0 ? Units.Count(k.Macs) : "", k.Macs > 0 ? Units.Invariant($"{k.MacsPerCycle:F1}") : "", Units.Size(k.Bytes), Units.Invariant($"{k.RooflineShare * 100:F0} %"),
        ]));
}
