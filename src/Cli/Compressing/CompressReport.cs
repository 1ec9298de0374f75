using System.Globalization;
using System.Text;
using EdgeKit.Cli.Benchmarking;
using EdgeKit.Pruning;
using EdgeKit.Quantization;

namespace EdgeKit.Cli.Compressing;

/// <summary>A model before and after compression. Shares are fractions, 0 to 1.</summary>
internal sealed record CompressReport
{
    public int Version { get; init; } = JsonOutput.Version;

    /// <summary>The model that was compressed.</summary>
    public required string Model { get; init; }

    /// <summary>The folder of the results.</summary>
    public required string Out { get; init; }

    /// <summary>What a reader must know to judge the numbers.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>The machine that latencies were measured on.</summary>
    public required MachineInfo Environment { get; init; }

    /// <summary>Original, pruned (where it was), int8.</summary>
    public required IReadOnlyList<Stage> Stages { get; init; }

    /// <summary>Size of the original file over that of the .ekm file.</summary>
    public required double SizeRatio { get; init; }

    /// <summary>Pictures that ranges were measured on.</summary>
    public required int CalibrationImages { get; init; }

    /// <summary>Pictures that accuracy and agreement were measured on.</summary>
    public required int VerificationImages { get; init; }

    /// <summary>What decoded JPEG pictures.</summary>
    public required string JpegDecoder { get; init; }

    /// <summary>The budget and what pruning made of it; null where nothing was pruned.</summary>
    public required PruneReport? Pruning { get; init; }

    /// <summary>Operators in INT8.</summary>
    public required int QuantizedOperators { get; init; }

    /// <summary>Operators that stayed in float, and why.</summary>
    public required IReadOnlyList<FloatOperator> FloatOperators { get; init; }

    /// <summary>The report as text of about 80 columns.</summary>
    public string ToText()
    {
        var text = new StringBuilder($"{Model} -> {Out}\n\n");
        var table = new TextTable(["", .. Stages.Select(static s => s.Name)]);
        Row("size", static s => Units.Size(s.FileBytes));
        Row("parameters", static s => Units.Count(s.Parameters));
        Row("MACs", static s => Units.Count(s.Macs));
        Row("top-1", static s => s.Top1 is { } v ? Units.Percent(v) : null);
        Row("  95 % interval", static s => s.Ci95 is { } i ? string.Create(CultureInfo.InvariantCulture, $"{i[0] * 100:F1} to {i[1] * 100:F1}") : null);
        Row("agreement with original", static s => s.Agreement is { } v ? Units.Percent(v) : null);
        Row("output SQNR, dB (least)", static s => s.SqnrDb is { } v ? Units.Invariant($"{v:F1}") : null);
        Row("latency, ms: edgekit", static s => s.EdgekitMs is { } v ? Units.Milliseconds(v) : null);
        Row("latency, ms: onnxruntime", static s => s.OnnxruntimeMs is { } v ? Units.Milliseconds(v) : null);
        Row("memory, edgekit", static s => s.MemoryBytes is { } v ? Units.Size(v) : null);
        text.Append(table);
        text.Append(CultureInfo.InvariantCulture, $"\nThe .ekm file is {SizeRatio:F2} times smaller than the original.\nLatency: median, 1 thread, interleaved with the others, on\n{Environment}\n");
        text.Append(CultureInfo.InvariantCulture, $"Calibrated on {CalibrationImages} pictures, verified on {VerificationImages} (JPEG by {JpegDecoder}).\n");
        foreach (string note in Notes) text.Append(Wrapping.Wrap($"note: {note}")).Append('\n');
        text.Append(CultureInfo.InvariantCulture, $"\n{QuantizedOperators} operators run in INT8, {FloatOperators.Count} in float{(FloatOperators.Count > 0 ? ":" : ".")}\n");
        foreach (IGrouping<(string, string), FloatOperator> group in FloatOperators.GroupBy(static f => (f.OpType, f.Reason)))
            text.Append(Wrapping.Wrap($"  {group.Key.Item1} {Names([.. group.Select(static f => f.Node)])}: {group.Key.Item2}")).Append('\n');
        if (Pruning is { Frozen.Count: > 0 })
        {
            text.Append("\nchannels that pruning had to keep:\n");
            foreach (FrozenChannels f in Pruning.Frozen) text.Append(Wrapping.Wrap($"  {f.Channels} of {Names(f.Layers)}: {f.Reason}")).Append('\n');
        }
        return text.ToString().TrimEnd();

        void Row(string what, Func<Stage, string?> cell)
        {
            if (Stages.Any(s => cell(s) is not null)) table.Add([what, .. Stages.Select(s => cell(s) ?? "")]);
        }
    }

    private static string Names(IReadOnlyList<string> names) => names.Count == 1 ? $"'{names[0]}'" : $"'{names[0]}' and {names.Count - 1} more";
}

/// <summary>The model at one step.</summary>
internal sealed record Stage
{
    /// <summary>original, pruned or int8.</summary>
    public required string Name { get; init; }

    /// <summary>The file: .onnx, or .ekm for int8.</summary>
    public required string File { get; init; }

    /// <summary>Its size.</summary>
    public required long FileBytes { get; init; }

    /// <summary>Learned numbers.</summary>
    public required long Parameters { get; init; }

    /// <summary>Multiply-accumulates of an inference.</summary>
    public required long Macs { get; init; }

    /// <summary>Share of the pictures whose best class is the label; null without labels.</summary>
    public double? Top1 { get; init; }

    /// <summary>95 % interval of it.</summary>
    public IReadOnlyList<double>? Ci95 { get; init; }

    /// <summary>Share of the pictures, or positions, with the original's best class.</summary>
    public double? Agreement { get; init; }

    /// <summary>Signal to noise of the worst output against the original; null for the original.</summary>
    public double? SqnrDb { get; init; }

    /// <summary>Median latency on EdgeKit's runtime.</summary>
    public double? EdgekitMs { get; init; }

    /// <summary>Median latency on ONNX Runtime; null where it is not there.</summary>
    public double? OnnxruntimeMs { get; init; }

    /// <summary>Arena, packed weights and plan on EdgeKit's runtime.</summary>
    public long? MemoryBytes { get; init; }
}
