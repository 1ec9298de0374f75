using EdgeKit.Cli.Compressing;
using EdgeKit.Cli.Drawing;

namespace EdgeKit.Cli.Reporting;

/// <summary>The model before and after in one table.</summary>
internal static class BeforeAfter
{
    public static void AddTo(HtmlPage page, CompressionFacts facts)
    {
        Stage[] stages = [.. facts.Stages];
        Stage first = stages[0], last = stages[^1];
        var rows = new List<string[]>();
        Row("file", static s => Units.Size(s.FileBytes), Ratio(last.FileBytes, first.FileBytes));
        Row("parameters", static s => Units.Count(s.Parameters), Ratio(last.Parameters, first.Parameters));
        Row("MACs", static s => Units.Count(s.Macs), Ratio(last.Macs, first.Macs));
        Row("F1 of lane lines", static s => s.F1 is { } v ? Units.Invariant($"{v:F4}") : null, last.F1 - first.F1 is { } lost ? Units.Invariant($"{lost:+0.0000;−0.0000;0.0000}") : "");
        Row("top-1", static s => s.Top1 is { } v ? Units.Percent(v) : null, last.Top1 - first.Top1 is { } d ? Units.Invariant($"{d * 100:+0.00;−0.00;0.00} pt") : "");
        Row("same answer", static s => s.Agreement is { } v ? Units.Percent(v) : null, "");
        Row("output SQNR, dB", static s => s.SqnrDb is { } v ? Units.Invariant($"{v:F1}") : null, "");
        Row("latency, ms", static s => s.EdgekitMs is { } v ? Units.Brief(v) : null, last.EdgekitMs / first.EdgekitMs is { } t ? Units.Invariant($"{t * 100:F0} %") : "");
        Row("in ONNX Runtime, ms", static s => s.OnnxruntimeMs is { } v ? Units.Brief(v) : null, last.OnnxruntimeMs / first.OnnxruntimeMs is { } o ? Units.Invariant($"{o * 100:F0} %") : "");
        Row("memory", static s => s.MemoryBytes is { } v ? Units.Size(v) : null, last.MemoryBytes is { } m && first.MemoryBytes is { } b ? Ratio(m, b) : "");
        page.Heading("Before and after").Table(["", .. stages.Select(static s => s.Name), "change"], rows);
        page.Paragraph("MACs: multiply-accumulates of one picture. Same answer: share of the pictures, or of the positions of a map, with the original's best class. Output SQNR: signal to noise of the worst output. Latency: median on EdgeKit, one thread, the models in turn. Memory: activations, packed weights and the model file.");

        void Row(string what, Func<Stage, string?> cell, string change)
        {
            if (stages.Any(s => cell(s) is not null)) rows.Add([what, .. stages.Select(s => cell(s) ?? ""), change]);
        }
    }

    private static string Ratio(long after, long before) => Units.Invariant($"{(double)after / Math.Max(before, 1) * 100:F0} %");
}
