using System.Globalization;
using System.Security;
using System.Text;

namespace EdgeKit.Cli.Drawing;

/// <summary>A picture under construction. Colours are classes that the page's style sheet gives meaning to, so that one picture serves light and dark.</summary>
internal sealed class Svg(double width, double height, string label)
{
    private readonly StringBuilder _content = new();

    /// <summary>A rectangle; what a pointer over it shows may be null.</summary>
    public void Rectangle(double x, double y, double w, double h, string cssClass, string? hint = null)
    {
        _content.Append(CultureInfo.InvariantCulture, $"<rect x=\"{x:F2}\" y=\"{y:F2}\" width=\"{Math.Max(w, 0):F2}\" height=\"{Math.Max(h, 0):F2}\" class=\"{cssClass}\"");
        _content.Append(hint is null ? "/>\n" : $"><title>{Escape(hint)}</title></rect>\n");
    }

    /// <summary>A straight line.</summary>
    public void Line(double x1, double y1, double x2, double y2, string cssClass) =>
        _content.Append(CultureInfo.InvariantCulture, $"<line x1=\"{x1:F2}\" y1=\"{y1:F2}\" x2=\"{x2:F2}\" y2=\"{y2:F2}\" class=\"{cssClass}\"/>\n");

    /// <summary>A disc; what a pointer over it shows may be null.</summary>
    public void Disc(double x, double y, double radius, string cssClass, string? hint = null)
    {
        _content.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{x:F2}\" cy=\"{y:F2}\" r=\"{radius:F2}\" class=\"{cssClass}\"");
        _content.Append(hint is null ? "/>\n" : $"><title>{Escape(hint)}</title></circle>\n");
    }

    /// <summary>Straight lines from point to point.</summary>
    public void Path(IEnumerable<(double X, double Y)> points, string cssClass) =>
        _content.Append($"<polyline points=\"{string.Join(' ', points.Select(static p => string.Create(CultureInfo.InvariantCulture, $"{p.X:F1},{p.Y:F1}")))}\" class=\"{cssClass}\"/>\n");

    /// <summary>Text whose base line starts at a point, or is centred on it ("middle"), or ends there ("end").</summary>
    public void Text(double x, double y, string text, string anchor = "start", string cssClass = "label") =>
        _content.Append(CultureInfo.InvariantCulture, $"<text x=\"{x:F2}\" y=\"{y:F2}\" text-anchor=\"{anchor}\" class=\"{cssClass}\">{Escape(text)}</text>\n");

    /// <summary>The element.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:F0} {height:F0}\" role=\"img\" aria-label=\"{Escape(label)}\">\n{_content}</svg>\n");

    /// <summary>Text for markup.</summary>
    public static string Escape(string text) => SecurityElement.Escape(new string([.. text.Select(static c => c < ' ' ? ' ' : c)]));

    /// <summary>Round values of an axis from 0 to <paramref name="most"/>, about as many as asked for.</summary>
    public static IEnumerable<double> Ticks(double most, int count) => Ticks(0, most, count);

    /// <summary>Round values of an axis between two ends, about as many as asked for.</summary>
    public static IEnumerable<double> Ticks(double least, double most, int count)
    {
        if (!(most > least)) yield break;
        double rough = (most - least) / count, power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double step = power * ((rough / power) switch { < 1.5 => 1, < 3.5 => 2, < 7.5 => 5, _ => 10 });
        double slack = (most - least) * 1e-6;
        // Adding 0 makes 0 of -0.
        for (double i = Math.Ceiling((least - slack) / step); i * step <= most + slack; i++) yield return i * step + 0;
    }
}
