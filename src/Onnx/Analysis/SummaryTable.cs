using System.Globalization;
using System.Text;

namespace EdgeKit.Onnx;

/// <summary>A <see cref="ModelSummary"/> as text of at most 80 columns.</summary>
public static class SummaryTable
{
    private const int Columns = 80;

    /// <summary>One row a layer and the totals.</summary>
    /// <param name="summary">The summary.</param>
    /// <param name="runsAs">Says how the runtime takes a node, in one short word; adds a column.</param>
    public static string Format(ModelSummary summary, Func<Node, string>? runsAs = null)
    {
        var rows = new List<string[]> { Header(runsAs is not null) };
        rows.AddRange(summary.Layers.Select(l => Row(l, runsAs)));
        int[] widths = Widths(rows);
        var text = new StringBuilder();
        foreach (string[] row in rows)
        {
            for (int i = 0; i < row.Length; i++)
            {
                string cell = Fit(row[i], widths[i], keepEnd: i == 0);
                // Names, operators, shapes and the last column read from the left, numbers from the right.
                bool left = i < 3 || i == 8;
                text.Append(i == 0 ? "" : " ").Append(left ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i]));
            }
            TrimEnd(text).Append('\n');
        }
        return text.Append(Totals(summary)).ToString();
    }

    /// <summary>The totals alone, one a line.</summary>
    public static string Totals(ModelSummary summary) => string.Create(CultureInfo.InvariantCulture,
        $"""
        parameters              {summary.Parameters,15:N0}
        MACs                    {summary.Macs,15:N0}
        activations             {summary.ActivationBytes,15:N0} bytes
        peak activation memory  {summary.PeakActivationBytes,15:N0} bytes

        """);

    /// <summary>Three significant digits and a suffix: 1.23K, 45.6M, 4.09G; at most five characters.</summary>
    public static string Short(long value)
    {
        string[] suffixes = ["", "K", "M", "G", "T", "P"];
        double scaled = value;
        int i = 0;
        // 999.5 of one unit would print as 1000, which is 1.00 of the next.
        while (scaled >= 999.5 && i < suffixes.Length - 1)
        {
            scaled /= 1000;
            i++;
        }
        string format = i == 0 || scaled >= 99.95 ? "F0" : scaled >= 9.995 ? "F1" : "F2";
        return scaled.ToString(format, CultureInfo.InvariantCulture) + suffixes[i];
    }

    private static string[] Header(bool runs) =>
        ["layer", "operator", "output", "params", "MACs", "bytes", "field", "stride", .. runs ? ["runs as"] : Array.Empty<string>()];

    private static string[] Row(LayerSummary layer, Func<Node, string>? runsAs) =>
    [
        ShortName(layer), layer.OpType, string.Join('x', layer.OutputShape),
        layer.Parameters == 0 ? "" : Short(layer.Parameters), layer.Macs == 0 ? "" : Short(layer.Macs), Short(layer.ActivationBytes),
        layer.ReceptiveField is { } f ? Field(f) : "", layer.ReceptiveField is { WholeInput: false } s ? Stride(s) : "",
        .. runsAs is null ? Array.Empty<string>() : [runsAs(layer.Node)],
    ];

    /// <summary>PyTorch ends names with the operator, which the next column says.</summary>
    private static string ShortName(LayerSummary layer) =>
        layer.Name.EndsWith("/" + layer.OpType, StringComparison.Ordinal) ? layer.Name[..^(layer.OpType.Length + 1)] : layer.Name;

    private static string Field(ReceptiveField f) =>
        f.WholeInput ? "all" : f.Height == f.Width ? Number(f.Height) : $"{Number(f.Height)}x{Number(f.Width)}";

    private static string Stride(ReceptiveField f) =>
        f.StrideY == f.StrideX ? Number(f.StrideY) : $"{Number(f.StrideY)}x{Number(f.StrideX)}";

    private static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);

    /// <summary>As wide as the cells are; the operator and then the name give way so that a row fits.</summary>
    private static int[] Widths(List<string[]> rows)
    {
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(i => rows.Max(r => r[i].Length))];
        widths[1] = Math.Min(widths[1], 12);
        widths[2] = Math.Min(widths[2], 15);
        if (widths.Length > 8) widths[8] = Math.Min(widths[8], 10);
        int others = widths.Skip(1).Sum() + widths.Length - 1;
        widths[0] = Math.Clamp(Columns - others, 8, Math.Max(8, widths[0]));
        return widths;
    }

    /// <summary>The end of a layer's name tells it from others; of other cells it is the front.</summary>
    private static string Fit(string cell, int width, bool keepEnd) =>
        cell.Length <= width ? cell : keepEnd ? "…" + cell[^(width - 1)..] : cell[..(width - 1)] + "…";

    private static StringBuilder TrimEnd(StringBuilder text)
    {
        while (text.Length > 0 && text[^1] == ' ') text.Length--;
        return text;
    }
}
