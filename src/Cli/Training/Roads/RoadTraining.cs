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
        var network = new TrainingNetwork(task.CreateNetwork(options.Seed));
        var batches = new RoadBatches(task, options.Batch, options.Reuse, options.Seed);
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
            trainer.Run(batches.Make, batch =>
            {
                network.Forward(batch.Input, NetworkMode.Training);
                (double loss, Tensor[] slopes) = Evaluate(task, [.. network.Outputs.Select(network.Read)], batch.Targets);
                network.ClearGradients();
                network.Backward(network.Outputs.Zip(slopes).ToDictionary(static s => s.First, static s => s.Second));
                return loss;
            }, bar.Report, terminal.Note, terminal.Cancel);
        }
        Graph graph = network.Export();
        graph.Metadata[PlanCompiler.PreprocessingKey] = task.Preprocessing.ToJson();
        graph.Metadata[Zoo.WeightsKey] = "trained";
        return (graph, trainer.Losses);
    }

    private static (double Loss, Tensor[] Slopes) Evaluate(IRoadTask task, Tensor[] outputs, float[] targets)
    {
        int count = targets.Length / task.TargetLength;
        float[] predicted = Joined(outputs, count), slope = new float[predicted.Length];
        int length = predicted.Length / count;
        double normaliser = Enumerable.Range(0, count).Sum(i => task.Weight(targets.AsSpan(i * task.TargetLength, task.TargetLength)));
        double[] losses = new double[count];
        Parallel.For(0, count, i => losses[i] = task.Evaluate(
            predicted.AsSpan(i * length, length), targets.AsSpan(i * task.TargetLength, task.TargetLength), Math.Max(normaliser, 1), slope.AsSpan(i * length, length)));
        return (losses.Sum(), Parted(slope, outputs, count));
    }

    /// <summary>The outputs by picture: all of the first picture, all of the second, and so on.</summary>
    private static float[] Joined(Tensor[] outputs, int count)
    {
        float[] joined = new float[outputs.Sum(static o => o.Length)];
        int at = 0;
        for (int i = 0; i < count; i++)
        {
            foreach (Tensor output in outputs)
            {
                int length = output.Length / count;
                output.AsSpan<float>().Slice(i * length, length).CopyTo(joined.AsSpan(at));
                at += length;
            }
        }
        return joined;
    }

    /// <summary>The way back from <see cref="Joined"/>.</summary>
    private static Tensor[] Parted(float[] joined, Tensor[] outputs, int count)
    {
        float[][] parts = [.. outputs.Select(static o => new float[o.Length])];
        int at = 0;
        for (int i = 0; i < count; i++)
        {
            foreach (float[] part in parts)
            {
                int length = part.Length / count;
                joined.AsSpan(at, length).CopyTo(part.AsSpan(i * length));
                at += length;
            }
        }
        return [.. parts.Zip(outputs, static (part, output) => Tensor.Of(part, output.Shape))];
    }
}
