using System.CommandLine;

namespace EdgeKit.Cli.Verbs;

/// <summary>The options of the verbs that quantize that are about its result as a whole.</summary>
internal static class SchemeOptions
{
    public static Option<string?> Read() => new("--scheme") { Description = "Take ranges and float layers from a scheme file.", HelpName = "FILE" };

    public static Option<string?> Save() => new("--save-scheme") { Description = "Write every range, type and reason to a file that can be edited.", HelpName = "FILE" };

    public static Option<double?> MaxDrop() => new("--max-drop") { Description = "Percentage points of accuracy that may be lost; layers go back to float until it holds.", HelpName = "P" };

    public static Option<double?> MinCosine() => new("--min-cosine") { Description = "Least cosine of every output with the float model's, for models without labels; layers go back to float until it holds.", HelpName = "C" };

    /// <summary>The value of an option made by <see cref="MinCosine"/>.</summary>
    public static double? Cosine(ParseResult parsed, Option<double?> option) =>
        parsed.GetValue(option) is not { } cosine ? null : cosine is >= 0 and <= 1 ? cosine : throw CliException.Usage($"{option.Name} is a cosine: 0 to 1");

    /// <summary>The value of an option made by <see cref="MaxDrop"/>.</summary>
    public static double? Points(ParseResult parsed, Option<double?> option) =>
        parsed.GetValue(option) is not { } points ? null : points is >= 0 and <= 100 ? points : throw CliException.Usage($"{option.Name} is in percentage points: 0 to 100");
}
