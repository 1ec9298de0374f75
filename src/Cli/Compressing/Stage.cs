using EdgeKit.Cli.Comparing;

namespace EdgeKit.Cli.Compressing;

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

    /// <summary>F1 of what the job looks for; null where it looks for nothing.</summary>
    public double? F1 { get; init; }

    /// <summary>Share of the pictures, or positions, with the original's best class.</summary>
    public double? Agreement { get; init; }

    /// <summary>Signal to noise of the worst output against the original; null for the original.</summary>
    public double? SqnrDb { get; init; }

    /// <summary>Cosine of the worst output and the original's; null for the original.</summary>
    public double? Cosine { get; init; }

    /// <summary>Right and wrong answers against the original's on the same pictures; null for the original and without labels.</summary>
    public PairedOutcomes? Paired { get; init; }

    /// <summary>How far each output is from the original's; null for the original.</summary>
    public IReadOnlyList<OutputDifference>? Outputs { get; init; }

    /// <summary>Median latency on EdgeKit's runtime.</summary>
    public double? EdgekitMs { get; init; }

    /// <summary>Median latency on ONNX Runtime; null where it is not there.</summary>
    public double? OnnxruntimeMs { get; init; }

    /// <summary>Arena, packed weights and plan on EdgeKit's runtime.</summary>
    public long? MemoryBytes { get; init; }
}

/// <summary>What most readers want to know of a <see cref="Stage"/>.</summary>
/// <param name="Top1">Share of the pictures whose best class is the label, 0 to 1; null without labels.</param>
/// <param name="F1">F1 of what the job looks for; null where it looks for nothing.</param>
/// <param name="Macs">Multiply-accumulates of an inference.</param>
/// <param name="Params">Learned numbers.</param>
/// <param name="P50Ms">Median latency on EdgeKit's runtime, one thread.</param>
/// <param name="Bytes">Size of the file: .onnx, or .ekm in INT8.</param>
internal sealed record StageFigures(double? Top1, double? F1, long Macs, long Params, double? P50Ms, long Bytes)
{
    public static StageFigures Of(Stage stage) => new(stage.Top1, stage.F1, stage.Macs, stage.Parameters, stage.EdgekitMs, stage.FileBytes);
}
