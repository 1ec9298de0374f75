using EdgeKit.Pruning.Identities;

namespace EdgeKit.Pruning.Scores;

/// <summary>A criterion that says how much a channel group is worth; the groups with the lowest scores go first.</summary>
public interface IChannelScore
{
    /// <summary>Short name, as the command line takes it.</summary>
    string Name { get; }

    /// <summary>
    /// One score for each of <see cref="ChannelIdentities.Groups"/>, not negative and additive: what a set of groups costs is the sum of their scores, and
    /// scores of different layers are comparable.
    /// </summary>
    double[] Score(ChannelIdentities identities);
}
