using EdgeKit.Cli.Profiling;

namespace EdgeKit.Cli.Drawing;

/// <summary>Activation memory over the operators of a plan: each tensor a box as high as its bytes and as long as it lives.</summary>
internal static class ArenaPicture
{
    private const double Width = 1100, Height = 420, Left = 70, Bottom = 34, Top = 8, Right = 8;

    /// <summary>The picture with its colours, as a file of its own.</summary>
    public static string Standalone(IReadOnlyList<NamedSpan> spans, long arenaBytes, int operators)
    {
        string picture = Of(spans, arenaBytes, operators);
        int afterRoot = picture.IndexOf('\n', StringComparison.Ordinal) + 1;
        return picture.Insert(afterRoot, $"<style>\nsvg{{background:#fff}}.label{{font:12px sans-serif;fill:#222}}.grid{{stroke:#ddd}}.box{{stroke:#fff;stroke-width:.6;fill-opacity:.75}}\n{Palette.Style}</style>\n");
    }

    /// <param name="spans">The tensors.</param>
    /// <param name="arenaBytes">Size of the arena.</param>
    /// <param name="operators">Number of operators.</param>
    public static string Of(IReadOnlyList<NamedSpan> spans, long arenaBytes, int operators)
    {
        var svg = new Svg(Width, Height, "Memory of activations over the operators");
        double x = (Width - Left - Right) / Math.Max(operators, 1), y = (Height - Top - Bottom) / Math.Max(arenaBytes, 1);
        foreach (double bytes in Svg.Ticks(arenaBytes, 6))
        {
            double at = Height - Bottom - bytes * y;
            svg.Line(Left, at, Width - Right, at, "grid");
            svg.Text(Left - 8, at + 4, Units.Size((long)bytes), "end");
        }
        foreach (double op in Svg.Ticks(operators, 12)) svg.Text(Left + op * x, Height - Bottom + 16, $"{op:F0}", "middle");
        svg.Text(Width - Right, Height - 2, "operator", "end");
        // Long-lived ones first: what lies within their boxes, as views do, is drawn over them.
        int number = 0;
        foreach (NamedSpan s in spans.OrderByDescending(static s => (s.Last - s.First + 1.0) * s.Bytes))
        {
            svg.Rectangle(Left + s.First * x, Height - Bottom - (s.Offset + s.Bytes) * y, (s.Last - s.First + 1) * x, s.Bytes * y, $"box {Palette.Class(number++ % 7)}",
                $"{s.Name}: {Units.Size(s.Bytes)} at {s.Offset}, operators {s.First} to {s.Last}");
        }
        return svg.ToString();
    }
}
