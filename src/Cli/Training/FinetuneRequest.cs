using EdgeKit.Training.Distilling;

namespace EdgeKit.Cli.Training;

/// <summary>How a model learns from the one that it was made from.</summary>
internal sealed record FinetuneRequest
{
    /// <summary>Stages, rates and checkpoints of the float model; its <see cref="DistillationOptions.Job"/> says the settings.</summary>
    public DistillationOptions Float { get; init; } = new();

    /// <summary>Steps of the quantized model; 0 for none.</summary>
    public long Int8Steps { get; init; } = 400;

    /// <summary>Peak of the learning rate of the quantized model.</summary>
    public double Int8Rate { get; init; } = 3e-4;

    /// <summary>Pictures of a step.</summary>
    public int Batch { get; init; } = 32;

    /// <summary>Seed of order and augmentation.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>The usual settings.</summary>
    public static FinetuneRequest Usual { get; } = new();

    /// <summary>The usual settings with other numbers of steps, in the usual proportion.</summary>
    /// <param name="steps">Steps in which the whole float model learns.</param>
    public static FinetuneRequest OfSteps(long steps) => new() { Float = new DistillationOptions { Steps = steps, BlockSteps = steps / 10 }, Int8Steps = steps };

    /// <summary>The quantized model's stage.</summary>
    public DistillationOptions Int8 => Float with { Steps = Int8Steps, Rate = Int8Rate, BlockSteps = 0 };
}
