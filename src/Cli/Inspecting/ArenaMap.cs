using System.Text;
using EdgeKit.Cli.Profiling;

namespace EdgeKit.Cli.Inspecting;

/// <summary>Activation memory as text: a line for each operator, a column for each part of the arena, a letter for each tensor that is in use.</summary>
internal static class ArenaMap
{
    private const int Columns = 52, NameWidth = 24;

    /// <summary>The map, in lines of at most 80 characters.</summary>
    public static string Of(PlanEntry plan)
    {
        var text = new StringBuilder();
        double cell = Math.Max(1, plan.ArenaBytes) / (double)Columns;
        text.Append($"memory of activations: a column is {Units.Size((long)Math.Ceiling(cell))}, a letter a tensor in use\n");
        // Long-lived ones first: what lies within them, as views do, is drawn over them.
        NamedSpan[] spans = [.. plan.Arena.OrderByDescending(static s => (s.Last - s.First + 1.0) * s.Bytes)];
        for (int op = 0; op < plan.Operators.Count; op++)
        {
            var line = new char[Columns];
            Array.Fill(line, '.');
            for (int i = 0; i < spans.Length; i++)
            {
                if (spans[i].First > op || spans[i].Last < op) continue;
                int first = (int)(spans[i].Offset / cell), last = (int)Math.Ceiling((spans[i].Offset + spans[i].Bytes) / cell);
                for (int c = first; c < Math.Min(last, Columns); c++) line[c] = (char)('a' + i % 26);
            }
            string name = plan.Operators[op].Name;
            text.Append($"{(name.Length <= NameWidth ? name : $"…{name[^(NameWidth - 1)..]}").PadRight(NameWidth)}  {new string(line)}\n");
        }
        return text.ToString();
    }
}
