using System.Text;
using EdgeKit.Cli.Drawing;

namespace EdgeKit.Cli.Profiling;

/// <summary>A profile as one HTML page: no scripts, no other files, light or dark as the reader's system is. It is well-formed XML.</summary>
internal static class ProfilePage
{
    private const string Style =
        """
        :root{--ground:#fff;--text:#1b1f24;--faint:#5c6670;--grid:#d8dee4;--card:#f5f7f9}
        @media(prefers-color-scheme:dark){:root{--ground:#14181c;--text:#e4e8ec;--faint:#98a2ac;--grid:#30373e;--card:#1d2329}}
        body{margin:0 auto;max-width:1140px;padding:24px 16px;background:var(--ground);color:var(--text);font:15px/1.45 system-ui,sans-serif}
        h1{font-size:24px;margin:0 0 4px}
        h2{font-size:17px;margin:30px 0 8px}
        p{margin:4px 0;color:var(--faint)}
        .facts{display:flex;flex-wrap:wrap;gap:10px;margin:16px 0}
        .facts div{background:var(--card);border-radius:6px;padding:8px 14px}
        .facts b{display:block;font-size:19px}
        .facts span,.legend{color:var(--faint);font-size:13px}
        .legend i{display:inline-block;width:12px;height:12px;border-radius:2px;margin:0 5px 0 14px;vertical-align:-1px}
        table{border-collapse:collapse;font-variant-numeric:tabular-nums}
        th,td{text-align:right;padding:3px 12px;border-bottom:1px solid var(--grid)}
        th{color:var(--faint);font-weight:normal;font-size:13px}
        th:first-child,td:first-child{text-align:left;padding-left:0}
        td i{display:inline-block;width:12px;height:12px;border-radius:2px;margin-right:8px;vertical-align:-1px}
        svg{display:block;width:100%;height:auto}
        .label{font:12px system-ui,sans-serif;fill:var(--text);white-space:pre}
        .head{font:12px system-ui,sans-serif;fill:var(--faint)}
        .grid{stroke:var(--grid)}
        .axis{stroke:var(--faint)}
        .mark{stroke:var(--text);stroke-width:2}
        .box{stroke:var(--ground);stroke-width:.6}
        .arena .box{fill-opacity:.75}
        """;

    /// <summary>The page.</summary>
    public static string Of(ProfileReport report)
    {
        string name = Svg.Escape(Path.GetFileName(report.Model));
        var order = report.Kinds.Select(static (k, i) => (k.Kind, i)).ToDictionary(static k => k.Kind, static k => k.i);
        string Colour(string kind) => Palette.Class(order[kind]);

        var page = new StringBuilder();
        page.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n<meta name=\"viewport\" content=\"width=device-width\"/>\n");
        page.Append($"<title>{name}: profile</title>\n<style>\n{Style}\n{Palette.Style}</style>\n</head>\n<body>\n");
        page.Append($"<h1>{name}</h1>\n<p>{report.Precision}, {report.Threads} thread(s), {report.Runs} runs</p>\n");
        foreach (string line in report.Environment.ToString().Split('\n')) page.Append($"<p>{Svg.Escape(line)}</p>\n");
        page.Append("<div class=\"facts\">\n");
        foreach ((string value, string what) in Facts(report)) page.Append($"<div><b>{Svg.Escape(value)}</b><span>{Svg.Escape(what)}</span></div>\n");
        page.Append("</div>\n<h2>One run</h2>\n<p>The median run; a pointer over a box shows the operator.</p>\n");
        page.Append(ProfilePictures.Timeline(report, Colour)).Append(Legend(report, Colour));
        page.Append("<h2>By kind</h2>\n").Append(Kinds(report, Colour));
        page.Append("<h2>Memory of activations</h2>\n<p>Each tensor is as high as its bytes and as long as it is needed; tensors that live at different times share memory.</p>\n");
        page.Append("<div class=\"arena\">\n").Append(ArenaPicture.Of(report.Arena, report.ArenaBytes, report.Operators.Count)).Append("</div>\n");
        page.Append("<h2>Operators</h2>\n<p>Mean of the faster half of the runs. The line across a bar is the least time that one core's multiply-adds and copying allow");
        page.Append(report.Threads > 1 ? $", shared by {report.Threads}.</p>\n" : ".</p>\n");
        page.Append(ProfilePictures.Bars(report, Colour));
        return page.Append("</body>\n</html>\n").ToString();
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

    private static string Legend(ProfileReport report, Func<string, string> colour) =>
        $"<p class=\"legend\">{string.Concat(report.Kinds.Select(k => $"<i class=\"{colour(k.Kind)}\"></i>{k.Kind}"))}</p>\n";

    private static string Kinds(ProfileReport report, Func<string, string> colour)
    {
        var table = new StringBuilder("<table>\n<tr><th>kind</th><th>operators</th><th>ms</th><th>share</th><th>MACs</th><th>MAC/cycle</th><th>bytes</th><th>roofline</th></tr>\n");
        foreach (KindTotal k in report.Kinds)
        {
            table.Append(Units.Invariant($"<tr><td><i class=\"{colour(k.Kind)}\"></i>{k.Kind}</td><td>{k.Operators}</td><td>{Units.Brief(k.Ms)}</td><td>{k.Share * 100:F1} %</td>"));
            table.Append(k.Macs > 0 ? Units.Invariant($"<td>{Units.Count(k.Macs)}</td><td>{k.MacsPerCycle:F1}</td>") : "<td></td><td></td>");
            table.Append(Units.Invariant($"<td>{Units.Size(k.Bytes)}</td><td>{k.RooflineShare * 100:F0} %</td></tr>\n"));
        }
        return table.Append("</table>\n").ToString();
    }
}
