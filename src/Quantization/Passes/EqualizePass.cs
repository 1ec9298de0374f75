using System.Globalization;
using EdgeKit.Onnx;

namespace EdgeKit.Quantization.Passes;

/// <summary>Makes channels that share a scale alike in size, without changing what the model computes.</summary>
internal sealed class EqualizePass : QuantizationPass
{
    // Below this the tensors behind clips are left as they are.
    private const double LeastDecibels = 15;
    private const int CheckedPictures = 48;

    public override string Name => "equalize";

    public override string Explanation =>
        "Scales channels up before a depthwise convolution and its filters down, so that each channel uses the whole range; per-tensor weights: balances rows and columns of neighbouring layers.";

    public override string Applies =>
        "convolution, then nothing, ReLU, PReLU or a clip, then a depthwise (per-tensor: any) convolution; a clip never acts on more than before (per-tensor: on less, where the outputs on pictures stay alike)";

    public override string? Run(QuantizationRun run)
    {
        // Where every range is given there may be no pictures.
        if (!run.Images.Any()) return null;
        if (run.Options.Weights == WeightGranularity.PerTensor) return CrossLayer(run);
        (int tensors, int channels, double mean) = RangeEqualization.Run(run);
        return tensors == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"{channels} channels of {tensors} tensors scaled up, by {mean:F2} on average");
    }

    private static string? CrossLayer(QuantizationRun run)
    {
        List<Junction> junctions = Junction.Find(run.Graph);
        if (junctions.Count == 0) return null;
        ChannelRanges ranges = ChannelRanges.Measure(run, "equalize", [.. junctions.Select(static j => j.Tensor)]);
        Graph balanced = run.Graph.Clone();
        CrossLayerEqualization.Run(balanced, static _ => true, ranges);
        // A channel that was scaled down meets its clip later than before.
        double decibels = junctions.Any(static j => j.Bound is not null) ? FloatAgreement.Decibels(run, balanced, CheckedPictures) : double.PositiveInfinity;
        string figure = double.IsInfinity(decibels) ? "" : string.Create(CultureInfo.InvariantCulture, $"; clips act less, which leaves the float outputs at {decibels:F1} dB");
        if (decibels >= LeastDecibels)
        {
            run.Graph = balanced;
            return $"{junctions.Count} pairs of layers balanced{figure}";
        }
        int pairs = CrossLayerEqualization.Run(run.Graph, static _ => true, ranges, keepClips: true);
        return $"{pairs} pairs of layers balanced, but not channels that reach their clip: with them{figure[1..]}";
    }
}
