using EdgeKit.Pruning.Identities;

namespace EdgeKit.Pruning.Scores;

/// <summary>
/// Weight magnitude (Li et al., "Pruning Filters for Efficient ConvNets", 2017): the norm of a channel's filter as its share of the norms of the
/// whole layer, summed over the layers and depthwise filters of the group, so that neither a layer's scale nor its width decides.
/// </summary>
public sealed class MagnitudeScore : IChannelScore
{
    private readonly bool _squared;

    private MagnitudeScore(string name, bool squared)
    {
        Name = name;
        _squared = squared;
    }

    /// <summary>Sum of absolute weights.</summary>
    public static MagnitudeScore L1 { get; } = new("l1", squared: false);

    /// <summary>Root of the sum of squared weights.</summary>
    public static MagnitudeScore L2 { get; } = new("l2", squared: true);

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public double[] Score(ChannelIdentities identities)
    {
        double[] scores = new double[identities.Groups.Count];
        foreach (WeightAxis filters in identities.WeightAxes)
        {
            if (!filters.IsFilters) continue;
            double[] norms = Norms(filters);
            double total = norms.Sum();
            for (int k = 0; k < norms.Length; k++) scores[filters.Channels[k]] += total > 0 ? norms[k] / total : 1.0 / norms.Length;
        }
        return scores;
    }

    private double[] Norms(WeightAxis filters)
    {
        double[] norms = new double[filters.Channels.Length];
        float[] weights = filters.Tensor.ToFloats();
        for (int k = 0; k < weights.Length; k++)
        {
            double w = Math.Abs((double)weights[k]);
            norms[filters.IndexOf(k)] += _squared ? w * w : w;
        }
        return _squared ? Array.ConvertAll(norms, Math.Sqrt) : norms;
    }
}
