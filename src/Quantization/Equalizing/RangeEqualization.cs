using EdgeKit.Quantization.Passes;

namespace EdgeKit.Quantization;

/// <summary>
/// For weights with one scale a channel: scales up the channels of what a depthwise convolution reads until each uses the tensor's whole range. The weights' integers
/// do not change, since their scales absorb the factors; only the steps of the weak channels become finer, and a depthwise convolution cannot average their error away.
/// </summary>
internal static class RangeEqualization
{
    private const float LargestFactor = 64;

    /// <summary>Equalizes.</summary>
    /// <returns>How many tensors, how many channels, and the factors' geometric mean.</returns>
    public static (int Tensors, int Channels, double Mean) Run(QuantizationRun run)
    {
        List<Junction> junctions = [.. Junction.Find(run.Graph).Where(static j => j.Reader.IsDepthwise)];
        if (junctions.Count == 0) return default;
        ChannelRanges ranges = ChannelRanges.Measure(run, "equalize", [.. junctions.Select(static j => j.Tensor)]);
        float[][] factors = [.. junctions.Select(j => Factors(ranges[j.Tensor.Name]))];
        for (int j = 0; j < junctions.Count; j++) junctions[j].Scale(factors[j]);
        EqualizedScales.Record(run.Graph, junctions.Zip(factors).SelectMany(static p => p.First.Scaled(p.Second)));
        run.Graph.RemoveDead();
        float[] all = [.. factors.SelectMany(static f => f)];
        return (junctions.Count, all.Length, Math.Exp(all.Average(static f => Math.Log(f))));
    }

    /// <summary>For each channel the factor that takes it to the tensor's range; a Clip that bounds the tensor then acts on no value it did not act on before.</summary>
    internal static float[] Factors(ValueRange[] channels) => Factors(channels, channels.Aggregate(static (a, b) => a.Hull(b)));

    /// <summary>The same, where the tensor shares its range with others.</summary>
    internal static float[] Factors(ValueRange[] channels, ValueRange range)
    {
        ValueRange all = range.Hull(default);
        return Array.ConvertAll(channels, c =>
        {
            float factor = LargestFactor;
            if (c.High > 0) factor = MathF.Min(factor, all.High / c.High);
            if (c.Low < 0) factor = MathF.Min(factor, all.Low / c.Low);
            // A channel that is 0 on every picture says nothing about its size.
            return c is { Low: >= 0, High: <= 0 } ? 1 : MathF.Max(1, factor);
        });
    }
}
