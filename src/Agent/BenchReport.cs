using System.Globalization;
using System.Text;
using System.Text.Json;
using EdgeKit.Devices;
using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Profiling;

namespace EdgeKit.Agent;

/// <summary>What <c>bench</c> found. The JSON has the fields of the workstation tool's, for one result.</summary>
internal sealed class BenchReport
{
    public required Machine Machine { get; init; }
    public required string Model { get; init; }
    public required Session Session { get; init; }
    public required Latencies Times { get; init; }
    public required long ResidentBytes { get; init; }
    public required Checksums Checksums { get; init; }
    public required LayerTime[]? Layers { get; init; }

    /// <summary>Arena, packed weights and plan.</summary>
    private long MemoryBytes => Session.ArenaBytes + Session.PackedBytes + Session.File.Length;

    private string Precision => Session.IsInt8 ? "int8" : "fp32";

    public string ToText()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{Machine}\n");
        text.AppendLine(CultureInfo.InvariantCulture, $"{Model}  {Precision}, {Session.Threads} thread(s), {Times.Count} runs");
        text.AppendLine(CultureInfo.InvariantCulture,
            $"  ms: min {Times.Min:F3}  p50 {Times.Percentile(50):F3}  p90 {Times.Percentile(90):F3}  p99 {Times.Percentile(99):F3}  max {Times.Max:F3}");
        text.AppendLine(CultureInfo.InvariantCulture, $"  MB: file {Session.File.Length / 1e6:F2}  arena {Session.ArenaBytes / 1e6:F2}  packed weights {Session.PackedBytes / 1e6:F2}  process {ResidentBytes / 1e6:F2}");
        if (Layers is not null)
        {
            text.AppendLine();
            foreach (LayerTime l in Layers)
                text.AppendLine(CultureInfo.InvariantCulture, $"{l.Ms,9:F3} ms  {l.Share * 100,5:F1} %  {l.Kind,-13}  {string.Join('x', l.Output),-16}  {l.Name}");
        }
        return text.ToString().TrimEnd();
    }

    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject("environment");
        json.WriteString("cpu", Machine.Cpu);
        json.WriteNumber("cores", Machine.Cores);
        json.WriteString("governor", Machine.Governor);
        json.WriteString("os", Machine.Os);
        json.WriteString("architecture", Machine.Architecture);
        json.WriteString("dotnet", Machine.Dotnet);
        json.WriteList("isa", Machine.Isa);
        json.WriteEndObject();
        json.WriteStartArray("results");
        json.WriteStartObject();
        json.WriteString("model", Model);
        json.WriteString("backend", "edgekit");
        json.WriteString("precision", Precision);
        json.WriteNumber("threads", Session.Threads);
        if (Session.Inputs.Count > 0) json.WriteList("input", Session.Tensors[Session.Inputs[0]].LogicalDims);
        json.WriteNumber("runs", Times.Count);
        json.WriteMilliseconds("min_ms", Times.Min);
        json.WriteMilliseconds("mean_ms", Times.Mean);
        json.WriteMilliseconds("p50_ms", Times.Percentile(50));
        json.WriteMilliseconds("p90_ms", Times.Percentile(90));
        json.WriteMilliseconds("p95_ms", Times.Percentile(95));
        json.WriteMilliseconds("p99_ms", Times.Percentile(99));
        json.WriteMilliseconds("max_ms", Times.Max);
        json.WriteNumber("memory_bytes", MemoryBytes);
        json.WriteNumber("arena_bytes", Session.ArenaBytes);
        json.WriteNumber("packed_bytes", Session.PackedBytes);
        json.WriteNumber("file_bytes", Session.File.Length);
        json.WriteNumber("resident_bytes", ResidentBytes);
        json.WriteString("output_crc", Hex(Checksums.Outputs));
        json.WriteString("int8_crc", Checksums.Int8 is { } int8 ? Hex(int8) : null);
        if (Layers is not null) WriteLayers(json, Layers);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteLayers(Utf8JsonWriter json, LayerTime[] layers)
    {
        json.WriteStartArray("per_layer");
        foreach (LayerTime l in layers)
        {
            json.WriteStartObject();
            json.WriteString("name", l.Name);
            json.WriteString("kind", l.Kind);
            json.WriteList("output", l.Output);
            json.WriteString("kernel", l.Kernel);
            json.WriteMilliseconds("ms", l.Ms);
            json.WriteNumber("share", Math.Round(l.Share, 4));
            json.WriteBoolean("int8", l.Int8);
            json.WriteNumber("macs", l.Macs);
            json.WriteNumber("bytes", l.Bytes);
            json.WriteNumber("gmacs", Math.Round(l.Gmacs, 2));
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static string Hex(uint value) => value.ToString("x8", CultureInfo.InvariantCulture);
}
