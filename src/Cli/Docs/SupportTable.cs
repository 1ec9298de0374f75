using System.Text;
using EdgeKit.Compiler;
using EdgeKit.Onnx;

namespace EdgeKit.Cli.Docs;

/// <summary>The README's table of operators, from the list that the compiler works by.</summary>
internal static class SupportTable
{
    public const string Begin = "<!-- begin operators: written by 'edgekit docs' -->";
    public const string End = "<!-- end operators -->";

    /// <summary>The table as Markdown.</summary>
    public static string Markdown()
    {
        (string OpType, bool Int8)[] operators = [.. PlanCompiler.SupportedOperators.Where(static o => !IsInternal(o.OpType))];
        return new StringBuilder()
            .Append("| Runs in | Operators |\n|---|---|\n")
            .Append($"| INT8 and float | {Names(operators.Where(static o => o.Int8))} |\n")
            .Append($"| float | {Names(operators.Where(static o => !o.Int8))} |\n")
            .Append($"| what it is written as | {string.Join(", ", ShapeInference.ExpandedOperators.Where(name => !operators.Any(o => o.OpType == name)))}; Conv, ConvTranspose and pooling of volumes |\n")
            .Append($"| INT8, as ONNX Runtime's operators | {string.Join(", ", PlanCompiler.QOperators)} |\n")
            .Append($"\nThe zoo (`edgekit new`), light classifiers, which can also be trained: {string.Join(", ", Zoo.Names)}.\n")
            .Append($"\nOther networks: {string.Join(", ", Zoo.FurtherNames)}. What runs of each in INT8, what can be pruned, and what is not built yet: [docs/systems.md](docs/systems.md).\n")
            .ToString();
    }

    /// <summary>A text with its table replaced by the present one.</summary>
    public static string Update(string text) => Markers.Replace(text, Begin, End, Markdown());

    // Recognised in subgraphs of standard operators; no file names it.
    private static bool IsInternal(string opType) => opType is "ChannelShuffle" or "Silu";

    private static string Names(IEnumerable<(string OpType, bool Int8)> operators) => string.Join(", ", operators.Select(static o => o.OpType));
}
