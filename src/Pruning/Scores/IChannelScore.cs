using EdgeKit.Onnx;
using EdgeKit.Pruning.Identities;

namespace EdgeKit.Pruning.Scores;

/// <summary>A criterion that says how much a channel group is worth; the groups with the lowest scores go first.</summary>
public interface IChannelScore
{
    /// <summary>Short name, as the command line takes it.</summary>
    string Name { get; }

    /// <summary>Whether the score is measured on pictures.</summary>
    bool NeedsPictures => false;

    /// <summary>
    /// One score for each of <see cref="ChannelIdentities.Groups"/>, not negative and additive: what a set of groups costs is the sum of their scores, and
    /// scores of different layers are comparable.
    /// </summary>
    /// <param name="identities">The channels.</param>
    /// <param name="inputs">What else there is to judge by.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ModelException">The score does not apply to the model.</exception>
    double[] Score(ChannelIdentities identities, ScoreInputs inputs, CancellationToken cancellation = default);
}

/// <summary>What scores judge by besides the graph.</summary>
public sealed record ScoreInputs
{
    /// <summary>Nothing else.</summary>
    public static ScoreInputs None { get; } = new();

    /// <summary>Pictures, NCHW of batch 1; none where there are none.</summary>
    public IReadOnlyList<Tensor> Pictures { get; init; } = [];

    /// <summary>Batch normalizations that were folded, by the name of the layer that took them in.</summary>
    public IReadOnlyDictionary<string, BatchNormStatistics> BatchNorms { get; init; } = new Dictionary<string, BatchNormStatistics>();
}
