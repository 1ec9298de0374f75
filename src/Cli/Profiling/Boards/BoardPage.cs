using EdgeKit.Cli.Drawing;
using EdgeKit.Devices.Boards;
using EdgeKit.Devices.Profiling;

namespace EdgeKit.Cli.Profiling.Boards;

/// <summary>A board's profile as one HTML page.</summary>
internal static class BoardPage
{
    private const string Unknown = "not known";
    private const string Style =
        """
        .wide svg{min-width:340px;max-width:620px}
        .bad{color:#cc3311;font-weight:bold}
        .line{fill:none;stroke:#4477aa;stroke-width:1.5}
        .heat{fill:none;stroke:#ee7733;stroke-width:1.5}
        td:nth-child(2),th:nth-child(2){text-align:left}
        """;

    /// <summary>The page.</summary>
    public static string Of(BoardProfile profile)
    {
        Board board = profile.Board;
        string title = board.Model ?? board.Processors;
        var page = new HtmlPage($"{title}: profile", Style);
        page.Add($"<h1>{Svg.Escape(title)}</h1>\n");
        page.Paragraph($"{board.Processors}; {board.Architecture}: {string.Join(' ', board.Isa)}");
        page.Paragraph(Units.Invariant($"{board.Os ?? Unknown}, Linux {board.Kernel ?? Unknown}, glibc {board.CLibrary ?? Unknown}, EdgeKit {profile.Tool}"));
        if (profile.Disturbance is { } why) page.Paragraph($"Not valid: {why}", "bad");
        page.Cards(Facts(profile));
        foreach (ModelProfile model in profile.Models) AddLatencies(page, model);
        page.Heading("The machine meanwhile");
        AddTrace(page, profile.Trace);
        foreach (ModelProfile model in profile.Models) AddLayers(page, model);
        return page.ToString();
    }

    private static IEnumerable<(string Value, string What)> Facts(BoardProfile profile)
    {
        Board board = profile.Board;
        yield return (profile.Disturbance is null ? "valid" : "disturbed", "run");
        yield return (board.Governor ?? Unknown, "clock governor");
        if (board.PowerMode is { } mode) yield return (mode, "power mode");
        yield return (board.MemoryBytes is { } bytes ? Units.Invariant($"{bytes / 1e9:F1} GB") : Unknown, "memory");
        yield return (profile.PowerMeter ?? "not measured", "energy");
    }

    private static void AddLatencies(HtmlPage page, ModelProfile model)
    {
        page.Heading($"{model.Name}, {model.Precision}");
        page.Paragraph("Latency of an inference by threads and cores. A bar ends at the median, its line at what nine of ten keep to.");
        page.Add($"<div class=\"wide\">\n{Bars(model)}</div>\n");
        page.Table(["threads, cores", "", "median ms", "90 %", "99 %", "mean", "mJ", "runs"], model.Points.Select(p => (string[])
        [
            Svg.Escape($"{p.Point.Threads} on {p.Point.CoreText}"), Svg.Escape(p.Disturbance is null ? p.Point.Kind ?? "" : $"{p.Point.Kind} disturbed".Trim()), Units.Brief(p.P50Ms), Units.Brief(p.P90Ms),
            Units.Brief(p.P99Ms), Units.Brief(p.MeanMs), p.Millijoules is { } energy ? Units.Invariant($"{energy:F1}") : "not measured", $"{p.Runs}",
        ]));
    }

    private static void AddLayers(HtmlPage page, ModelProfile model)
    {
        if (model.Layers.Count == 0) return;
        double all = model.Layers.Sum(static l => l.Ms);
        page.Heading($"{model.Name}: operators on one thread").Paragraph(model.LayerDisturbance is { } why ? $"Disturbed: {why}" : "In the order in which they run.");
        page.Table(["operator", "kind", "output", "µs", "share", "MACs"], model.Layers.Select(l => (string[])
        [
            Svg.Escape(l.Name), Svg.Escape(l.Kind), string.Join('x', l.Output), Units.Invariant($"{l.Ms * 1e3:F1}"), Units.Invariant($"{l.Ms / all * 100:F1} %"), l.Macs > 0 ? Units.Count(l.Macs) : "",
        ]));
    }

