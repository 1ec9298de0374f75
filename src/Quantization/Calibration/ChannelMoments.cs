using EdgeKit.Quantization.Passes;

namespace EdgeKit.Quantization;

/// <summary>Mean and standard deviation of the channels of feature maps, over some calibration images.</summary>
internal static class ChannelMoments
{
    private const int Pictures = 48;

    /// <summary>Measures feature maps [1,C,…] of the run's graph.</summary>
    /// <param name="run">Graph and images.</param>
    /// <param name="values">Names of the values.</param>
    public static Dictionary<string, (double[] Mean, double[] Deviation)> Measure(QuantizationRun run, string[] values)
    {
        HeldPictures pictures = HeldPictures.Pick(run, Pictures);
        Dictionary<string, (double[] Mean, double[] Square)>[] seen = pictures.Map(run.Options.Threads, () => run.Options.ActivationSource(run.Graph), (source, picture) =>
        {
            var own = new Dictionary<string, (double[], double[])>(StringComparer.Ordinal);
            source.Run(picture, values, (name, data) => own[name] = Moments(data, run.Graph.Find(name)!.Dims[1]));
            return own;
        }, run.Cancel);
        return values.ToDictionary(static v => v, v =>
        {
            double[] mean = new double[seen[0][v].Mean.Length], deviation = new double[mean.Length];
            for (int c = 0; c < mean.Length; c++)
            {
                mean[c] = seen.Average(s => s[v].Mean[c]);
                deviation[c] = Math.Sqrt(Math.Max(0, seen.Average(s => s[v].Square[c]) - mean[c] * mean[c]));
            }
            return (mean, deviation);
        }, StringComparer.Ordinal);
    }

    private static (double[] Mean, double[] Square) Moments(ReadOnlySpan<float> data, int channels)
    {
        double[] mean = new double[channels], square = new double[channels];
        int positions = data.Length / channels;
        for (int c = 0; c < channels; c++)
        {
            foreach (float v in data.Slice(c * positions, positions))
            {
                mean[c] += v;
                square[c] += (double)v * v;
            }
            mean[c] /= positions;
            square[c] /= positions;
        }
        return (mean, square);
    }
}
