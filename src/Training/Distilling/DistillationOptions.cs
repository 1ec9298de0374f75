namespace EdgeKit.Training.Distilling;

/// <summary>How a student learns from its teacher.</summary>
public sealed record DistillationOptions
{
    /// <summary>Steps in which each block in turn learns to give what the teacher's gives; 0 to leave that out.</summary>
    public long BlockSteps { get; init; } = 40;

    /// <summary>Steps in which the whole learns.</summary>
    public long Steps { get; init; } = 400;

    /// <summary>The most blocks.</summary>
    public int MostBlocks { get; init; } = 8;

    /// <summary>Peak of the learning rate.</summary>
    public double Rate { get; init; } = 1e-3;

    /// <summary>Temperature of the comparison of logits.</summary>
    public float Temperature { get; init; } = 4;

    /// <summary>Weight of all features together where the whole learns; logits have 1.</summary>
    public float FeatureWeight { get; init; } = 1;

    /// <summary>Batch normalisation of the student: <see cref="NetworkMode.Frozen"/>, or <see cref="NetworkMode.Training"/> to estimate its statistics anew.</summary>
    public NetworkMode BatchNorm { get; init; } = NetworkMode.Frozen;

    /// <summary>What is trained, in text, for checkpoints.</summary>
    public string Job { get; init; } = "";

    /// <summary>Folder of the checkpoints, one folder in it for each stage; null for none.</summary>
    public string? Checkpoints { get; init; }

    /// <summary>Steps between checkpoints.</summary>
    public long CheckpointEvery { get; init; } = 100;
}

/// <summary>One stage of a distillation.</summary>
/// <param name="Name">What learns.</param>
/// <param name="Losses">The loss of every step.</param>
public sealed record StageResult(string Name, IReadOnlyList<float> Losses);
