namespace EdgeKit.Quantization.Passes;

/// <summary>Lets functions of one element run in INT8.</summary>
internal sealed class TablesPass : QuantizationPass
{
    public override string Name => "tables";

    public override string Explanation => "Activation functions become tables of 256 entries, exact for what INT8 can tell apart.";

    public override string Applies => "functions that cannot be fused into the layer before them; in float when left out";

    public override string? Run(QuantizationRun run)
    {
        run.FunctionsAsTables = true;
        return null;
    }
}
