using EdgeKit.Onnx;

namespace EdgeKit.Quantization.Passes;

/// <summary>The passes in order.</summary>
internal static class QuantizationPasses
{
    /// <summary>Every pass, in the order they run.</summary>
    public static IReadOnlyList<QuantizationPass> All { get; } =
    [
        new NormalisePass(),
        new TablesPass(),
        new EqualizePass(),
        new BalancePass(),
        new ChannelScalesPass(),
        new AbsorbPass(),
        new PlanPass(),
        new SharedScalesPass(),
        new KnownRangesPass(),
        new MeasurePass(),
        new RangesPass(),
        new WeightsPass(),
        new RoundingPass(),
        new BiasCorrectionPass(),
    ];

    /// <summary>Whether a pass runs under these options.</summary>
    public static bool IsOn(QuantizationPass pass, QuantizeOptions options) => !pass.CanBeLeftOut || !options.Without.Contains(pass.Name);

    /// <summary>Runs those that are on.</summary>
    /// <returns>What each of them did.</returns>
    /// <exception cref="ModelException">The model cannot be quantized.</exception>
    public static List<PassOutcome> Run(QuantizationRun run)
    {
        var outcomes = new List<PassOutcome>();
        foreach (QuantizationPass pass in All)
        {
            if (!IsOn(pass, run.Options)) continue;
            run.Cancel.ThrowIfCancellationRequested();
            if (pass.Run(run) is { } done) outcomes.Add(new PassOutcome(pass.Name, done));
        }
        return outcomes;
    }
}
