using System.Text;

namespace EdgeKit.Cli;

/// <summary>
/// A table of text of at most 80 columns: the first column reads from the left, the others from the right, unless told otherwise. Where it is too wide the
/// longest column of names gives way.
/// </summary>
internal sealed class TextTable(params string[] header)
{
    private const int Columns = 80;
    private const int Gap = 2;
    private const int Narrowest = 10;

    private readonly List<string[]> _rows = [header];

    /// <summary>Number of columns that read from the left: names, which may be cut, the first at its start, because the ends of layers' names tell them apart, the others at their ends.</summary>
    public int LeftColumns { get; init; } = 1;

    public void Add(params string[] row) => _rows.Add(row);

    /// <summary>The rows, one a line, columns two spaces apart.</summary>
    public override string ToString()
    {
        int[] widths = Widths();
        var text = new StringBuilder();
        foreach (string[] row in _rows)
        {
            string line = string.Join(new string(' ', Gap), row.Select((cell, i) =>
                i >= LeftColumns ? cell.PadLeft(widths[i]) : (i == 0 ? Units.End(cell, widths[i]) : Units.Start(cell, widths[i])).PadRight(widths[i])));
            text.Append(line.TrimEnd()).Append('\n');
        }
        return text.ToString();
    }

    private int[] Widths()
    {
        int[] widths = [.. Enumerable.Range(0, header.Length).Select(i => _rows.Max(r => r[i].Length))];
        for (int excess = widths.Sum() + (widths.Length - 1) * Gap - Columns; excess > 0; excess--)
        {
            int longest = Enumerable.Range(0, LeftColumns).MaxBy(i => widths[i]);
            if (widths[longest] <= Math.Max(Narrowest, header[longest].Length)) break;
            widths[longest]--;
        }
        return widths;
    }
}
