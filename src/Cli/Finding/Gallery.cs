using EdgeKit.Cli.Drawing;

namespace EdgeKit.Cli.Finding;

/// <summary>A picture of the gallery.</summary>
/// <param name="File">The PNG, beside the page.</param>
/// <param name="Name">The picture it was drawn on.</param>
/// <param name="Summary">What was found.</param>
/// <param name="Times">How long it took.</param>
internal sealed record GalleryEntry(string File, string Name, string Summary, FindingTimes Times);

/// <summary>The page that shows what was drawn.</summary>
internal static class Gallery
{
    public const string FileName = "index.html";

    private const string Style =
        """
        .gallery{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,420px),1fr));gap:18px;margin:16px 0}
        figure{margin:0}
        figure img{display:block;width:100%;height:auto;border-radius:6px}
        figcaption{font-size:13px;color:var(--faint);margin-top:4px;overflow-wrap:anywhere}
        """;

    public static string Of(FindingModel model, IReadOnlyList<GalleryEntry> entries)
    {
        var page = new HtmlPage($"What {model.Name} finds", Style);
        page.Add($"<h1>What {Svg.Escape(model.Name)} finds</h1>\n");
        page.Paragraph(Units.Invariant(
            $"{entries.Count} pictures, {model.Precision}; median of one picture: preparing {Median(static t => t.Prepare):F1} ms, inference {Median(static t => t.Infer):F1} ms, decoding {Median(static t => t.Decode):F1} ms."));
        page.Add("<div class=\"gallery\">\n");
        foreach (GalleryEntry entry in entries)
        {
            string source = Svg.Escape(Uri.EscapeDataString(entry.File));
            page.Add($"<figure><a href=\"{source}\"><img src=\"{source}\" alt=\"{Svg.Escape(entry.Summary)}\" loading=\"lazy\"/></a><figcaption>{Svg.Escape(entry.Name)}: {Svg.Escape(entry.Summary)}</figcaption></figure>\n");
        }
        return page.Add("</div>\n").ToString();

        double Median(Func<FindingTimes, double> part)
        {
            double[] sorted = [.. entries.Select(e => part(e.Times)).Order()];
            return sorted.Length == 0 ? 0 : sorted[sorted.Length / 2];
        }
    }
}
