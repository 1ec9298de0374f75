using System.Text;
using System.Text.Json.Serialization;

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
        var table = new TextTable("model", "backend", "precision", "threads", "runs", "min ms", "p50", "p90", "p95", "p99", "max", "memory", "file") { LeftColumns = 3 };
        foreach (BenchResult r in Results)
        {
            table.Add(Path.GetFileName(r.Model), r.Provider is null or "cpu" ? r.Backend : $"{r.Backend}/{r.Provider}", r.Precision, $"{r.Threads}", $"{r.Runs}",
                Units.Milliseconds(r.MinMs), Units.Milliseconds(r.P50Ms), Units.Milliseconds(r.P90Ms), Units.Milliseconds(r.P95Ms), Units.Milliseconds(r.P99Ms), Units.Milliseconds(r.MaxMs),
                Units.Size(r.MemoryBytes), Units.Size(r.FileBytes));
        }
        text.Append(table).Append("\nmemory: edgekit arena + packed weights + plan; onnxruntime growth of the process\n");
        foreach (BenchResult r in Results.Where(static r => r.PerLayer is not null)) text.Append('\n').Append(LayerTable(r));
        return text.ToString().TrimEnd();
    }

    private static string LayerTable(BenchResult result)
    {
        var table = new TextTable("operator", "kind", "output", "kernel", "ms", "share") { LeftColumns = 4 };
        foreach (LayerTime l in result.PerLayer!)
            table.Add(Shorten(l.Name), l.Kind, Models.InputShape.Format(l.Output), l.Kernel ?? "", Units.Milliseconds(l.Ms), Units.Invariant($"{l.Share * 100:F1} %"));
        return $"{Path.GetFileName(result.Model)} ({result.Precision}, {result.Threads} thread(s)), mean of {result.PerLayerRuns} runs\n{table}";
    }

    // The end of a name tells layers apart.
    private static string Shorten(string name) => name.Length <= 32 ? name : $"…{name[^31..]}";
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

/// <summary>Mean time of one operator.</summary>
internal sealed record LayerTime(string Name, string Kind, IReadOnlyList<int> Output, string? Kernel, double Ms, double Share);
