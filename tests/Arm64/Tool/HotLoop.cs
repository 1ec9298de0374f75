using System.Globalization;
using System.Text.RegularExpressions;

namespace EdgeKit.Arm64.Tool;

/// <summary>The loop of a disassembled method that matters: of its innermost loops the one with the most multiplications, then the longest.</summary>
internal static partial class HotLoop
{
    private readonly record struct Line(long Address, string Text, long Target);

    /// <summary>Reads the listing of objdump and returns the loop as source for an assembler; empty where there is no loop.</summary>
    public static IReadOnlyList<string> Of(TextReader listing)
    {
        var lines = new List<Line>();
        while (listing.ReadLine() is { } line)
        {
            Match m = Instruction().Match(line);
            if (m.Success) lines.Add(new Line(Address(m.Groups[1].Value), m.Groups[2].Value.Trim(), m.Groups[3].Success ? Address(m.Groups[3].Value) : -1));
        }
        (int First, int Last)[] loops = [.. Loops(lines)];
        (int First, int Last)[] innermost = [.. loops.Where(a => !loops.Any(b => b != a && b.First >= a.First && b.Last <= a.Last))];
        if (innermost.Length == 0) return [];
        (int first, int last) = innermost.MaxBy(l => (lines[l.First..(l.Last + 1)].Count(static i => Multiplication().IsMatch(i.Text)), l.Last - l.First));
        long[] labels = [.. lines[first..(last + 1)].Select(static l => l.Target).Where(static t => t >= 0)];
        var source = new List<string>();
        for (int i = first; i <= last; i++)
        {
            if (labels.Contains(lines[i].Address)) source.Add($"L{lines[i].Address:x}:");
            source.Add("\t" + (lines[i].Target < 0 ? lines[i].Text : lines[i].Text.Replace($"{lines[i].Target:x}", $"L{lines[i].Target:x}", StringComparison.Ordinal)));
        }
        return source;
    }

    /// <summary>Each backward branch with the instruction it goes to.</summary>
    private static IEnumerable<(int First, int Last)> Loops(List<Line> lines)
    {
        for (int i = 0; i < lines.Count; i++)
        {
            long target = lines[i].Target;
            if (target < 0 || target > lines[i].Address) continue;
            int first = lines.FindIndex(l => l.Address == target);
            if (first >= 0) yield return (first, i);
        }
    }

    private static long Address(string text) => long.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    // "  45f1d8:	b.le	45f2f8 <name+0x138>  // comment"
    [GeneratedRegex(@"^\s*([0-9a-f]+):\s+((?:(?:b|b\.\w+|cbz|cbnz|tbz|tbnz)\s+(?:[^<]*?\s)?([0-9a-f]+)(?=\s+<))|[^<]*?(?=\s*(?://|<|$)))")]
    private static partial Regex Instruction();

    [GeneratedRegex(@"^(sdot|udot|smull2?|smlal2?|mla|mul|fmla|fmul|fmadd|madd)\b")]
    private static partial Regex Multiplication();
}
