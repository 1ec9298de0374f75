using System.Globalization;
using EdgeKit.Statistics;

namespace EdgeKit.Quantization.Passes;

/// <summary>Shares the error between an activation and the weights that read it.</summary>
internal sealed class BalancePass : QuantizationPass
{
    private const int Levels = 255;

    public override string Name => "balance";

    /// <summary>Where weights lie on a coarse grid already, columns that are scaled down leave it.</summary>
    public override bool OnByDefault => false;

    public override string Explanation =>
        "Scales weak channels up before a dense convolution and its columns down, as far as the error of rounding them falls by more than that of rounding the weights rises.";

    public override string Applies => "--weights per-channel; convolution, then nothing, ReLU, PReLU or a clip, then a convolution that is not depthwise; a clip never acts on more than before";

    public override string? Run(QuantizationRun run)
    {
        if (run.Options.Weights != WeightGranularity.PerChannel || !run.Images.Any()) return null;
        List<Junction> junctions = [.. Junction.Find(run.Graph).Where(static j => !j.Reader.IsDepthwise)];
        if (junctions.Count == 0) return null;
        ChannelRanges ranges = ChannelRanges.Measure(run, Name, [.. junctions.Select(static j => j.Tensor)]);
        Dictionary<string, (double[] Mean, double[] Deviation)> moments = ChannelMoments.Measure(run, [.. junctions.Select(static j => j.Tensor.Name)]);
        float[][] factors = [.. junctions.Select(j => Factors(j, ranges[j.Tensor.Name], [.. moments[j.Tensor.Name].Mean.Zip(moments[j.Tensor.Name].Deviation, static (m, d) => m * m + d * d)]))];
        for (int j = 0; j < junctions.Count; j++) junctions[j].Scale(factors[j]);
        EqualizedScales.Record(run.Graph, junctions.Zip(factors));
        run.Graph.RemoveDead();
        float[] up = [.. factors.SelectMany(static f => f).Where(static f => f > 1)];
        double mean = up.Length == 0 ? 1 : Math.Exp(up.Average(static f => Math.Log(f)));
        return string.Create(CultureInfo.InvariantCulture, $"{up.Length} channels of {junctions.Count} tensors scaled up, by {mean:F2} on average");
    }

    /// <summary>
    /// The s that minimises, for channel c, A/s² + B·s²: A is a twelfth of the activation's squared step times ΣW[o,c]², what its rounding leaves in the outputs; B is a twelfth of
    /// the sum of the rows' squared steps times the channel's mean square, what the rounding of the column leaves there. So s = (A/B)^¼, at least 1 and at most what the tensor's range allows.
    /// </summary>
    private static float[] Factors(Junction junction, ValueRange[] ranges, double[] squares)
    {
        LinearLayer reader = junction.Reader;
        float[] weights = reader.Weights(), largest = RangeEqualization.Factors(ranges);
        double[] steps = new double[reader.Outputs], columns = new double[squares.Length], rows = new double[squares.Length];
        for (int i = 0; i < weights.Length; i++) steps[i / reader.Columns] = Math.Max(steps[i / reader.Columns], Math.Abs(weights[i]) / QuantizationParameters.SymmetricMax);
        for (int i = 0; i < weights.Length; i++)
        {
            int c = junction.ChannelOf(i);
            columns[c] += (double)weights[i] * weights[i];
            rows[c] += steps[i / reader.Columns] * steps[i / reader.Columns];
        }
        ValueRange all = ranges.Aggregate(static (a, b) => a.Hull(b)).Hull(default);
        double step = (all.High - (double)all.Low) / Levels;
        return [.. largest.Select((limit, c) =>
        {
            double best = Math.Pow(step * step * columns[c] / (rows[c] * squares[c]), 0.25);
            // A power of two: no weight is rounded anew.
            return double.IsFinite(best) ? (float)Math.Pow(2, Math.Floor(Math.Log2(Math.Clamp(best * Math.Sqrt(2), 1, limit)))) : 1;
        })];
    }
}
