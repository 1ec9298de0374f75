using EdgeKit.Onnx;
using EdgeKit.Pruning;
using EdgeKit.Pruning.Budgets;

namespace EdgeKit.Cli.Compressing;

/// <summary>What was predicted of a pruned model's time, beside what it takes.</summary>
/// <param name="OriginalMs">Measured milliseconds of the original, in turns with the pruned model.</param>
/// <param name="PredictedMs">Milliseconds that were predicted of the pruned model.</param>
/// <param name="MeasuredMs">Milliseconds that it takes.</param>
/// <param name="Error">By how much the prediction of its share of the original's time is off, as a fraction of what was measured.</param>
internal sealed record LatencyCheck(double OriginalMs, double PredictedMs, double MeasuredMs, double Error)
{
    /// <summary>Measures the original and the pruned model.</summary>
    public static LatencyCheck Of(Graph original, PruneResult result, bool int8, Terminal terminal)
    {
        BudgetOutcome outcome = result.Report.Budgets.First(static b => b.Quantity == BudgetQuantity.Time);
        double[] ms = HostLatency.Measure([original, result.Pruned], int8, terminal.Cancel);
        return new LatencyCheck(ms[0], outcome.Reached, ms[1], outcome.Reached / outcome.Original / (ms[1] / ms[0]) - 1);
    }

    /// <summary>One line of a report.</summary>
    public override string ToString() =>
        Units.Invariant($"measured    {OriginalMs:0.###} -> {MeasuredMs:0.###} ms ({MeasuredMs / OriginalMs:0.0 %}); the prediction is {Error:+0.0 %;-0.0 %} off");
}
