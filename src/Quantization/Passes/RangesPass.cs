namespace EdgeKit.Quantization.Passes;

/// <summary>Clips ranges where that costs less than the coarser steps of the whole.</summary>
internal sealed class RangesPass : QuantizationPass
{
    public override string Name => "ranges";

    public override string Explanation => "Chooses from the histograms, by --method, how much of what was seen is worth representing.";

    public override string Applies => "ranges that were measured, but pictures and outputs are never clipped; all that was seen when left out";

    public override string? Run(QuantizationRun run)
    {
        QuantizeOptions options = run.Options;
        if (options.Method == CalibrationMethod.MinMax) return null;
        int chosen = 0;
        foreach (ScaleGroup group in run.Groups)
        {
            // Pictures have no outliers, and outputs must not be clipped: a class that wins by far is what the model is for.
            bool whole = group.Sources.Any(static v => v.Producer is null) || !group.Members.Any(run.Plan.ReachesWeights);
            if (group.Fixed is not null || whole) continue;
            (ValueRange range, CalibrationMethod method) = options.Method == CalibrationMethod.Auto
                ? RangeEstimator.Best(group.Seen, options.Activations, new ConsumerError(group.Seen, options.Activations, ElementFunctions.Of(group, run.Plan)).Of)
                : (RangeEstimator.Estimate(group.Seen, options.Method, options.Activations, options.Percentile), options.Method);
            run.SetRange(group, new ChosenRange(new(group.Seen.Minimum, group.Seen.Maximum), range.Within(group.Bounds), method, $"{Rule(method)} of what was seen"));
            chosen++;
        }
        return $"{chosen} ranges chosen";
    }

    private static string Rule(CalibrationMethod method) => method switch
    {
        CalibrationMethod.Auto => "least error behind its readers",
        CalibrationMethod.MeanSquaredError => "least squared error",
        CalibrationMethod.Entropy => "least divergence",
        CalibrationMethod.Percentile => "a percentile",
        _ => "all",
    };
}
