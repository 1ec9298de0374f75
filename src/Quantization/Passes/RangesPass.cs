namespace EdgeKit.Quantization.Passes;

/// <summary>Clips ranges where that costs less than the coarser steps of the whole.</summary>
internal sealed class RangesPass : QuantizationPass
{
    public override string Name => "ranges";

    public override string Explanation => "Chooses from the histograms, by --method, how much of what was seen is worth representing.";

    public override string Applies => "ranges that were measured, but pictures and outputs are never clipped, unless a function such as Sigmoid hides it; all that was seen when left out";

    public override string? Run(QuantizationRun run)
    {
        QuantizeOptions options = run.Options;
        if (options.Method == CalibrationMethod.MinMax) return null;
        int chosen = 0;
        foreach (ScaleGroup group in run.Groups)
        {
            if (group.Fixed is not null || group.Sources.Any(static v => v.Producer is null)) continue;
            Func<float[], float[]>[] functions = ElementFunctions.Of(group, run.Plan);
            // Pictures have no outliers, and outputs must not be clipped: a class that wins by far is what the model is for. A function may hide that it was done.
            bool output = !group.Members.Any(run.Plan.ReachesWeights);
            if (output && (functions.Length == 0 || options.Method != CalibrationMethod.Auto)) continue;
            var behind = new ConsumerError(group.Seen, options.Activations, functions);
            (ValueRange range, CalibrationMethod method) = options.Method == CalibrationMethod.Auto
                ? RangeEstimator.Best(group.Seen, options.Activations, r => output && behind.ShowsClipping(r) ? double.PositiveInfinity : behind.Of(r))
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
