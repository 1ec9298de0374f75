using EdgeKit.Onnx;
using EdgeKit.Pruning.Budgets;
using EdgeKit.Pruning.Refit;
using EdgeKit.Pruning.Scores;

namespace EdgeKit.Pruning;

/// <summary>What to prune a graph to.</summary>
public sealed record PruneOptions
{
    /// <summary>The most that the model may cost; all must be met.</summary>
    public IReadOnlyList<Budget> Budgets { get; init; } = [Budget.MacShare(0.9)];

    /// <summary>The only budget: the share of the multiply-accumulates to keep, over 0 and at most 1.</summary>
    public double MacBudget { init => Budgets = [Budget.MacShare(value)]; }

    /// <summary>The machine of budgets of <see cref="BudgetQuantity.Time"/>.</summary>
    public ILayerCosts? Target { get; init; }

    /// <summary>
    /// Layers keep a multiple of this many output channels, where they had one; others go down to a multiple with the first cut.
    /// No layer gets fewer than this, or than it had. 1 allows any width.
    /// </summary>
    public int Multiple { get; init; } = 8;

    /// <summary>Largest share of its output channels that a layer may lose, 0 to 1.</summary>
    public double MaxLayerRatio { get; init; } = 0.75;

    /// <summary>The criterion.</summary>
    public IChannelScore Score { get; init; } = MagnitudeScore.L1;

    /// <summary>Inputs of the kind the model is for (NCHW, batch 1), for what is measured: some scores, and what the layers that are left are fitted to.</summary>
    public IReadOnlyList<Tensor> Pictures { get; init; } = [];

    /// <summary>Batch normalizations that were folded, by the name of the layer that took them in; for <see cref="BatchNormScore"/>.</summary>
    public IReadOnlyDictionary<string, BatchNormStatistics> BatchNorms { get; init; } = ScoreInputs.None.BatchNorms;

    /// <summary>How the layers that are left make up for the channels that are gone; null for the best that the pictures allow, which is none without.</summary>
    public RefitMethod? Refit { get; init; }

    /// <summary>Whether blocks with an identity shortcut may go as a whole; they are judged on pictures.</summary>
    public bool Blocks { get; init; }

    /// <summary>
    /// The most of a layer's output variance, 0 to 1, that may be lost by putting two narrower layers in the place of a matrix product or a 1x1 convolution, where they cost less; 0 for none.
    /// </summary>
    public double LowRank { get; init; }

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number lies outside of its range.</exception>
    public void Validate()
    {
        if (Budgets.Count == 0) throw new ArgumentOutOfRangeException(nameof(Budgets), "there is no budget");
        foreach (Budget budget in Budgets) budget.Validate();
        if (Target is null && Budgets.Any(static b => b.Quantity == BudgetQuantity.Time)) throw new ArgumentOutOfRangeException(nameof(Target), "a latency budget needs a target");
        if (!(LowRank >= 0 && LowRank < 1)) throw new ArgumentOutOfRangeException(nameof(LowRank), LowRank, "the error of low rank is a share: 0 or more and below 1");
        if (Multiple < 1) throw new ArgumentOutOfRangeException(nameof(Multiple), Multiple, "widths are multiples of 1 or more");
        if (!(MaxLayerRatio >= 0 && MaxLayerRatio <= 1)) throw new ArgumentOutOfRangeException(nameof(MaxLayerRatio), MaxLayerRatio, "the largest ratio of a layer is a share: 0 to 1");
    }
}
