using EdgeKit.Quantization.Passes;

namespace EdgeKit.Quantization;

/// <summary>Two histograms of a tensor: its elements, and its elements counted as often as an error in their channel weighs behind the tensor's readers.</summary>
internal sealed class TensorHistograms
{
    /// <summary>Every element once.</summary>
    public Histogram Plain { get; } = new();

    /// <summary>Every element with its channel's weight.</summary>
    public Histogram Weighted { get; } = new();

    /// <summary>Measures values on all images.</summary>
    /// <param name="run">Graph, images, threads.</param>
    /// <param name="weights">The values, each with one weight a channel, or one for all.</param>
    public static Dictionary<string, TensorHistograms> Measure(QuantizationRun run, IReadOnlyDictionary<string, int[]> weights)
    {
        return ImageLoop.Run(run, "measure", [.. weights.Keys], Create, Visit, Merge);

        Dictionary<string, TensorHistograms> Create() => weights.Keys.ToDictionary(static name => name, static _ => new TensorHistograms(), StringComparer.Ordinal);
        void Visit(Dictionary<string, TensorHistograms> own, string name, ReadOnlySpan<float> data) => own[name].Add(data, weights[name]);
        static void Merge(Dictionary<string, TensorHistograms> all, Dictionary<string, TensorHistograms> own)
        {
            foreach ((string name, TensorHistograms h) in own) all[name].Merge(h);
        }
    }

    /// <summary>Adds all that <paramref name="other"/> has seen.</summary>
    public void Merge(TensorHistograms other)
    {
        Plain.Merge(other.Plain);
        Weighted.Merge(other.Weighted);
    }

    private void Add(ReadOnlySpan<float> data, int[] weights)
    {
        Plain.Add(data);
        int positions = data.Length / weights.Length;
        for (int c = 0; c < weights.Length; c++) Weighted.Add(data.Slice(c * positions, positions), weights[c]);
    }
}
