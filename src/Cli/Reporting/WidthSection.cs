using EdgeKit.Cli.Drawing;

namespace EdgeKit.Cli.Reporting;

/// <summary>Widths of the layers before and after pruning.</summary>
internal static class WidthSection
{
    public static void AddTo(HtmlPage page, CompressionFacts facts)
    {
        if (facts.Widths.Count == 0) return;
        double widest = facts.Widths.Max(static w => w.ChannelsOriginal);
        page.Heading("Widths").Paragraph("Output channels of each layer, before (pale) and after pruning; depthwise layers are as wide as what they read.");
        foreach (LayerWidthFacts w in facts.Widths)
        {
            string value = w.Channels == w.ChannelsOriginal ? $"{w.Channels}" : w.Channels == 0 ? $"{w.ChannelsOriginal}, gone" : Units.Invariant($"{w.ChannelsOriginal} → {w.Channels}  ({(double)w.Channels / w.ChannelsOriginal * 100:F0} %)");
            page.Add(Rows.Row(w.Name, w.ChannelsOriginal / widest, w.Channels / widest, "c2", value));
        }
    }
}
