using EdgeKit.Cli.Models;
using EdgeKit.Cli.Reporting;

namespace EdgeKit.Cli.Compressing;

/// <summary>The reports beside the results of <c>compress</c>.</summary>
internal static class ReportFiles
{
    /// <summary>The page for people.</summary>
    public const string Page = "report.html";

    /// <summary>The names of all of them.</summary>
    public static IReadOnlyList<string> Names { get; } = [Page, "report.json", "report.txt"];

    /// <summary>Writes report.txt and report.json into the folder of the results.</summary>
    public static void Save(CompressReport report)
    {
        OutputFile.Write(Path.Combine(report.Out, "report.txt"), report.ToText() + "\n");
        OutputFile.Write(Path.Combine(report.Out, "report.json"), JsonOutput.Format(report) + "\n");
    }

    /// <summary>Writes report.html into the folder of the results, whose files are there.</summary>
    public static void SavePage(CompressReport report, CompressRequest request, Terminal terminal)
    {
        Stage int8 = report.Stages[^1];
        CompressionPage.Write(Path.Combine(report.Out, Page), new CompressionPageRequest
        {
            Original = request.Model,
            Run = request.Run,
            Pruned = report.Pruning is null ? null : OnnxModel.Load(report.Stages[1].File, config: null, shapes: null),
            Int8Path = int8.File,
            QdqPath = Path.ChangeExtension(int8.File, ".onnx"),
            Pictures = request.Verification,
            Calibration = request.Calibration,
            Stages = report.Stages,
            FloatOperators = report.FloatOperators,
            Kept = [.. report.Pruning?.Frozen.Select(static f => $"{f.Channels} channels of {string.Join(", ", f.Layers)}: {f.Reason}") ?? []],
            Notes = report.Notes,
            Commands = request.Commands,
        }, terminal);
    }
}
