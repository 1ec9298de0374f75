using System.Text;

namespace EdgeKit.Cli.Drawing;

/// <summary>An HTML page under construction: no scripts, no other files, light or dark as the reader's system is, readable on a phone. It is well-formed XML.</summary>
internal sealed class HtmlPage
{
    private const string Style =
        """
        :root{--ground:#fff;--text:#1b1f24;--faint:#5c6670;--grid:#d8dee4;--card:#f5f7f9;color-scheme:light dark}
        @media(prefers-color-scheme:dark){:root{--ground:#14181c;--text:#e4e8ec;--faint:#98a2ac;--grid:#30373e;--card:#1d2329}}
        *{box-sizing:border-box}
        body{margin:0 auto;max-width:1140px;padding:24px 16px;background:var(--ground);color:var(--text);font:15px/1.45 system-ui,sans-serif;-webkit-text-size-adjust:100%}
        h1{font-size:24px;margin:0 0 4px;overflow-wrap:anywhere}
        h2{font-size:17px;margin:30px 0 8px}
        p{margin:4px 0;color:var(--faint)}
        .facts{display:flex;flex-wrap:wrap;gap:10px;margin:16px 0}
        .facts div{background:var(--card);border-radius:6px;padding:8px 14px}
        .facts b{display:block;font-size:19px}
        .facts span,.legend{color:var(--faint);font-size:13px}
        .legend i{display:inline-block;width:12px;height:12px;border-radius:2px;margin:0 5px 0 0;vertical-align:-1px}
        .legend span{display:inline-block;margin-right:14px}
        .wide{overflow-x:auto}
        table{border-collapse:collapse;font-variant-numeric:tabular-nums}
        th,td{text-align:right;padding:3px 12px;border-bottom:1px solid var(--grid);white-space:nowrap}
        th{color:var(--faint);font-weight:normal;font-size:13px}
        th:first-child,td:first-child{text-align:left;padding-left:0}
        td i{display:inline-block;width:12px;height:12px;border-radius:2px;margin-right:8px;vertical-align:-1px}
        ul{margin:4px 0;padding-left:20px}
        li{margin:3px 0;overflow-wrap:anywhere}
        svg{display:block;width:100%;height:auto}
        .label{font:12px system-ui,sans-serif;fill:var(--text);white-space:pre}
        .head{font:12px system-ui,sans-serif;fill:var(--faint)}
        .grid{stroke:var(--grid)}
        .axis{stroke:var(--faint)}
        .mark{stroke:var(--text);stroke-width:2}
        .box{stroke:var(--ground);stroke-width:.6}
        @media(max-width:640px){
        table{font-size:13px}
        th,td{padding:3px 6px}
        td:first-child{white-space:normal}
        td span{white-space:nowrap}
        }

        """;

    private readonly StringBuilder _text = new();

    /// <param name="title">The page's title.</param>
    /// <param name="style">Style rules beside the common ones.</param>
    public HtmlPage(string title, string style)
    {
        _text.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"/>\n");
        _text.Append($"<title>{Svg.Escape(title)}</title>\n<style>\n{Style}{Palette.Style}{style}\n</style>\n</head>\n<body>\n");
    }

    /// <summary>Appends markup.</summary>
    public HtmlPage Add(string markup)
    {
        _text.Append(markup);
        return this;
    }

    /// <summary>A heading of a section.</summary>
    public HtmlPage Heading(string text) => Add($"<h2>{Svg.Escape(text)}</h2>\n");

    /// <summary>A paragraph of text.</summary>
    public HtmlPage Paragraph(string text, string? cssClass = null) => Add($"<p{(cssClass is null ? "" : $" class=\"{cssClass}\"")}>{Prose(text)}</p>\n");

    /// <summary>Items of text.</summary>
    public HtmlPage List(IEnumerable<string> items) => Add($"<ul>\n{string.Concat(items.Select(static i => $"<li>{Prose(i)}</li>\n"))}</ul>\n");

    /// <summary>Figures as cards: what they are below them.</summary>
    public HtmlPage Cards(IEnumerable<(string Value, string What)> cards) =>
        Add($"<div class=\"facts\">\n{string.Concat(cards.Select(static c => $"<div><b>{Svg.Escape(c.Value)}</b><span>{Svg.Escape(c.What)}</span></div>\n"))}</div>\n");

    /// <summary>What the colours mean.</summary>
    public HtmlPage Legend(IEnumerable<(string CssClass, string What)> entries) =>
        Add($"<p class=\"legend\">{string.Concat(entries.Select(static e => $"<span><i class=\"{e.CssClass}\"></i>{Svg.Escape(e.What)}</span>"))}</p>\n");

    /// <summary>A table of markup in a box of its own that scrolls where it is wider than the page.</summary>
    public HtmlPage Table(IEnumerable<string> header, IEnumerable<IEnumerable<string>> rows)
    {
        Add($"<div class=\"wide\"><table>\n<tr>{string.Concat(header.Select(static h => $"<th>{h}</th>"))}</tr>\n");
        foreach (IEnumerable<string> row in rows) Add($"<tr>{string.Concat(row.Select(static c => $"<td>{c}</td>"))}</tr>\n");
        return Add("</table></div>\n");
    }

    // A number and its unit stay on one line.
    private static string Prose(string text) => Svg.Escape(text).Replace(" %", "\u00a0%", StringComparison.Ordinal).Replace(" dB", "\u00a0dB", StringComparison.Ordinal);

    /// <summary>The page.</summary>
    public override string ToString() => $"{_text}</body>\n</html>\n";
}
