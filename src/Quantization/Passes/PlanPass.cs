namespace EdgeKit.Quantization.Passes;

/// <summary>Decides what runs in INT8.</summary>
internal sealed class PlanPass : QuantizationPass
{
    public override string Name => "plan";

    public override string Explanation => "Decides which operators run in INT8: layers with weights always, what lies between them where its inputs are INT8 already.";

    public override bool CanBeLeftOut => false;

    public override string? Run(QuantizationRun run)
    {
        run.Plan = new QuantizationPlan(run.Graph, run.Options.KeepFloat, run.FunctionsAsTables);
        run.Groups = ScaleGroups.Of(run.Plan, joinConcats: false);
        return $"{run.Plan.QuantizedCount} operators in INT8, {run.Plan.FloatOperators.Count} in float";
    }
}
