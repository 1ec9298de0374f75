using System.Text;
using System.Text.Json.Serialization;
using EdgeKit.Runtime.Profiling;

namespace EdgeKit.Cli.Benchmarking;

/// <summary>Latencies of models on backends, measured interleaved in one run.</summary>
internal sealed record BenchReport
{
    public int Version { get; init; } = JsonOutput.Version;

    /// <summary>The machine.</summary>
    public required MachineInfo Environment { get; init; }

    /// <summary>One entry for each model, backend and number of threads.</summary>
    public required IReadOnlyList<BenchResult> Results { get; init; }

    /// <summary>The report as text.</summary>
    public string ToText()
    {
        var text = new StringBuilder($"{Environment}\n\n");
        foreach (IGrouping<string, BenchResult> model in Results.GroupBy(static r => r.Model))
        {
            text.Append($"{Name(model.Key)} ({Units.Size(model.First().FileBytes)})\n");
            var table = new TextTable("  on", "type", "threads", "runs", "min ms", "p50", "p90", "p99", "max", "memory") { LeftColumns = 2 };
            foreach (BenchResult r in model)
            {
                table.Add($"  {Backend(r)}", r.Precision, $"{r.Threads}", $"{r.Runs}",
                    Units.Brief(r.MinMs), Units.Brief(r.P50Ms), Units.Brief(r.P90Ms), Units.Brief(r.P99Ms), Units.Brief(r.MaxMs), Units.Size(r.MemoryBytes));
            }
            text.Append(table);
        }
        text.Append("\nmemory: edgekit arena, packed weights, plan; onnxruntime growth of the process\n");
        foreach (BenchResult r in Results.Where(static r => r.PerLayer is not null)) text.Append('\n').Append(LayerTable(r));
        return text.ToString().TrimEnd();
    }

    private static string Name(string path) => Units.End(Path.GetFileName(path), 36);

    private static string Backend(BenchResult r) => r.Provider is null or "cpu" ? r.Backend : $"ort/{r.Provider}";

    private static string LayerTable(BenchResult result)
    {
        var table = new TextTable("operator", "kind", "kernel", "ms", "share", "GMAC/s") { LeftColumns = 3 };
        foreach (LayerTime l in result.PerLayer!)
            table.Add(l.Name, l.Kind, l.Kernel ?? "", Units.Brief(l.Ms), Units.Invariant($"{l.Share * 100:F1} %"), l.Macs > 0 ? Units.Invariant($"{l.Gmacs:F1}") : "");
        return $"{Name(result.Model)}: {result.Precision}, {result.Threads} thread(s), faster half of {result.PerLayerRuns} runs\n{table}";
    }
}

/// <summary>Latencies of one model on one backend, in milliseconds. Percentiles are of the nearest rank.</summary>
internal sealed record BenchResult
{
    public required string Model { get; init; }
    public required string Backend { get; init; }
    public required string? Provider { get; init; }
    public required string Precision { get; init; }
    public required int Threads { get; init; }
    public required IReadOnlyList<int> Input { get; init; }
    public required int Runs { get; init; }
    public required double MinMs { get; init; }
    public required double MeanMs { get; init; }
    public required double P50Ms { get; init; }
    public required double P90Ms { get; init; }
    public required double P95Ms { get; init; }
    public required double P99Ms { get; init; }
    public required double MaxMs { get; init; }

    /// <summary>EdgeKit: arena, packed weights and plan, exactly. ONNX Runtime: growth of the process from loading to the first runs.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>Bytes of activations; EdgeKit only.</summary>
    public required long? ArenaBytes { get; init; }

    /// <summary>Bytes of weights as kernels want them; EdgeKit only.</summary>
    public required long? PackedBytes { get; init; }

    /// <summary>Size of the model file.</summary>
    public required long FileBytes { get; init; }

    /// <summary>Times of the operators; only when asked for, EdgeKit only.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<LayerTime>? PerLayer { get; init; }

    [JsonIgnore]
    public int PerLayerRuns { get; init; }
}
