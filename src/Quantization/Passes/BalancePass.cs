using System.Globalization;
using EdgeKit.Onnx;
using EdgeKit.Statistics;

namespace EdgeKit.Quantization.Passes;

/// <summary>Shares the error between activations and the weights that read them.</summary>
/// <param name="leastPictures">Fewer pictures do not tell how far every single channel goes: channels that were scaled up to the tensor's range are then cut off in others.</param>
internal sealed class BalancePass(int leastPictures = ChannelFactors.LeastPictures) : QuantizationPass
{
    private const int Levels = 255;

    // Other pictures drive channels further than those that are calibrated on: what is scaled up to half of the range stays in it there.
    private const double Headroom = 2;

    // Rounding to nearest leaves a twelfth of a squared step on average; a layer that leaves a hundredth of that was rounded before.
    private const double OnGrid = 0.01;

    public override string Name => "balance";

    public override string Explanation =>
        "Scales weak channels up and the columns that read them down, wherever Concat, Split and shuffles take them, until the error of rounding them is worth that of rounding the weights.";

    public override string Applies => "--weights per-channel; from 32 pictures on; channels between convolutions; a clip never acts on more than before";

    public override string? Run(QuantizationRun run)
    {
        if (run.Options.Weights != WeightGranularity.PerChannel || run.Images.Take(leastPictures).Count() < leastPictures) return null;
        ChannelClasses classes = ChannelClasses.Of(run.Graph);
        HashSet<int> kept = classes.Fixed();
        LinearLayer[] readers = [.. classes.Readers.Where(r => Array.Exists(classes.Of(r.Input)!, c => !kept.Contains(c)))];
        if (readers.Length == 0) return null;

        // Which tensors will share a scale, and so a range.
        IReadOnlyList<ScaleGroup> groups = ScaleGroups.Of(new QuantizationPlan(run.Graph, run.Options.KeepFloat, run.FunctionsAsTables), QuantizationPasses.IsOn(new SharedScalesPass(), run.Options));
        Dictionary<Value, int> groupOf = groups.SelectMany(static (g, i) => g.Members.Select(v => (v, i))).ToDictionary(static p => p.v, static p => p.i);
        Value[] measured = [.. classes.Values.Where(v => groupOf.ContainsKey(v))];
        ChannelRanges ranges = ChannelRanges.Measure(run, Name, measured);
        var hulls = new ValueRange[groups.Count];
        foreach (Value v in measured) hulls[groupOf[v]] = ranges[v.Name].Aggregate(hulls[groupOf[v]], static (a, b) => a.Hull(b));

        double[] limits = Limits(classes, measured, ranges, v => hulls[groupOf[v]]);
        foreach (int c in kept) limits[c] = 1;
        Errors errors = Measure(run, classes, readers, v => groupOf.TryGetValue(v, out int g) ? (hulls[g].High - (double)hulls[g].Low) / Levels : 0);
        float[] factors = [.. limits.Select((limit, c) => errors.Best(c, limit))];
        classes.Scale(factors);
        EqualizedScales.Record(run.Graph, classes.Values.Select(v => (v, Array.ConvertAll(classes.Of(v)!, c => factors[c]))));
        run.Graph.RemoveDead();
        float[] up = [.. factors.Where(static f => f > 1)];
        double mean = up.Length == 0 ? 1 : Math.Exp(up.Average(static f => Math.Log(f)));
        return string.Create(CultureInfo.InvariantCulture, $"{up.Length} channels before {readers.Length} layers scaled up, by {mean:F2} on average");
    }

