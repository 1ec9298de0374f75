using EdgeKit.Compiler;
using EdgeKit.Imaging;
using EdgeKit.Onnx;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Cli.Models;

/// <summary>
/// Where a model's preprocessing comes from: the file that <c>--config</c> names, else NAME.json beside the model, else what the model carries
/// (ONNX metadata, or the section of an <c>.ekm</c> file). It is never guessed.
/// </summary>
internal static class PreprocessingLookup
{
    /// <summary>The preprocessing of an ONNX model, or null where there is none.</summary>
    public static Preprocessing? Find(string modelPath, string? config, Graph graph) =>
        Find(modelPath, config, graph.Metadata.GetValueOrDefault(PlanCompiler.PreprocessingKey, ""), $"{modelPath} (metadata {PlanCompiler.PreprocessingKey})");

    /// <summary>The preprocessing of an <c>.ekm</c> file, or null where there is none.</summary>
    public static Preprocessing? Find(string modelPath, string? config, PlanFile file) =>
        Find(modelPath, config, file.Preprocessing, $"{modelPath} (its preprocessing section)");

    /// <summary>The error for a verb that needs pictures and a model that does not say how they go in.</summary>
    public static CliException Missing(string modelPath, IReadOnlyList<int> inputShape)
    {
        (int height, int width) = inputShape.Count == 4 ? (inputShape[2], inputShape[3]) : (224, 224);
        return CliException.Usage(
            $"{modelPath}: how pictures become its input is not known. Save this as {Beside(modelPath)}, with the values that the model was trained with, or name such a file by --config:\n{Preprocessing.Template(width, height)}");
    }

    private static Preprocessing? Find(string modelPath, string? config, string carried, string carriedName)
    {
        if (config is not null) return Preprocessing.Load(config);
        string beside = Beside(modelPath);
        if (File.Exists(beside)) return Preprocessing.Load(beside);
        return carried.Length > 0 ? Preprocessing.Parse(carried, carriedName) : null;
    }

    private static string Beside(string modelPath) => Path.ChangeExtension(modelPath, ".json");
}
