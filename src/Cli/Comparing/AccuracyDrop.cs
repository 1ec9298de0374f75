namespace EdgeKit.Cli.Comparing;

/// <summary>How much worse a model is than the one it was made from, in percentage points.</summary>
/// <param name="Measure">What is counted: <see cref="Top1"/>, <see cref="AgreementWithFloat"/> or <see cref="CosineOfOutputs"/>.</param>
/// <param name="Points">Points lost; negative where the model is better.</param>
internal sealed record AccuracyDrop(string Measure, double Points)
{
    /// <summary>Top-1 accuracy, where pictures have labels.</summary>
    public const string Top1 = "top-1";

    /// <summary>Decisions that are the float model's, where the model decides between classes.</summary>
    public const string AgreementWithFloat = "agreement with the float model";

    /// <summary>100 times the cosine of the output that fares worst, for all others.</summary>
    public const string CosineOfOutputs = "cosine of the outputs";

    /// <summary>What a comparison with the float model says.</summary>
    public static AccuracyDrop Of(ComparisonReport report) =>
        report.Top1 is { } top1 ? new(Top1, Lost(report.Top1Reference!.Value, top1))
        : report.Agreement is { } agreement ? new(AgreementWithFloat, Lost(1, agreement))
        : OfCosine(report);

    /// <summary>What a comparison says about the output that fares worst, whatever the model decides.</summary>
    public static AccuracyDrop OfCosine(ComparisonReport report) => new(CosineOfOutputs, Lost(1, LeastCosine(report)));

    /// <summary>Points for a cosine.</summary>
    public static double PointsOf(double cosine) => Lost(1, cosine);

    private static double LeastCosine(ComparisonReport report) => report.Outputs.Min(static o => o.Cosine ?? 0);

    // Shares of a few hundred pictures: what is behind the sixth decimal is the division's.
    private static double Lost(double before, double after) => Math.Round(100 * (before - after), 6);
}
