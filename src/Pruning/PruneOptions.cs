using EdgeKit.Onnx;
using EdgeKit.Pruning.Scores;

namespace EdgeKit.Pruning;

/// <summary>What to prune a graph to.</summary>
public sealed record PruneOptions
{
    /// <summary>Share of the multiply-accumulates to keep, over 0 and at most 1.</summary>
    public double MacBudget { get; init; } = 0.9;

    /// <summary>
    /// Layers keep a multiple of this many output channels, where they had one; others go down to a multiple with the first cut.
    /// No layer gets fewer than this, or than it had. 1 allows any width.
    /// </summary>
    public int Multiple { get; init; } = 8;

    /// <summary>Largest share of its output channels that a layer may lose, 0 to 1.</summary>
    public double MaxLayerRatio { get; init; } = 0.75;

    /// <summary>The criterion.</summary>
    public IChannelScore Score { get; init; } = MagnitudeScore.L1;

    /// <summary>
    /// Inputs of the kind the model is for (NCHW, batch 1), to measure what removed channels gave to later layers on average: it goes into their biases.
    /// Null leaves the biases as they are.
    /// </summary>
    public IEnumerable<Tensor>? Pictures { get; init; }

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number lies outside of its range.</exception>
    public void Validate()
    {
        if (!(MacBudget > 0 && MacBudget <= 1)) throw new ArgumentOutOfRangeException(nameof(MacBudget), MacBudget, "the MAC budget is a share: over 0 and at most 1");
        if (Multiple < 1) throw new ArgumentOutOfRangeException(nameof(Multiple), Multiple, "widths are multiples of 1 or more");
        if (!(MaxLayerRatio >= 0 && MaxLayerRatio <= 1)) throw new ArgumentOutOfRangeException(nameof(MaxLayerRatio), MaxLayerRatio, "the largest ratio of a layer is a share: 0 to 1");
    }
}
