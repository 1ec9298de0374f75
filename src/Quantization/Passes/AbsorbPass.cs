using System.Globalization;
using EdgeKit.Onnx;

namespace EdgeKit.Quantization.Passes;

/// <summary>High-bias absorption (Nagel et al., "Data-Free Quantization", 2019, 4.1.3).</summary>
internal sealed class AbsorbPass : QuantizationPass
{
    private const double Deviations = 3;

    public override string Name => "absorb";

    public override string Explanation => "Moves the part of a bias that a rectified channel never falls below (mean less three deviations) into the next layer, which narrows the range.";

    public override string Applies => "--weights per-tensor, between layers of which the second has no padding";

    public override string? Run(QuantizationRun run)
    {
        if (run.Options.Weights != WeightGranularity.PerTensor || !run.Images.Any()) return null;
        List<Junction> junctions = [.. Junction.Find(run.Graph).Where(static j => j.IsRectified && j.Writer.Node.Optional(2) is not null && !IsPadded(j.Reader.Node))];
        if (junctions.Count == 0) return null;
        Dictionary<string, (double[] Mean, double[] Deviation)> moments = ChannelMoments.Measure(run, [.. junctions.Select(static j => j.Writer.Node.Output.Name)]);
        int absorbed = 0;
        foreach (Junction junction in junctions)
        {
            (double[] mean, double[] deviation) = moments[junction.Writer.Node.Output.Name];
            double[] shifts = [.. mean.Zip(deviation, static (m, d) => Math.Max(0, m - Deviations * d))];
            absorbed += shifts.Count(static s => s > 0);
            Move(junction, shifts);
        }
        run.Graph.RemoveDead();
        return string.Create(CultureInfo.InvariantCulture, $"biases of {absorbed} channels");
    }

    private static bool IsPadded(Node conv) => (conv.Attributes.Ints("pads") ?? []).Any(static p => p != 0);

    private static void Move(Junction junction, double[] shifts)
    {
        junction.Writer.SetBias([.. junction.Writer.Bias().Zip(shifts, static (b, s) => (float)(b - s))]);
        float[] weights = junction.Reader.Weights(), bias = junction.Reader.Bias();
        var moved = new double[bias.Length];
        for (int i = 0; i < weights.Length; i++) moved[i / junction.Reader.Columns] += weights[i] * shifts[junction.Reader.ChannelOf(i)];
        junction.Reader.SetBias([.. bias.Zip(moved, static (b, m) => (float)(b + m))]);
    }
}
