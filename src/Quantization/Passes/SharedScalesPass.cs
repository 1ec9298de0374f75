namespace EdgeKit.Quantization.Passes;

/// <summary>Unites what a Concat joins.</summary>
internal sealed class SharedScalesPass : QuantizationPass
{
    public override string Name => "share";

    public override string Explanation => "Inputs and output of a Concat share one scale, so elements that pass through many of them (ShuffleNet) are rounded once.";

    public override string Applies => "Concat of values with the same a-priori bounds";

    public override string? Run(QuantizationRun run)
    {
        int before = run.Groups.Count;
        run.Groups = ScaleGroups.Of(run.Plan, joinConcats: true);
        return run.Groups.Count == before ? null : $"{before} scales became {run.Groups.Count}";
    }
}
