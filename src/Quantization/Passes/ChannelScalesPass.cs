using System.Globalization;
using EdgeKit.Onnx;

namespace EdgeKit.Quantization.Passes;

/// <summary>Scales channels on both sides of functions that let no factor through.</summary>
internal sealed class ChannelScalesPass : QuantizationPass
{
    // Other pictures drive channels further than those that are calibrated on.
    private const float Headroom = 1.5f;

    // One zero point serves all channels, so all share the ratio of the range's ends: arguments of HardSwish go down to -3 where they matter, and up to about twice that;
    // its results end at -0.375.
    private const float ArgumentRatio = 2, ResultRatio = 4;

    private const int Samples = 256;

    public override string Name => "channel-scales";

    public override string Explanation =>
        "Scales channels to one range before and after a function such as HardSwish, which becomes a few tables that the channels share; the layer before and the filters behind take the factors.";

    public override string Applies => "--weights per-channel; from 32 pictures on; convolution, function other than ReLU and its kin, depthwise convolution";

    public override string? Run(QuantizationRun run)
    {
        if (run.Options.Weights != WeightGranularity.PerChannel || !run.FunctionsAsTables || run.Images.Take(ChannelFactors.LeastPictures).Count() < ChannelFactors.LeastPictures) return null;
        List<FunctionJunction> junctions = FunctionJunction.Find(run.Graph);
        if (junctions.Count == 0) return null;
        ChannelRanges ranges = ChannelRanges.Measure(run, Name, [.. junctions.SelectMany(static j => new[] { j.Argument, j.Result })]);
        int channels = 0;
        foreach (FunctionJunction junction in junctions)
        {
            (string argument, string result) = (junction.Argument.Name, junction.Result.Name);
            float flat = FlatBelow(junction.Function, ranges[argument]);
            (float[] a, run.ScaledRanges[argument]) = Factors(Array.ConvertAll(ranges[argument], r => r with { Low = MathF.Max(r.Low * Headroom, flat) }), ArgumentRatio);
            (float[] b, run.ScaledRanges[result]) = Factors(ranges[result], ResultRatio);
            junction.Scale(a, b);
            EqualizedScales.Record(run.Graph, [(junction.Argument, a), (junction.Result, b)]);
            channels += a.Length;
        }
        run.Graph.RemoveDead();
        return string.Create(CultureInfo.InvariantCulture, $"{channels} channels on both sides of {junctions.Count} functions scaled");
    }

    /// <summary>Factors that take channels to one range, as far as powers of √2 do (few factors, so that channels share tables), and that range: from -High / ratio, or 0 where nothing is negative, to High.</summary>
    private static (float[] Factors, ValueRange Range) Factors(ValueRange[] channels, float ratio)
    {
        float[] needs = Array.ConvertAll(channels, r => MathF.Max(r.High * Headroom, -r.Low * ratio));
        float most = needs.Max();
        if (most <= 0) return ([.. channels.Select(static _ => 1f)], new ValueRange(0, 1));
        float[] factors = Array.ConvertAll(needs, n => MathF.Pow(2, (n <= 0 ? 0 : Math.Min((int)MathF.Floor(2 * MathF.Log2(most / n)), ChannelFactors.LargestExponent)) / 2f));
        return (factors, new ValueRange(Array.Exists(channels, static r => r.Low < 0) ? -most / ratio : 0, most));
    }

    /// <summary>The argument below which the function changes by less than half of a 256th of what it gives: what lies there need not be told apart.</summary>
    private static float FlatBelow(Node function, ValueRange[] seen)
    {
        ValueRange all = seen.Aggregate(static (a, b) => a.Hull(b)).Hull(default);
        float low = all.Low * Headroom;
        float[] at = [.. Enumerable.Range(0, Samples + 1).Select(i => low * (Samples - i) / Samples)];
        float[] negative = ElementFunctions.Apply(function, at), ends = ElementFunctions.Apply(function, [0, all.High * Headroom]);
        float least = negative[0], largest = negative[0], step = (MathF.Max(negative.Max(), ends.Max()) - MathF.Min(negative.Min(), ends.Min())) / (2 * Samples);
        for (int i = 1; i < at.Length; i++)
        {
            (least, largest) = (MathF.Min(least, negative[i]), MathF.Max(largest, negative[i]));
            if (largest - least > step) return at[i - 1];
        }
        return 0;
    }
}
