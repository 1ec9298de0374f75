using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using EdgeKit.Quantization;

namespace EdgeKit.Conformance.Systems;

/// <summary>Writes docs/systems.md.</summary>
internal static partial class SystemPage
{
    public static string Of(IEnumerable<(SystemRow Row, SystemResult Result)> built, IReadOnlyList<MissingSystem> missing)
    {
        var rows = built.ToList();
        int whole = rows.Count(static r => Obstacles(r.Result).Count == 0);
        var page = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"""
            # Systems

            The networks that EdgeKit is meant for, and what was seen of each. Written by a test, which holds it to what it sees:

                EDGEKIT_WRITE_API=1 dotnet test tests/EdgeKit.Conformance -c Release --filter SystemTests

            Every network is built by `edgekit new NAME`; the builders are in [src/Onnx/Zoo](../src/Onnx/Zoo). {rows.Count} are built: all {rows.Count} compute what ONNX Runtime computes, in
            float and in INT8; {whole} run in INT8 from the first layer to the last.

            - **Parameters** and **MACs** (multiply-accumulates) are counted at full size, and held to what was published within its rounding, where it was published.
            - **Float**: built narrow and small (width and size stand beside it), the compiled plan agrees with ONNX Runtime to 1e-3 of the range of each output.
            - **INT8**: quantized on three inputs, ranges by MinMax; the plan agrees with ONNX Runtime on the same QDQ file to 2 % of the range (DETR: 10 %), most to the last bit. What stays in
              float is named: operators without an INT8 form, products of two activations, and so on; operators around them that follow them into float are not. The cosine is
              between INT8 and float outputs, at least. Weights are random, so it shows that nothing is broken; what quantization costs trained networks stands in the README.
            - **Pruning**: the master test passes: a random third of the channels that may go removed, the pruned network computes what the original does when nobody reads those
              channels. The share is of channels that may go; after it, why others must stay. Those of outputs always must.


            """));
        page.Append("| System | `edgekit new` | Input | Parameters | published | MACs | published | Float | INT8 | Cosine | Pruning |\n|---|---|--:|--:|--:|--:|--:|---|---|--:|---|\n");
        foreach ((SystemRow row, SystemResult result) in rows) page.Append(Line(row, result));
        page.Append("\nPublished figures and what in ours differs from them; where the systems stand in the project's sources (`Cn` is a heading of `000` and `001`):\n\n");
        foreach ((SystemRow row, _) in rows) page.Append($"- {row.System} ({row.Seeds}): {row.Published.Source}.\n");
        page.Append("\n## Not built\n\n| System | Sources | What is missing |\n|---|---|---|\n");
        foreach (MissingSystem m in missing) page.Append($"| {m.System} | {m.Seeds} | {m.Lacks}. |\n");
        return page.ToString();
    }

    private static string Line(SystemRow row, SystemResult result)
    {
        Published p = row.Published;
        return string.Create(CultureInfo.InvariantCulture, $"| {row.System} | {row.Network} | {string.Join('x', result.Input.SkipWhile(static d => d == 1))} | {row.Parameters:N0} | {Short(p.Parameters)} | {Short(row.Macs)} | {Short(p.Macs)}{(p.MacsSize is { } size ? $" at {size}x{size}" : "")} ")
            + string.Create(CultureInfo.InvariantCulture, $"| yes (x{row.Width}, {row.Size}) | {Int8(result)} | {row.Cosine:0.0##} | {Pruning(result)} |\n");
    }

    private static string Int8(SystemResult result)
    {
        SortedDictionary<string, int> kept = Obstacles(result);
        return kept.Count == 0 ? "all" : "all but " + string.Join(", ", kept.Select(static k => $"{k.Value} {k.Key}"));
    }

    /// <summary>Operators that are in float for a reason of their own. Others read or make what those need, or end the network, where float costs nothing.</summary>
    private static SortedDictionary<string, int> Obstacles(SystemResult result)
    {
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (FloatOperator f in result.FloatOperators)
        {
            if (f.Reason.StartsWith("it reads float values", StringComparison.Ordinal) || f.Reason.StartsWith("no layer with weights follows", StringComparison.Ordinal)) continue;
            string name = f.Reason.StartsWith("both operands", StringComparison.Ordinal) ? $"{f.OpType} of activations" : f.OpType;
            counts[name] = counts.GetValueOrDefault(name) + 1;
        }
        return counts;
    }

    private static string Pruning(SystemResult result)
    {
        int free = result.Groups.Count(static g => !g.IsFrozen);
        string share = string.Create(CultureInfo.InvariantCulture, $"{100 * free / result.Groups.Count} %");
        string[] reasons = [.. result.Groups.Where(static g => g.IsFrozen).Select(static g => Names().Replace(g.FrozenReasons[0], "").Trim())
            .Where(static r => r != "graph output").GroupBy(static r => r).OrderByDescending(static r => r.Count()).ThenBy(static r => r.Key, StringComparer.Ordinal).Select(static r => r.Key)];
        return reasons.Length == 0 ? share : $"{share}; {string.Join("; ", reasons)}";
    }

    private static string Short(double? value) => value switch
    {
        null => "",
        >= 1e9 => string.Create(CultureInfo.InvariantCulture, $"{value / 1e9:0.###} G"),
        >= 1e6 => string.Create(CultureInfo.InvariantCulture, $"{value / 1e6:0.###} M"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{value / 1e3:0.###} k"),
    };

    [GeneratedRegex(" ?'[^']*'")]
    private static partial Regex Names();
}
