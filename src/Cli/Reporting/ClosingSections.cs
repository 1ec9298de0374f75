using EdgeKit.Cli.Drawing;
using EdgeKit.Quantization;

namespace EdgeKit.Cli.Reporting;

/// <summary>What stayed as it was and why, notes, the machine, and the commands.</summary>
internal static class ClosingSections
{
    public static void AddTo(HtmlPage page, CompressionFacts facts)
    {
        page.Heading("What stays in float");
        if (facts.FloatOperators.Count == 0)
        {
            page.Paragraph("Nothing: every operator computes in INT8.");
        }
        else
        {
            double share = facts.Operators.Where(o => facts.FloatOperators.Any(f => f.Node == o.Name)).Sum(static o => o.Share);
            page.Paragraph(Units.Invariant($"{facts.FloatOperators.Count} operator{(facts.FloatOperators.Count == 1 ? "" : "s")}, {share * 100:F1} % of the time:"));
            page.List(facts.FloatOperators.GroupBy(static f => (f.OpType, f.Reason)).Select(static g => $"{g.Key.OpType} {Names([.. g])}: {g.Key.Reason}"));
        }
        if (facts.Kept.Count > 0)
        {
            page.Heading("Channels that pruning kept");
            page.List(facts.Kept);
        }
        if (facts.Notes.Count > 0)
        {
            page.Heading("Notes");
            page.List(facts.Notes);
        }
        page.Heading("Measured on");
        foreach (string line in facts.Environment.ToString().Split('\n')) page.Paragraph(line);
        page.Paragraph($"{facts.Images} pictures, JPEG by {facts.JpegDecoder}");
        page.Heading("To make it again");
        foreach (string command in facts.Commands) page.Add($"<pre>{Svg.Escape(command)}</pre>\n");
    }

    private static string Names(FloatOperator[] operators) => operators.Length <= 6
        ? string.Join(", ", operators.Select(static f => f.Node))
        : $"{string.Join(", ", operators.Take(5).Select(static f => f.Node))} and {operators.Length - 5} more";
}
