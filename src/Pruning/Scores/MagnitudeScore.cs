using EdgeKit.Pruning.Identities;

namespace EdgeKit.Pruning.Scores;

/// <summary>
/// Weight magnitude (Li et al., "Pruning Filters for Efficient ConvNets", 2017), summed over a group: a channel's part of a layer's weights is the norm
/// of its entries as a share of the norms of all of them, so that neither the scale of a layer nor its width decides.
/// </summary>
/// <remarks>
/// Where batch normalization is folded, the norm of a filter is mostly the reciprocal of the standard deviation it was divided by; the weights with which
/// the next layers read the channel keep their meaning. So there are scores of these alone, and one of all entries of a group, as the literature has it.
/// </remarks>
public sealed class MagnitudeScore : IChannelScore
{
    private readonly bool _squared;
    private readonly bool _readers;
    private readonly bool _filters;

    private MagnitudeScore(string name, bool squared, bool readers, bool filters)
    {
        Name = name;
        _squared = squared;
        _readers = readers;
        _filters = filters;
    }

    /// <summary>Absolute weights of all that is coupled: the filters that compute a channel, depthwise ones among them, and the columns that read it.</summary>
    public static MagnitudeScore Group { get; } = new("magnitude", squared: false, readers: true, filters: true);

    /// <summary>Absolute weights of the columns that read a channel.</summary>
    public static MagnitudeScore L1 { get; } = new("l1", squared: false, readers: true, filters: false);

    /// <summary>Root of the squared weights of the columns that read a channel.</summary>
    public static MagnitudeScore L2 { get; } = new("l2", squared: true, readers: true, filters: false);

    /// <summary>Absolute weights of the filters that compute a channel, depthwise ones among them.</summary>
    public static MagnitudeScore FilterL1 { get; } = new("filter-l1", squared: false, readers: false, filters: true);

    /// <summary>Root of the squared weights of the filters that compute a channel, depthwise ones among them.</summary>
    public static MagnitudeScore FilterL2 { get; } = new("filter-l2", squared: true, readers: false, filters: true);

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public double[] Score(ChannelIdentities identities, ScoreInputs inputs, CancellationToken cancellation = default)
    {
        var shares = new LayerShares(identities);
        foreach (WeightAxis axis in identities.WeightAxes)
            if (axis.IsWeights && (axis.Role == ChannelRole.Consumer ? _readers : _filters)) shares.Add(axis.Channels, Norms(axis));
        return shares.Scores;
    }

    private double[] Norms(WeightAxis axis)
    {
        double[] norms = new double[axis.Channels.Length];
        float[] weights = axis.Tensor.ToFloats();
        for (int k = 0; k < weights.Length; k++)
        {
            double w = Math.Abs((double)weights[k]);
            norms[axis.IndexOf(k)] += _squared ? w * w : w;
        }
        return _squared ? Array.ConvertAll(norms, Math.Sqrt) : norms;
    }
}
