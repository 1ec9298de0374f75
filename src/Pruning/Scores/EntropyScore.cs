using EdgeKit.Onnx;
using EdgeKit.Pruning.Identities;
using EdgeKit.Statistics;

namespace EdgeKit.Pruning.Scores;

/// <summary>
/// The entropy of what a channel holds where layers read it (after Luo and Wu, "An Entropy-based Method for Filter Pruning", 2017): of a histogram of its values over pictures and positions, whose
/// bins span the range of the whole layer, as a share of the layer's total. A channel that nearly always holds the same tells nothing.
/// </summary>
public sealed class EntropyScore : IChannelScore
{
    private const int Bins = 64;

    /// <inheritdoc/>
    public string Name => "entropy";

    /// <inheritdoc/>
    public bool NeedsPictures => true;

    /// <inheritdoc/>
    public double[] Score(ChannelIdentities identities, ScoreInputs inputs, CancellationToken cancellation = default)
    {
        var layers = identities.WeightAxes.Where(static w => w is { IsWeights: true, Role: ChannelRole.Consumer })
            .Select(w => (Value: w.Node.Input(0), Channels: identities.Of(w.Node.Input(0)))).Where(static l => l.Channels is { Axis: 1 }).DistinctBy(static l => l.Value).ToArray();
        string[] names = [.. layers.Select(static l => l.Value.Name)];
        var least = names.ToDictionary(static n => n, static _ => float.PositiveInfinity);
        var most = names.ToDictionary(static n => n, static _ => float.NegativeInfinity);
        ActivationPass.Run(identities.Graph, names, inputs.Pictures, (_, name, data) =>
        {
            least[name] = Math.Min(least[name], data.Min());
            most[name] = Math.Max(most[name], data.Max());
        }, null, cancellation);
        var counts = layers.ToDictionary(static l => l.Value.Name, static l => new int[l.Channels!.Groups.Length, Bins]);
        ActivationPass.Run(identities.Graph, names, inputs.Pictures, (_, name, data) =>
        {
            int[,] bins = counts[name];
            int plane = data.Length / bins.GetLength(0);
            float first = least[name], scale = Bins / Math.Max(most[name] - first, float.Epsilon);
            for (int k = 0; k < data.Length; k++) bins[k / plane, Math.Clamp((int)((data[k] - first) * scale), 0, Bins - 1)]++;
        }, null, cancellation);
        var shares = new LayerShares(identities);
        foreach ((Value value, ChannelVector? channels) in layers)
            shares.Add(channels!.Groups, [.. Enumerable.Range(0, channels.Groups.Length).Select(c => Entropy(counts[value.Name], c))]);
        return shares.Scores;
    }

    private static double Entropy(int[,] bins, int channel)
    {
        double total = 0, sum = 0;
        for (int b = 0; b < Bins; b++) total += bins[channel, b];
        for (int b = 0; b < Bins; b++)
            if (bins[channel, b] / total is > 0 and double p) sum -= p * Math.Log(p);
        return sum;
    }
}
