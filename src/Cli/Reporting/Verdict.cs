using EdgeKit.Cli.Compressing;

namespace EdgeKit.Cli.Reporting;

/// <summary>What became of a model, in one sentence.</summary>
internal static class Verdict
{
    /// <summary>Differences that chance alone gives less often than this are called real.</summary>
    private const double Significance = 0.05;

    public static string Of(IReadOnlyList<Stage> stages, int images)
    {
        Stage before = stages[0], after = stages[^1];
        string what = stages.Count > 2 ? "Pruned and in INT8, the model" : "In INT8 the model";
        string size = Units.Invariant($"{what} is {(double)before.FileBytes / after.FileBytes:F1} times smaller");
        string speed = (before.EdgekitMs / after.EdgekitMs) switch
        {
            null => "",
            >= 1.05 and double faster => Units.Invariant($" and {faster:F1} times faster"),
            double same and > 0.95 => " and no faster",
            double slower => Units.Invariant($" and {1 / slower:F1} times slower"),
        };
        return $"{size}{speed}; {Accuracy(before, after, images)}.";
    }

    private static string Accuracy(Stage before, Stage after, int images)
    {
        if (before.Top1 is { } top1Before && after.Top1 is { } top1After)
        {
            string right = $"it is right on {Units.Percent(top1After)} of {images} pictures, the float model on {Units.Percent(top1Before)}";
            return after.Paired switch
            {
                null => right,
                { OnlyModel: var a, OnlyReference: var b } when a == b => right,
                { PValue: < Significance } => $"{right}, a difference that is more than chance",
                _ => $"{right}, a difference that chance explains",
            };
        }
        if (after is { Agreement: { } agreement, Outputs: [{ Shape.Count: 2 }] }) return $"it gives the float model's answer on {Units.Percent(agreement)} of {images} pictures";
        return after.Outputs?.Min(static o => o.Cosine) is { } cosine
            ? Units.Invariant($"over {images} pictures {(after.Outputs.Count > 1 ? "the worst of its outputs keeps" : "its output keeps")} a cosine of {cosine:F4} to the float model's")
            : $"its outputs equal the float model's on {images} pictures";
    }
}
