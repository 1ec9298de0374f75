using EdgeKit.Pruning.Identities;

namespace EdgeKit.Pruning.Scores;

/// <summary>A criterion that says how much a channel group is worth; the groups with the lowest scores go first.</summary>
public interface IChannelScore
{
    /// <summary>Short name, as the command line takes it.</summary>
    string Name { get; }

    /// <summary>
    /// One score for each of <see cref="ChannelIdentities.Groups"/>, not negative and additive: the scores of all channels of a layer that computes
    /// nothing else sum up to 1, and a group that spans several layers has the sum of what it is worth in each.
    /// </summary>
    double[] Score(ChannelIdentities identities);
}
