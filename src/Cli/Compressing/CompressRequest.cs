using EdgeKit.Cli.Models;
using EdgeKit.Cli.Training;
using EdgeKit.Imaging;
using EdgeKit.Pruning;
using EdgeKit.Quantization;

namespace EdgeKit.Cli.Compressing;

/// <summary>What to compress and how.</summary>
internal sealed record CompressRequest
{
    /// <summary>The float model, whose file is there.</summary>
    public required OnnxModel Model { get; init; }

    /// <summary>How the model's file is run, for verification.</summary>
    public required RunRequest Run { get; init; }

    /// <summary>Name of the results, without folder and extension.</summary>
    public required string Name { get; init; }

    /// <summary>Folder of the results.</summary>
    public required string Out { get; init; }

    /// <summary>Pictures that ranges are measured on.</summary>
    public required IReadOnlyList<ImageItem> Calibration { get; init; }

    /// <summary>Pictures that accuracy and agreement are measured on.</summary>
    public required ImageItem[] Verification { get; init; }

    /// <summary>What to prune it to; null for what <see cref="Pruning"/> says.</summary>
    public BudgetRequest? Budget { get; init; }

    /// <summary>How to prune; null to leave the widths.</summary>
    public required PruneOptions? Pruning { get; init; }

    /// <summary>How the pruned and the quantized model learn from the original on the pictures of <see cref="Calibration"/>; null where they do not.</summary>
    public FinetuneRequest? Finetune { get; init; }

    /// <summary>How to quantize.</summary>
    public required QuantizeOptions Quantization { get; init; }

    /// <summary>A scheme file whose decisions are taken; null where there is none.</summary>
    public string? Scheme { get; init; }

    /// <summary>Largest loss of accuracy in percentage points; null where there is no limit.</summary>
    public double? MaxDrop { get; init; }

    /// <summary>What else is measured and drawn; null for nothing.</summary>
    public ICompressionShow? Show { get; init; }

    /// <summary>Commands that make the same again.</summary>
    public IReadOnlyList<string> Commands { get; init; } = [];

    /// <summary>What a reader of the report must know.</summary>
    public required IReadOnlyList<string> Notes { get; init; }
}
