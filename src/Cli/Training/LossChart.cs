using EdgeKit.Cli.Drawing;

namespace EdgeKit.Cli.Training;

/// <summary>Losses over steps as a picture of its own.</summary>
internal static class LossChart
{
    private const double Width = 760, Height = 300, Left = 56, Right = 12, Top = 28, Bottom = 36;
    private const int Points = 240;

    private const string Style =
        """
        <style>
        svg{background:#fff;--text:#1b1f24;--faint:#5c6670;--grid:#d8dee4}
        @media(prefers-color-scheme:dark){svg{background:#14181c;--text:#e4e8ec;--faint:#98a2ac;--grid:#30373e}}
        .label{font:13px system-ui,sans-serif;fill:var(--text)}
        .head{font:12px system-ui,sans-serif;fill:var(--faint)}
        .grid{stroke:var(--grid)}
        .raw{fill:none;stroke:#4477aa;stroke-opacity:.3}
        .line{fill:none;stroke:#4477aa;stroke-width:2}
        </style>

        """;

    /// <summary>The SVG file's text.</summary>
    /// <param name="title">What the losses are of.</param>
    /// <param name="losses">The loss of every step.</param>
    public static string Draw(string title, IReadOnlyList<float> losses)
    {
        var svg = new Svg(Width, Height, $"Loss of {title}");
        int points = Math.Min(Points, losses.Count);
        double[] means = [.. Enumerable.Range(0, points).Select(i => Sparkline.Mean(losses, First(i), First(i + 1)))];
        double[] smooth = Smoothed(means);
        double low = Math.Min(means.DefaultIfEmpty().Min(), 0), high = Math.Max(means.DefaultIfEmpty(1).Max(), low + 1e-6);
        double X(double step) => Left + step / Math.Max(losses.Count, 1) * (Width - Left - Right);
        double Y(double loss) => Height - Bottom - (loss - low) / (high - low) * (Height - Top - Bottom);
        foreach (double tick in Svg.Ticks(low, high, 5))
        {
            svg.Line(Left, Y(tick), Width - Right, Y(tick), "grid");
            svg.Text(Left - 8, Y(tick) + 4, Units.Invariant($"{tick:0.####}"), "end", "head");
        }
        foreach (double tick in Svg.Ticks(0, losses.Count, 8)) svg.Text(X(tick), Height - Bottom + 16, Units.Invariant($"{tick:0}"), "middle", "head");
        svg.Text(Left, 18, title);
        svg.Text(Width - Right, Height - 4, "steps; thin: means of a few steps, thick: smoothed", "end", "head");
        svg.Path(means.Select((m, i) => (X(First(i)), Y(m))), "raw");
        svg.Path(smooth.Select((m, i) => (X(First(i)), Y(m))), "line");
        string text = svg.ToString();
        return text.Insert(text.IndexOf('\n', StringComparison.Ordinal) + 1, Style);

        int First(int point) => (int)((long)point * losses.Count / Math.Max(points, 1));
    }

    private static double[] Smoothed(double[] values)
    {
        int radius = values.Length / 30;
        return [.. values.Select((_, i) => values[Math.Max(0, i - radius)..Math.Min(values.Length, i + radius + 1)].Average())];
    }
}
