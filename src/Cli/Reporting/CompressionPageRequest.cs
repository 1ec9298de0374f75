using EdgeKit.Cli.Compressing;
using EdgeKit.Cli.Models;
using EdgeKit.Imaging;
using EdgeKit.Quantization;

namespace EdgeKit.Cli.Reporting;

/// <summary>A compressed model and what is known about it.</summary>
internal sealed record CompressionPageRequest
{
    /// <summary>Pictures that layers are compared on, unless told otherwise: signal to noise settles with few.</summary>
    public const int DefaultLayerPictures = 64;

    /// <summary>The float model before anything was done to it.</summary>
    public required OnnxModel Original { get; init; }

    /// <summary>How the original is run.</summary>
    public required RunRequest Run { get; init; }

    /// <summary>The float model after pruning; null where nothing was pruned.</summary>
    public OnnxModel? Pruned { get; init; }

    /// <summary>The compressed model, .ekm or QDQ .onnx: what is measured.</summary>
    public required string Int8Path { get; init; }

    /// <summary>For an .ekm file the QDQ .onnx file that it was compiled from: its layers are compared, because an .ekm file may hold channels in another order; null to compare those of the .ekm file.</summary>
    public string? QdqPath { get; init; }

    /// <summary>Pictures, with labels or without.</summary>
    public required ImageItem[] Pictures { get; init; }

    /// <summary>Calibration pictures, for the distributions; null to show <see cref="Pictures"/>.</summary>
    public IReadOnlyList<ImageItem>? Calibration { get; init; }

    /// <summary>Pictures that layers are compared on, at most.</summary>
    public int LayerPictures { get; init; } = DefaultLayerPictures;

    /// <summary>Original, pruned and int8, where the caller has measured them in this run; null to measure them.</summary>
    public IReadOnlyList<Stage>? Stages { get; init; }

    /// <summary>Operators that were left in float or put back, and why; null to name those of the file that compute in float.</summary>
    public IReadOnlyList<FloatOperator>? FloatOperators { get; init; }

    /// <summary>What pruning had to keep, and why, a line each.</summary>
    public IReadOnlyList<string> Kept { get; init; } = [];

    /// <summary>What a reader must know to judge the numbers.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Commands that make the same again.</summary>
    public required IReadOnlyList<string> Commands { get; init; }
}
