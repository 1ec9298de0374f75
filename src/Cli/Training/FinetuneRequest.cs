using EdgeKit.Training.Distilling;

namespace EdgeKit.Cli.Training;

/// <summary>How a model learns from the one that it was made from.</summary>
internal sealed record FinetuneRequest
{
    /// <summary>Stages, rates and checkpoints of the float model; its <see cref="DistillationOptions.Job"/> says the settings.</summary>
    public required DistillationOptions Float { get; init; }

    /// <summary>Steps of the quantized model; 0 for none.</summary>
    public required long Int8Steps { get; init; }

    /// <summary>Peak of the learning rate of the quantized model.</summary>
    public required double Int8Rate { get; init; }

    /// <summary>Pictures of a step.</summary>
    public required int Batch { get; init; }

    /// <summary>Seed of order and augmentation.</summary>
    public required long Seed { get; init; }

    /// <summary>The quantized model's stage.</summary>
    public DistillationOptions Int8 => Float with { Steps = Int8Steps, Rate = Int8Rate, BlockSteps = 0 };
}
