using System.Text;

namespace EdgeKit.Cli;

/// <summary>A table of text: the first column reads from the left, the others from the right, unless told otherwise.</summary>
internal sealed class TextTable(params string[] header)
{
    private readonly List<string[]> _rows = [header];

    /// <summary>Number of columns that read from the left.</summary>
    public int LeftColumns { get; init; } = 1;

    public void Add(params string[] row) => _rows.Add(row);

    /// <summary>The rows, one a line, columns two spaces apart.</summary>
    public override string ToString()
    {
        int[] widths = [.. Enumerable.Range(0, header.Length).Select(i => _rows.Max(r => r[i].Length))];
        var text = new StringBuilder();
        foreach (string[] row in _rows)
        {
            string line = string.Join("  ", row.Select((cell, i) => i < LeftColumns ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i])));
            text.Append(line.TrimEnd()).Append('\n');
        }
        return text.ToString();
    }
}
