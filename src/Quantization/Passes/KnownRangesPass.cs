using EdgeKit.Onnx;

namespace EdgeKit.Quantization.Passes;

/// <summary>Ranges that need no pictures.</summary>
internal sealed class KnownRangesPass : QuantizationPass
{
    public override string Name => "known-ranges";

    public override string Explanation => "Sigmoid, HardSigmoid and Tanh get the range they have on every picture, and what channel-scales scaled the range it scaled to.";

    public override string Applies => "those tensors; measured when left out";

    public override string? Run(QuantizationRun run)
    {
        int known = 0;
        foreach (ScaleGroup group in run.Groups)
        {
            if (group.Sources is not [{ Producer: Node producer } source] || !run.Plan.IsQuantized(producer)) continue;
            bool scaled = run.ScaledRanges.TryGetValue(source.Name, out ValueRange made);
            if ((scaled ? made : QuantizableOperators.FixedRange(producer)) is not { } range) continue;
            group.Fixed = range;
            group.Reason = scaled ? "what its channels were scaled to" : $"what {producer.OpType} gives on every picture";
            known++;
        }
        return known == 0 ? null : $"{known} ranges";
    }
}
