using System.CommandLine;

namespace EdgeKit.Cli.Verbs;

/// <summary>Options that several verbs have, so that they read the same everywhere.</summary>
internal static class SharedOptions
{
    public static Option<bool> Json() => new("--json") { Description = "Print the result as JSON." };

    public static Option<string?> Config() => new("--config")
    {
        Description = "Preprocessing file; replaces NAME.json and what the model carries.",
        HelpName = "FILE",
    };

    public static Option<string?> Shape() => new("--shape")
    {
        Description = "Input shape where the model leaves it open: HxW, NxCxHxW or NAME=NxCxHxW.",
        HelpName = "SHAPE",
    };

    public static Option<string> Out(string description) => new("--out", "-o") { Description = description, HelpName = "FILE", Required = true };

    public static Option<string[]> Pictures(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "PATH",
        AllowMultipleArgumentsPerToken = true,
    };

    public static Option<string?> Labels() => new("--labels")
    {
        Description = "Classes of the pictures: a CSV file of \"file,class\"; a path, or a name inside the folder of pictures.",
        HelpName = "FILE",
    };

    public static Option<string?> Ort() => new("--ort") { Description = "ONNX Runtime's library, a file or folder.", HelpName = "PATH" };

    public static Argument<string> Model(string description = "The model, an ONNX file.") => new("model") { Description = description };

    /// <summary>The shapes of an option made by <see cref="Shape"/>.</summary>
    public static IReadOnlyDictionary<string, int[]>? Shapes(this ParseResult parsed, Option<string?> option) =>
        parsed.GetValue(option) is { } text ? Models.InputShape.Parse(text) : null;
}
