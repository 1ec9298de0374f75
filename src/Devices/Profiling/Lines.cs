using System.Globalization;
using System.Text;

namespace EdgeKit.Devices.Profiling;

/// <summary>A table of text of at most 80 columns: the first column reads from the left and gives way, its end staying; the others read from the right.</summary>
internal sealed class Lines(params string[] header)
{
    private const int Columns = 80, Narrowest = 8;

    private readonly List<string[]> _rows = [header];

    public void Add(params string[] row) => _rows.Add(row);

    /// <summary>Milliseconds in five characters, where they are below 100,000.</summary>
    public static string Milliseconds(double value) => value.ToString(value < 10 ? "F3" : value < 100 ? "F2" : value < 1000 ? "F1" : "F0", CultureInfo.InvariantCulture);

    /// <summary>The end of a text that is too long: it tells names apart.</summary>
    public static string End(string text, int length) => text.Length <= length ? text : $"…{text.AsSpan(text.Length - length + 1)}";

    public override string ToString()
    {
        int[] widths = new int[header.Length];
        foreach (string[] row in _rows)
        {
            for (int i = 0; i < row.Length; i++) widths[i] = Math.Max(widths[i], row[i].Length);
        }
        widths[0] = Math.Max(Math.Min(widths[0], Columns - (widths.Sum() - widths[0]) - 2 * (widths.Length - 1)), Narrowest);
        var text = new StringBuilder();
        foreach (string[] row in _rows)
        {
            var line = new StringBuilder(End(row[0], widths[0]).PadRight(widths[0]));
            for (int i = 1; i < row.Length; i++) line.Append("  ").Append(row[i].PadLeft(widths[i]));
            text.Append(line.ToString().TrimEnd()).Append('\n');
        }
        return text.ToString().TrimEnd('\n');
    }
}
