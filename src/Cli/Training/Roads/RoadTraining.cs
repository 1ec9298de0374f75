using EdgeKit.Compiler;
using EdgeKit.Onnx;
using EdgeKit.Training;
using EdgeKit.Training.Optimizing;
using EdgeKit.Training.Running;

namespace EdgeKit.Cli.Training.Roads;

/// <summary>How a model for road pictures is trained.</summary>
internal sealed record RoadTrainingOptions
{
    /// <summary>Number of steps.</summary>
    public required long Steps { get; init; }

    /// <summary>Pictures of a step.</summary>
    public int Batch { get; init; } = 16;

    /// <summary>Peak of the learning rate.</summary>
    public double Rate { get; init; } = 3e-3;

    /// <summary>How often a scene is drawn.</summary>
    public double Reuse { get; init; } = 6;

    /// <summary>Seed of weights, scenes and augmentation.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Folder of the checkpoints; null for none.</summary>
    public string? Checkpoints { get; init; }

    /// <summary>Steps between checkpoints.</summary>
    public long CheckpointEvery { get; init; } = 250;
}

/// <summary>Trains a network from random weights on scenes that are rendered meanwhile.</summary>
internal static class RoadTraining
{
    private const float WeightDecay = 0.01f;
    private const double ClipNorm = 5, LongestMemory = 0.998;
    private const long WarmUp = 100;

    /// <summary>Trains.</summary>
    /// <param name="task">What is learned.</param>
    /// <param name="options">How.</param>
    /// <param name="terminal">For progress.</param>
    /// <returns>The trained graph, which carries the preprocessing, and the loss of every step.</returns>
    public static (Graph Graph, IReadOnlyList<float> Losses) Run(IRoadTask task, RoadTrainingOptions options, Terminal terminal)
    {
        IReadOnlyList<RoadPart> parts = task.Parts(options.Batch);
        var copies = new RoadNetwork(parts, options.Seed);
        TrainingNetwork network = copies.Main;
        var batches = new RoadBatches(task.Preprocessing, parts, options.Reuse, options.Seed);
        var plan = new TrainingPlan
        {
            // Thresholds of the decoder do not change what is learned.
            Job = Units.Invariant($"{task.Name} {(task.Preprocessing with { Decoder = null }).ToJson()} {options with { Checkpoints = null, CheckpointEvery = 0 }}"),
            Rate = new LearningRate { Peak = options.Rate, Steps = options.Steps, WarmUp = Math.Min(WarmUp, options.Steps / 10) },
            ClipNorm = ClipNorm,
            AverageDecay = Math.Min(LongestMemory, 1 - 10.0 / options.Steps),
            Checkpoints = options.Checkpoints is { } folder ? new CheckpointFolder(folder) : null,
            CheckpointEvery = options.CheckpointEvery,
        };
        var optimizer = new Adam(network.Parameters) { WeightDecay = WeightDecay, Decoupled = true };
        var trainer = new Trainer(plan, optimizer, network.Statistics.Select(static s => new StateArray(s.Key, s.Value)));
        using (var bar = new TrainingBar(terminal, "training"))
        {
            trainer.Run(batches.Make, copies.Gradients, bar.Report, terminal.Note, terminal.Cancel);
        }
        Graph graph = task.CreateNetwork(options.Seed);
        network.ExportTo(graph);
        graph.Metadata[PlanCompiler.PreprocessingKey] = task.Preprocessing.ToJson();
        graph.Metadata[Zoo.WeightsKey] = "trained";
        return (graph, trainer.Losses);
    }
}
