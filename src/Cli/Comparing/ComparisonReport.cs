using System.Text;
using System.Text.Json.Serialization;

namespace EdgeKit.Cli.Comparing;

/// <summary>How far two models agree on the same pictures. Shares are fractions, 0 to 1.</summary>
internal sealed record ComparisonReport
{
    public int Version { get; init; } = JsonOutput.Version;

    /// <summary>The model.</summary>
    public required string Model { get; init; }

    /// <summary>What it is compared with.</summary>
    public required string Reference { get; init; }

    /// <summary>What ran the model.</summary>
    public required string Backend { get; init; }

    /// <summary>What ran the reference.</summary>
    public required string BackendReference { get; init; }

    /// <summary>Number of pictures.</summary>
    public required int Images { get; init; }

    /// <summary>What decoded JPEG pictures: decoders differ in the last bit.</summary>
    public required string JpegDecoder { get; init; }

    /// <summary>Share of the pictures whose best class is the label; null without labels.</summary>
    public required double? Top1 { get; init; }

    /// <summary>The same of the reference.</summary>
    [JsonPropertyName("top1_reference")]
    public required double? Top1Reference { get; init; }

    /// <summary>95 % Wilson interval of <see cref="Top1"/>, low and high.</summary>
    public required IReadOnlyList<double>? Ci95 { get; init; }

    /// <summary>The same of <see cref="Top1Reference"/>.</summary>
    [JsonPropertyName("ci95_reference")]
    public required IReadOnlyList<double>? Ci95Reference { get; init; }

    /// <summary>Which of the two is right on which pictures, and whether chance explains the difference; null without labels.</summary>
    public required PairedOutcomes? Paired { get; init; }

    /// <summary>Share of the pictures with the same best class, or of the positions with the same class in outputs that are maps; null where outputs are no classes.</summary>
    public required double? Agreement { get; init; }

    /// <summary>95 % Wilson interval of <see cref="Agreement"/> over pictures; null for maps.</summary>
    public required IReadOnlyList<double>? AgreementCi95 { get; init; }

    /// <summary>How far each output is from the reference's.</summary>
    public required IReadOnlyList<OutputDifference> Outputs { get; init; }

    /// <summary>The report as lines of text.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        Line("model", $"{Model} ({Backend})");
        Line("reference", $"{Reference} ({BackendReference})");
        Line("images", $"{Images} (JPEG by {JpegDecoder})");
        if (Top1 is { } top1) Line("top-1", $"{Units.Percent(top1)} (95 %: {Units.Percent(Ci95![0])} to {Units.Percent(Ci95[1])})");
        if (Top1Reference is { } reference) Line("top-1 of reference", Units.Percent(reference));
        if (Agreement is { } agreement) Line(AgreementCi95 is null ? "agreement (positions)" : "agreement (top-1)", Units.Percent(agreement));
        if (Paired is { } paired) text.Append(Wrapping.Wrap(paired.Describe("The model", "the reference"))).Append('\n');
        var table = new TextTable("output", "shape", "mean |difference|", "SQNR dB", "cosine") { LeftColumns = 2 };
        foreach (OutputDifference o in Outputs)
        {
            table.Add(o.Name, Models.InputShape.Format(o.Shape), Units.Invariant($"{o.MeanAbsDifference:G4}"),
                o.SqnrDb is { } db ? Units.Invariant($"{db:F1}") : "equal", o.Cosine is { } c ? Units.Invariant($"{c:F5}") : "");
        }
        return text.Append('\n').Append(table.ToString().TrimEnd()).ToString();

        void Line(string what, string value) => text.Append($"{what,-22} {value}\n");
    }
}
