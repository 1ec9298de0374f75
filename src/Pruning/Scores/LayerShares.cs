using EdgeKit.Pruning.Identities;

namespace EdgeKit.Pruning.Scores;

/// <summary>Sums of shares: within a layer a channel counts by its part of the layer's total, so that neither the scale of a layer nor its width decides; over layers the parts add up.</summary>
/// <param name="identities">The channels.</param>
internal sealed class LayerShares(ChannelIdentities identities)
{
    /// <summary>The sums, one a group.</summary>
    public double[] Scores { get; } = new double[identities.Groups.Count];

    /// <summary>Adds a layer.</summary>
    /// <param name="channels">The group at each position.</param>
    /// <param name="worth">What each position is worth, not negative; where all are worth nothing, they count as alike.</param>
    public void Add(int[] channels, double[] worth)
    {
        double total = worth.Sum();
        for (int k = 0; k < worth.Length; k++) Scores[channels[k]] += total > 0 ? worth[k] / total : 1.0 / worth.Length;
    }
}