    private static string Bars(ModelProfile model)
    {
        const double width = 480, row = 24, left = 120, right = 56, top = 6;
        double longest = model.Points.Select(static p => Math.Max(p.P50Ms, p.P90Ms)).DefaultIfEmpty().Max(), scale = (width - left - right) / Math.Max(longest, 1e-9);
        double bottom = top + row * model.Points.Count;
        var svg = new Svg(width, bottom + 24, $"Latency of {model.Name} by threads");
        foreach (double ms in Svg.Ticks(longest, 4))
        {
            svg.Line(left + ms * scale, top, left + ms * scale, bottom, "grid");
            svg.Text(left + ms * scale, bottom + 16, Units.Invariant($"{ms:0.###}"), "middle", "head");
        }
        svg.Text(width - 2, bottom + 16, "ms", "end", "head");
        for (int i = 0; i < model.Points.Count; i++)
        {
            PointProfile p = model.Points[i];
            double y = top + i * row, middle = y + row / 2;
            svg.Text(left - 8, middle + 4, Units.Start($"{p.Point.Threads} on {p.Point.CoreText} {p.Point.Kind}".TrimEnd(), 18), "end");
            svg.Rectangle(left, y + 4, p.P50Ms * scale, row - 8, Palette.Class(p.Disturbance is null ? 0 : 7), $"{p.Point}: median {Units.Brief(p.P50Ms)} ms, 90 % {Units.Brief(p.P90Ms)}, 99 % {Units.Brief(p.P99Ms)}");
            svg.Line(left + p.P50Ms * scale, middle, left + p.P90Ms * scale, middle, "mark");
            svg.Text(left + Math.Max(p.P50Ms, p.P90Ms) * scale + 6, middle + 4, Units.Brief(p.P50Ms));
        }
        return svg.ToString();
    }

    private static void AddTrace(HtmlPage page, IReadOnlyList<TracePoint> trace)
    {
        bool any = false;
        foreach ((string what, string unit, string cssClass, Func<TracePoint, double?> value) in ((string, string, string, Func<TracePoint, double?>)[])
            [("Clock of the slowest core at work", "MHz", "line", static t => t.Mhz), ("Temperature", "°C", "heat", static t => t.Celsius)])
        {
            (double X, double Y)[] points = [.. trace.Where(t => value(t) is not null).Select(t => (t.Seconds, value(t)!.Value))];
            if (points.Length < 2) continue;
            any = true;
            page.Paragraph($"{what}, {unit}, over seconds");
            page.Add($"<div class=\"wide\">\n{Curve(what, points, cssClass)}</div>\n");
        }
        if (!any) page.Paragraph("This machine tells neither its clock nor its temperature.");
        int throttled = trace.Count(static t => t.Throttled);
        if (throttled > 0) page.Paragraph($"It throttled in {throttled} of {trace.Count} readings.", "bad");
    }

    private static string Curve(string what, (double X, double Y)[] points, string cssClass)
    {
        const double width = 480, height = 150, left = 46, right = 14, top = 8, bottom = 124;
        double end = points[^1].X, least = points.Min(static p => p.Y), most = points.Max(static p => p.Y), slack = Math.Max((most - least) * 0.1, 1);
        (least, most) = (Math.Max(0, least - slack), most + slack);
        double X(double seconds) => left + seconds / Math.Max(end, 1e-9) * (width - left - right);
        double Y(double value) => bottom - (value - least) / (most - least) * (bottom - top);
        var svg = new Svg(width, height, what);
        foreach (double value in Svg.Ticks(least, most, 4))
        {
            svg.Line(left, Y(value), width - right, Y(value), "grid");
            svg.Text(left - 6, Y(value) + 4, Units.Invariant($"{value:0.#}"), "end", "head");
        }
        foreach (double seconds in Svg.Ticks(end, 6)) svg.Text(X(seconds), bottom + 18, Units.Invariant($"{seconds:0.##}"), "middle", "head");
        svg.Path(points.Select(p => (X(p.X), Y(p.Y))), cssClass);
        return svg.ToString();
    }
}
