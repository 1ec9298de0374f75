using EdgeKit.Onnx;

namespace EdgeKit.Quantization.Passes;

/// <summary>Ranges that need no pictures.</summary>
internal sealed class KnownRangesPass : QuantizationPass
{
    public override string Name => "known-ranges";

    public override string Explanation => "Sigmoid, HardSigmoid and Tanh get the range they have on every picture.";

    public override string Applies => "those functions; measured when left out";

    public override string? Run(QuantizationRun run)
    {
        int known = 0;
        foreach (ScaleGroup group in run.Groups)
        {
            if (group.Sources is not [{ Producer: Node producer }] || !run.Plan.IsQuantized(producer)) continue;
            if (QuantizableOperators.FixedRange(producer) is not { } range) continue;
            group.Fixed = range;
            group.Reason = $"what {producer.OpType} gives on every picture";
            known++;
        }
        return known == 0 ? null : $"{known} ranges";
    }
}
