namespace EdgeKit.Training;

/// <summary>How a <see cref="TrainingNetwork"/> is made from a graph.</summary>
public sealed record NetworkOptions
{
    /// <summary>
    /// Says, by name, which weights are not trained. Without it all are that a Conv, ConvTranspose, Gemm, MatMul, BatchNormalization or PRelu reads as
    /// weights, and a bias added behind a MatMul.
    /// </summary>
    public Func<string, bool>? Frozen { get; init; }

    /// <summary>
    /// Values beside the outputs that <see cref="TrainingNetwork.Read"/> and <see cref="TrainingNetwork.ReadGradient"/> show and that may have a gradient of
    /// their own, as in the distillation of features. Graph inputs among them get gradients.
    /// </summary>
    public IReadOnlyCollection<string> Observed { get; init; } = [];

    /// <summary>Threads to use; 0 for one on each core. Results are the same bits for every number.</summary>
    public int Threads { get; init; }

    /// <summary>Weight of a batch in the running mean and variance of batch normalisation.</summary>
    public float Momentum { get; init; } = 0.1f;
}
