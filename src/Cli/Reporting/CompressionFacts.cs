using EdgeKit.Cli.Benchmarking;
using EdgeKit.Cli.Compressing;
using EdgeKit.Cli.Profiling;
using EdgeKit.Quantization;

namespace EdgeKit.Cli.Reporting;

/// <summary>The numbers behind the page about a compressed model. Shares are fractions, 0 to 1.</summary>
internal sealed record CompressionFacts
{
    public int Version { get; init; } = JsonOutput.Version;

    /// <summary>What became of the model, in one sentence.</summary>
    public required string Verdict { get; init; }

    /// <summary>The model before.</summary>
    public required string Original { get; init; }

    /// <summary>The compressed model.</summary>
    public required string Model { get; init; }

    /// <summary>Original, pruned (where it was), int8.</summary>
    public required IReadOnlyList<Stage> Stages { get; init; }

    /// <summary>Pictures that accuracy and agreement were measured on.</summary>
    public required int Images { get; init; }

    /// <summary>What decoded JPEG pictures: decoders differ in the last bit.</summary>
    public required string JpegDecoder { get; init; }

    /// <summary>Pictures, of the former, that layers were compared on.</summary>
    public required int LayerImages { get; init; }

    /// <summary>Calibration pictures that the distributions show; null where they show the former.</summary>
    public required int? DistributionImages { get; init; }

    /// <summary>The float model that layers were compared with: the pruned one where there is one.</summary>
    public required string LayerReference { get; init; }

    /// <summary>The file that the INT8 layers were taken from.</summary>
    public required string LayerModel { get; init; }

    /// <summary>Tensors in the order they are computed.</summary>
    public required IReadOnlyList<TensorFacts> Tensors { get; init; }

    /// <summary>Tensors of the INT8 network without a counterpart in the float graph, which a fusion hides or which another step renamed.</summary>
    public required int TensorsLeftOut { get; init; }

    /// <summary>Output channels of each layer before and after pruning, depthwise layers left out, which follow the others; empty where nothing was pruned.</summary>
    public required IReadOnlyList<LayerWidthFacts> Widths { get; init; }

    /// <summary>The compressed model's operators with their time.</summary>
    public required IReadOnlyList<OperatorFacts> Operators { get; init; }

    /// <summary>Sums over the operators of a kind, most time first.</summary>
    public required IReadOnlyList<KindTotal> Kinds { get; init; }

    /// <summary>Operators that compute in float, and why.</summary>
    public required IReadOnlyList<FloatOperator> FloatOperators { get; init; }

    /// <summary>Channels that pruning had to keep, and why, a line each.</summary>
    public required IReadOnlyList<string> Kept { get; init; }

    /// <summary>What a reader must know to judge the numbers.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>The machine that times were measured on.</summary>
    public required MachineInfo Environment { get; init; }

    /// <summary>Commands that make the same again.</summary>
    public required IReadOnlyList<string> Commands { get; init; }
}

/// <summary>The width of a layer.</summary>
/// <param name="Name">Name of the node.</param>
/// <param name="ChannelsOriginal">Output channels before.</param>
/// <param name="Channels">Output channels after; 0 for a layer that is gone.</param>
/// <param name="MacsOriginal">Multiply-accumulates before.</param>
/// <param name="Macs">Multiply-accumulates after.</param>
internal sealed record LayerWidthFacts(string Name, int ChannelsOriginal, int Channels, long MacsOriginal, long Macs);

/// <summary>An operator of the compressed model.</summary>
/// <param name="Name">Name of the ONNX node.</param>
/// <param name="Kind">Kind; depthwise convolutions are a kind of their own.</param>
/// <param name="Int8">Whether it computes in INT8.</param>
/// <param name="Macs">Multiply-accumulates.</param>
/// <param name="Ms">Mean milliseconds over the faster half of the runs.</param>
/// <param name="Share">Its part of the time of all operators.</param>
/// <param name="OriginalMs">Time of the original's operator of that name; null where there is none.</param>
/// <param name="OriginalMacs">Multiply-accumulates of the original's operator of that name.</param>
internal sealed record OperatorFacts(string Name, string Kind, bool Int8, long Macs, double Ms, double Share, double? OriginalMs, long? OriginalMacs);
