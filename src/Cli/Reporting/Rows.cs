using EdgeKit.Cli.Drawing;

namespace EdgeKit.Cli.Reporting;

/// <summary>Bars with names and values, one below the other; on a phone the bar takes a line of its own.</summary>
internal static class Rows
{
    /// <summary>One bar, and behind it a pale one of what was before.</summary>
    /// <param name="name">What it is about; its end stays where it is cut.</param>
    /// <param name="before">Length of the pale bar, 0 to 1; null for none.</param>
    /// <param name="now">Length of the bar, 0 to 1.</param>
    /// <param name="cssClass">Colour of the bar.</param>
    /// <param name="value">What stands behind it.</param>
    public static string Row(string name, double? before, double now, string cssClass, string value)
    {
        string escaped = Svg.Escape(name), pale = before is { } b ? Units.Invariant($"<i class=\"was\" style=\"width:{b * 100:F2}%\"></i>") : "";
        return $"<div class=\"row\"><span class=\"name\" title=\"{escaped}\"><bdi>{escaped}</bdi></span>" +
            Units.Invariant($"<span class=\"track\">{pale}<i class=\"{cssClass}\" style=\"width:{now * 100:F2}%\"></i></span><span class=\"value\">{Svg.Escape(value)}</span></div>\n");
    }
}