    /// <summary>For each class the factor with which it nowhere leaves half of the range of its tensor, and no clip acts on what it did not act on before.</summary>
    private static double[] Limits(ChannelClasses classes, Value[] measured, ChannelRanges ranges, Func<Value, ValueRange> hull)
    {
        double[] limits = new double[classes.Count];
        Array.Fill(limits, double.PositiveInfinity);
        foreach (Value v in measured)
        {
            float[] own = RangeEqualization.Factors(ranges[v.Name], hull(v));
            int[] at = classes.Of(v)!;
            for (int k = 0; k < at.Length; k++) limits[at[k]] = Math.Min(limits[at[k]], Math.Max(1, own[k] / Headroom));
        }
        foreach (Node clip in classes.Clips.Where(c => measured.Contains(c.Output)))
        {
            float bound = clip.ConstantInput(2)!.ToFloats()[0];
            int[] at = classes.Of(clip.Output)!;
            for (int k = 0; k < at.Length; k++) limits[at[k]] = Math.Min(limits[at[k]], Math.Max(1, bound / Math.Max(ranges[clip.Output.Name][k].High, float.Epsilon)));
        }
        return limits;
    }

    private static Errors Measure(QuantizationRun run, ChannelClasses classes, LinearLayer[] readers, Func<Value, double> step)
    {
        var errors = new Errors(classes.Count);
        Dictionary<string, (double[] Mean, double[] Deviation)> moments = ChannelMoments.Measure(run, [.. readers.Select(static r => r.Input.Name).Distinct()]);
        foreach (LinearLayer reader in readers)
        {
            int[] at = classes.Of(reader.Input)!;
            (double[] mean, double[] deviation) = moments[reader.Input.Name];
            float[] weights = reader.Weights();
            double[] steps = new double[reader.Outputs];
            for (int i = 0; i < weights.Length; i++) steps[i / reader.Columns] = Math.Max(steps[i / reader.Columns], Math.Abs(weights[i]) / (double)QuantizationParameters.SymmetricMax);
            bool grid = IsOnGrid(weights, steps, reader.Columns);
            double read = step(reader.Input);
            for (int i = 0; i < weights.Length; i++)
            {
                int k = reader.ChannelOf(i), c = at[k];
                double own = steps[i / reader.Columns];
                errors.Activation[c] += read * read * weights[i] * weights[i];
                // The one column of a depthwise filter takes its row's scale with it: no integer changes.
                if (reader.IsDepthwise) continue;
                double rounding = own * own * (mean[k] * mean[k] + deviation[k] * deviation[k]);
                errors.Weight[c] += rounding;
                if (!grid) errors.WeightNow[c] += rounding;
            }
        }
        return errors;
    }

    private static bool IsOnGrid(float[] weights, double[] steps, int columns)
    {
        double error = 0, expected = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            double s = steps[i / columns];
            if (s == 0) continue;
            double rest = weights[i] - Math.Round(weights[i] / s) * s;
            error += rest * rest;
            expected += s * s / 12;
        }
        return error <= OnGrid * expected;
    }

    /// <summary>
    /// Twelve times what rounding leaves, summed over the outputs of all layers that read a class: of the activation, A = Σ (step · w)², and of the weights, B = Σ (row's step)² · mean square.
    /// Scaled by s they are A / s² and B s²: the rows' steps stay, the class grows.
    /// </summary>
    private sealed class Errors(int classes)
    {
        public double[] Activation { get; } = new double[classes];

        public double[] Weight { get; } = new double[classes];

        /// <summary>B as it is: layers whose weights lie on a grid of 8 bits leave nothing until they are scaled.</summary>
        public double[] WeightNow { get; } = new double[classes];

        /// <summary>The power of √2 with the least error.</summary>
        public float Best(int c, double limit)
        {
            (float best, double least) = (1, Activation[c] + WeightNow[c]);
            for (int e = 1; e <= ChannelFactors.LargestExponent && Math.Pow(2, e / 2.0) <= limit; e++)
            {
                double error = Activation[c] * Math.ScaleB(1, -e) + Weight[c] * Math.ScaleB(1, e);
                if (error < least) (best, least) = ((float)Math.Pow(2, e / 2.0), error);
            }
            return best;
        }
    }
}
