using EdgeKit.Training.Optimizing;

namespace EdgeKit.Training.Running;

/// <summary>How long to train and how.</summary>
public sealed record TrainingPlan
{
    /// <summary>What is trained and how, in text: a checkpoint goes on only under the same.</summary>
    public required string Job { get; init; }

    /// <summary>The learning rate, and with it the number of steps.</summary>
    public required LearningRate Rate { get; init; }

    /// <summary>The largest norm of all gradients together.</summary>
    public double ClipNorm { get; init; } = double.PositiveInfinity;

    /// <summary>Decay of the average of the weights (<see cref="WeightAverage"/>), which is the result; 0 for the last weights.</summary>
    public double AverageDecay { get; init; }

    /// <summary>Where checkpoints go; null for none.</summary>
    public CheckpointFolder? Checkpoints { get; init; }

    /// <summary>Steps between checkpoints.</summary>
    public long CheckpointEvery { get; init; } = 500;

    /// <summary>Batches that are prepared ahead on other threads; 0 for none.</summary>
    public int BatchesAhead { get; init; } = 1;
}

/// <summary>How far a training is.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps of the whole training.</param>
/// <param name="Loss">The last step's loss.</param>
/// <param name="Rate">The last step's learning rate.</param>
public readonly record struct TrainingProgress(long Step, long Steps, double Loss, float Rate);
