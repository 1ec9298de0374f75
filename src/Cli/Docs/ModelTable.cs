using System.Globalization;
using System.Text;
using System.Text.Json;

namespace EdgeKit.Cli.Docs;

/// <summary>The README's table of real models, from the reports that <c>edgekit compress</c> wrote.</summary>
internal static class ModelTable
{
    public const string Begin = "<!-- begin models: written by 'edgekit docs --reports' -->";
    public const string End = "<!-- end models -->";

    /// <summary>The table as Markdown: one row for each report.json in the folders of a folder.</summary>
    public static string Markdown(string folder)
    {
        var text = new StringBuilder("| Model | MACs | float, MB | .ekm, MB | top-1 float | top-1 INT8 | agreement | SQNR, dB |\n|---|--:|--:|--:|--:|--:|--:|--:|\n");
        foreach (string report in Directory.EnumerateFiles(folder, "report.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            using JsonDocument json = JsonDocument.Parse(File.ReadAllText(report));
            JsonElement[] stages = [.. json.RootElement.GetProperty("stages").EnumerateArray()];
            JsonElement before = stages[0], after = stages[^1];
            text.Append($"| {Path.GetFileNameWithoutExtension(json.RootElement.GetProperty("model").GetString())} ")
                .Append($"| {Units.Count(before.GetProperty("macs").GetInt64())} | {Megabytes(before)} | {Megabytes(after)} ")
                .Append($"| {Percent(before, "top1")} | {Percent(after, "top1")} | {Percent(after, "agreement")} | {Number(after, "sqnr_db", 1, "F1")} |\n");
        }
        return text.ToString();
    }

    private static string Megabytes(JsonElement stage) => Number(stage, "file_bytes", 1e-6, "F2");

    private static string Percent(JsonElement stage, string field) => Number(stage, field, 100, "F1") is { Length: > 0 } value ? value + " %" : "";

    private static string Number(JsonElement stage, string field, double factor, string format) =>
        stage.GetProperty(field) is { ValueKind: JsonValueKind.Number } value ? (value.GetDouble() * factor).ToString(format, CultureInfo.InvariantCulture) : "";
}
