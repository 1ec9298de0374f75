using EdgeKit.Cli.Drawing;

namespace EdgeKit.Cli.Profiling;

/// <summary>The pictures of a profile.</summary>
internal static class ProfilePictures
{
    private const double Width = 1100;

    /// <summary>The median run from left to right, each operator as long as it took.</summary>
    public static string Timeline(ProfileReport report, Func<string, string> colour)
    {
        const double left = 8, right = 8, top = 8, band = 56, height = top + band + 30;
        double end = report.Operators.Count == 0 ? 0 : report.Operators[^1].MedianRunStartMs + report.Operators[^1].MedianRunMs;
        double scale = (Width - left - right) / Math.Max(end, 1e-9);
        var svg = new Svg(Width, height, "Operators of the median run over time");
        foreach (ProfiledOperator o in report.Operators)
        {
            svg.Rectangle(left + o.MedianRunStartMs * scale, top, o.MedianRunMs * scale, band, $"box {colour(o.Kind)}",
                $"{o.Name} ({o.Kind}): {Units.Brief(o.MedianRunMs)} ms, from {Units.Brief(o.MedianRunStartMs)} ms");
        }
        foreach (double ms in Svg.Ticks(end, 10))
        {
            svg.Line(left + ms * scale, top + band, left + ms * scale, top + band + 5, "axis");
            svg.Text(left + ms * scale, top + band + 19, Units.Invariant($"{ms:0.###}"), ms == 0 ? "start" : "middle");
        }
        svg.Text(Width - right, height - 1, "ms", "end");
        return svg.ToString();
    }

    /// <summary>A bar for each operator, with a mark at the least time that the machine allows.</summary>
    public static string Bars(ProfileReport report, Func<string, string> colour)
    {
        const double row = 17, left = 230, right = 380, top = 22;
        double[] columns = [Width - 300, Width - 230, Width - 120, Width - 8];
        double longest = report.Operators.Select(static o => o.Ms).DefaultIfEmpty().Max(), scale = (Width - left - right) / Math.Max(longest, 1e-9);
        var svg = new Svg(Width, top + 4 + row * report.Operators.Count, "Time of each operator");
        Columns(top - 6, ["ms", "share", "MAC/cycle", "roofline"], "head");
        for (int i = 0; i < report.Operators.Count; i++)
        {
            ProfiledOperator o = report.Operators[i];
            double y = top + i * row;
            svg.Text(left - 8, y + row - 5, Units.End(o.Name, 34), "end");
            svg.Rectangle(left, y + 2, Math.Max(o.Ms * scale, 0.5), row - 4, colour(o.Kind),
                $"{o.Name}: {o.Kind}{(o.Kernel is null ? "" : $", {o.Kernel}")}, output {Models.InputShape.Format(o.Output)}, {Units.Count(o.Macs)} MACs, {Units.Size(o.Bytes)}, at least {Units.Brief(o.LeastMs)} ms");
            double least = left + Math.Min(o.LeastMs, o.Ms) * scale;
            svg.Line(least, y + 1, least, y + row - 1, "mark");
            Columns(y + row - 5, [Units.Brief(o.Ms), Units.Invariant($"{o.Share * 100:F1} %"), o.Macs > 0 ? Units.Invariant($"{o.MacsPerCycle:F1}") : "", Units.Invariant($"{o.RooflineShare * 100:F0} %")], "label");
        }
        return svg.ToString();

        void Columns(double y, string[] texts, string cssClass)
        {
            for (int i = 0; i < columns.Length; i++) svg.Text(columns[i], y, texts[i], "end", cssClass);
        }
    }
}
