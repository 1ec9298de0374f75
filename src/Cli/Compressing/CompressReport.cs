using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;
using EdgeKit.Cli.Benchmarking;
using EdgeKit.Cli.Comparing;
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

    /// <summary>The model that was compressed, in short.</summary>
    public StageFigures Float => StageFigures.Of(Stages[0]);

    /// <summary>The pruned model before it was quantized; absent where nothing was pruned.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public StageFigures? PrunedFloat => Pruning is null ? null : StageFigures.Of(Stages[1]);

    /// <summary>The result where channels were pruned; absent otherwise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public StageFigures? PrunedInt8 => Pruning is null ? null : StageFigures.Of(Stages[^1]);

    /// <summary>The result where nothing was pruned; absent otherwise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public StageFigures? Int8 => Pruning is null ? StageFigures.Of(Stages[^1]) : null;

    /// <summary>What a reader must know to judge the numbers.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>The machine that latencies were measured on.</summary>
    public required MachineInfo Environment { get; init; }

    /// <summary>Original, pruned (where it was), int8.</summary>
    public required IReadOnlyList<Stage> Stages { get; init; }

    /// <summary>What the result lost against the original.</summary>
    public required AccuracyDrop Drop { get; init; }

    /// <summary>The limit of the loss, in percentage points; null where there is none.</summary>
    public double? MaxDrop { get; init; }

    /// <summary>Whether the loss keeps to the limit.</summary>
    public bool GoalMet => !(Drop.Points > MaxDrop);

    /// <summary>What went back to float for the limit's sake; null where nothing had to.</summary>
    public FallbackReport? Fallback { get; init; }

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

    /// <summary>What was drawn, beginning with the picture's path; null where nothing was.</summary>
    public string? Picture { get; init; }

    /// <summary>Operators in INT8.</summary>
    public required int QuantizedOperators { get; init; }

    /// <summary>Operators that stayed in float, and why.</summary>
    public required IReadOnlyList<FloatOperator> FloatOperators { get; init; }

    /// <summary>The report of the same files in another folder.</summary>
    public CompressReport MovedTo(string folder) => this with
    {
        Out = folder,
        Stages = [.. Stages.Select(s => Path.GetDirectoryName(s.File) == Out ? s with { File = Path.Combine(folder, Path.GetFileName(s.File)) } : s)],
    };

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
        Row("F1 of lane lines", static s => s.F1 is { } v ? Units.Invariant($"{v:F4}") : null);
        Row("agreement with original", static s => s.Agreement is { } v ? Units.Percent(v) : null);
        Row("output SQNR, dB (least)", static s => s.SqnrDb is { } v ? Units.Invariant($"{v:F1}") : null);
        Row("latency, ms: edgekit", static s => s.EdgekitMs is { } v ? Units.Milliseconds(v) : null);
        Row("latency, ms: onnxruntime", static s => s.OnnxruntimeMs is { } v ? Units.Milliseconds(v) : null);
        Row("memory, edgekit", static s => s.MemoryBytes is { } v ? Units.Size(v) : null);
        text.Append(table);
        text.Append(CultureInfo.InvariantCulture, $"\nThe .ekm file is {SizeRatio:F2} times smaller than the original.\nLatency: median, 1 thread, interleaved with the others, on\n{Environment}\n");
        text.Append(CultureInfo.InvariantCulture, $"Calibrated on {CalibrationImages} pictures, verified on {VerificationImages} (JPEG by {JpegDecoder}).\n");
        if (MaxDrop is { } limit)
        {
            string goal = Units.Invariant($"goal: at most {limit:0.##} points of {Drop.Measure} lost; {(GoalMet ? "met" : "NOT met")} with {Drop.Points:F2}");
            text.Append(Wrapping.Wrap(goal)).Append('\n');
        }
        if (Fallback is { } fallback) text.Append(fallback.ToText());
        foreach (string note in Notes) text.Append(Wrapping.Wrap($"note: {note}")).Append('\n');
        if (Picture is { } picture) text.Append('\n').Append(Wrapping.Wrap(picture)).Append('\n');
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
