using System.Text;

namespace EdgeKit.Cli.Evaluating;

/// <summary>What an evaluation found; fields that do not apply are null.</summary>
internal sealed record EvalReport
{
    public int Version { get; init; } = JsonOutput.Version;

    public required string Model { get; init; }

    public required string Precision { get; init; }

    /// <summary>What the model was given.</summary>
    public required string Pictures { get; init; }

    public required int Images { get; init; }

    /// <summary>How the figures are defined.</summary>
    public required string Definition { get; init; }

    /// <summary>Mean average precision at IoU 0.5.</summary>
    public double? Map50 { get; init; }

    /// <summary>95 % bootstrap interval of <see cref="Map50"/> over pictures.</summary>
    public IReadOnlyList<double>? Map50Ci95 { get; init; }

    /// <summary>Mean average precision at IoU 0.5, small objects included.</summary>
    public double? Map50All { get; init; }

    /// <summary>The model that it is compared with.</summary>
    public string? Reference { get; init; }

    /// <summary>Mean average precision of <see cref="Reference"/>.</summary>
    public double? Map50Reference { get; init; }

    /// <summary>95 % bootstrap interval, over the same pictures for both, of <see cref="Map50"/> less <see cref="Map50Reference"/>.</summary>
    public IReadOnlyList<double>? DifferenceCi95 { get; init; }

    /// <summary>Average precision by class.</summary>
    public IReadOnlyDictionary<string, double>? Ap50 { get; init; }

    /// <summary>Of the lines of the own lane and the lanes beside it.</summary>
    public double? F1 { get; init; }

    /// <summary>What <see cref="F1"/> is made of.</summary>
    public double? F1Precision { get; init; }

    /// <summary>What <see cref="F1"/> is made of.</summary>
    public double? F1Recall { get; init; }

    /// <summary>Of all lines of the own carriageway.</summary>
    public double? F1All { get; init; }

    /// <summary>The report as lines of text.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        Line("model", $"{Model} ({Precision})");
        Line("pictures", $"{Images} ({Pictures})");
        if (Map50 is { } map) Line("mAP@0.5", Units.Invariant($"{map:F4}{(Map50Ci95 is { } ci ? Units.Invariant($" (95 %: {ci[0]:F3} to {ci[1]:F3})") : "")}{(Map50All is { } all ? Units.Invariant($"; of small ones too {all:F4}") : "")}"));
        if (Map50Reference is { } reference)
        {
            Line("reference", Units.Invariant($"{reference:F4} ({Reference})"));
            Line("difference", Units.Invariant($"{Map50 - reference:+0.0000;-0.0000} (95 %: {DifferenceCi95![0]:+0.000;-0.000} to {DifferenceCi95[1]:+0.000;-0.000})"));
        }
        if (F1 is { } f1) Line("F1", Units.Invariant($"{f1:F4} (precision {F1Precision:F4}, recall {F1Recall:F4}; of all lines {F1All:F4})"));
        if (Ap50 is { } classes)
        {
            var table = new TextTable("class", "AP@0.5");
            foreach ((string name, double value) in classes) table.Add(name, Units.Invariant($"{value:F3}"));
            text.Append('\n').Append(table);
        }
        return text.Append('\n').Append(Wrapping.Wrap(Definition)).ToString().TrimEnd();

        void Line(string what, string value) => text.Append($"{what,-10} {value}\n");
    }
}
