using EdgeKit.Cli.Drawing;

namespace EdgeKit.Cli.Reporting;

/// <summary>Multiply-accumulates and time of the operators.</summary>
internal static class TimeSection
{
    private const int Slowest = 15;

    public static void AddTo(HtmlPage page, CompressionFacts facts)
    {
        OperatorFacts[] operators = [.. facts.Operators];
        if (operators.Length == 0) return;
        var order = facts.Kinds.Select(static (k, i) => (k.Kind, i)).ToDictionary(static k => k.Kind, static k => Palette.Class(k.i), StringComparer.Ordinal);
        double longest = operators.Max(static o => Math.Max(o.Ms, o.OriginalMs ?? 0)), most = operators.Max(static o => Math.Max(o.Macs, o.OriginalMacs ?? 0));
        page.Heading("Time and multiply-accumulates").Paragraph("Mean of the faster half of the runs, one thread. Pale: the original's layer of that name, in float.");
        page.Table(["kind", "operators", "ms", "share", "MACs"], facts.Kinds.Select(k => (string[])
        [
            $"<span><i class=\"{order[k.Kind]}\"></i>{k.Kind}</span>", $"{k.Operators}", Units.Brief(k.Ms), Units.Invariant($"{k.Share * 100:F1} %"), k.Macs > 0 ? Units.Count(k.Macs) : "",
        ]));
        bool all = operators.Length <= Slowest;
        page.Paragraph(all ? "Milliseconds of each operator:" : $"Milliseconds of the {Slowest} slowest operators:");
        foreach (OperatorFacts o in all ? operators : [.. operators.OrderByDescending(static o => o.Ms).Take(Slowest)]) page.Add(Time(o));
        if (!all) Details("Milliseconds of all operators, in order", operators, Time);
        Details("Multiply-accumulates of all layers, in order", [.. operators.Where(static o => o.Macs > 0)], o =>
            Rows.Row(o.Name, o.OriginalMacs / most, o.Macs / most, order[o.Kind], o.OriginalMacs is { } b && b != o.Macs ? $"{Units.Count(b)} → {Units.Count(o.Macs)}" : Units.Count(o.Macs)));

        string Time(OperatorFacts o) =>
            Rows.Row(o.Name, o.OriginalMs / longest, o.Ms / longest, order[o.Kind], $"{(o.OriginalMs is { } b ? $"{Units.Brief(b)} → " : "")}{Units.Brief(o.Ms)} ms  ({Units.Invariant($"{o.Share * 100:F1}")} %)");

        void Details(string what, OperatorFacts[] rows, Func<OperatorFacts, string> row)
        {
            page.Add($"<details><summary>{what}</summary>\n");
            foreach (OperatorFacts o in rows) page.Add(row(o));
            page.Add("</details>\n");
        }
    }
}
