using EdgeKit.Cli.Models;
using EdgeKit.Imaging;
using EdgeKit.Onnx;
using EdgeKit.Training;
using EdgeKit.Training.Distilling;
using EdgeKit.Training.Losses;
using EdgeKit.Training.Optimizing;
using EdgeKit.Training.Running;

namespace EdgeKit.Cli.Training;

/// <summary>How a classifier is trained.</summary>
internal sealed record ClassifierTrainingOptions
{
    /// <summary>How batches are made.</summary>
    public required BatchOptions Batches { get; init; }

    /// <summary>How often every picture is taken.</summary>
    public required int Epochs { get; init; }

    /// <summary>The rate, whose number of steps is yet to be set; the warm-up is in epochs.</summary>
    public required LearningRate Rate { get; init; }

    /// <summary>Makes the optimizer.</summary>
    public required Func<IReadOnlyList<Parameter>, Optimizer> Optimizer { get; init; }

    /// <summary>Share of the target that is spread over all classes.</summary>
    public float Smoothing { get; init; }

    /// <summary>The largest norm of the gradients.</summary>
    public double ClipNorm { get; init; } = double.PositiveInfinity;

    /// <summary>Decay of the average of the weights; 0 for none.</summary>
    public double AverageDecay { get; init; }

    /// <summary>What is trained and how, in text.</summary>
    public required string Job { get; init; }

    /// <summary>Folder of the checkpoints; null for none.</summary>
    public string? Checkpoints { get; init; }

    /// <summary>Steps between checkpoints.</summary>
    public long CheckpointEvery { get; init; } = 500;
}

/// <summary>Trains the weights of a classifier on labelled pictures.</summary>
internal static class ClassifierTraining
{
    /// <summary>Changes the graph's constants to what was learned.</summary>
    /// <param name="model">The model, whose graph is changed.</param>
    /// <param name="pictures">Labelled pictures.</param>
    /// <param name="options">How.</param>
    /// <param name="terminal">For progress.</param>
    /// <returns>The loss of every step.</returns>
    public static IReadOnlyList<float> Run(OnnxModel model, IReadOnlyList<ImageItem> pictures, ClassifierTrainingOptions options, Terminal terminal)
    {
        Preprocessing preprocessing = model.RequirePreprocessing();
        Value output = model.Graph.Outputs[0], logits = output.Producer is { } last && last.Is("Softmax") ? last.Input(0) : output;
        int classes = Tensor.ElementCount(logits.Dims);
        if (pictures.FirstOrDefault(p => p.Label is not { } label || label + preprocessing.LabelOffset >= classes) is { } wrong)
        {
            throw CliException.Failure(wrong.Label is { } label
                ? $"{wrong.Name}: the class {label} does not exist in {model.Path}, which has {classes} outputs and label_offset {preprocessing.LabelOffset}"
                : $"{wrong.Name}: has no class; give a label file by --labels");
        }
        var network = new TrainingNetwork(model.Graph.WithOutputs([logits.Name]));
        var batches = new PictureBatches(new PictureStore(pictures, preprocessing), preprocessing.Height, preprocessing.Width, options.Batches with { Classes = classes, LabelOffset = preprocessing.LabelOffset });
        int epoch = batches.StepsPerEpoch;
        var plan = new TrainingPlan
        {
            Job = options.Job,
            Rate = options.Rate with { Steps = (long)options.Epochs * epoch, WarmUp = options.Rate.WarmUp * epoch },
            ClipNorm = options.ClipNorm,
            AverageDecay = options.AverageDecay,
            Checkpoints = options.Checkpoints is { } folder ? new CheckpointFolder(folder) : null,
            CheckpointEvery = options.CheckpointEvery,
        };
        var trainer = new Trainer(plan, options.Optimizer(network.Parameters), network.Statistics.Select(static s => new StateArray(s.Key, s.Value)));
        using (var bar = new TrainingBar(terminal, "training"))
        {
            trainer.Run(batches.Make, batch =>
            {
                network.Forward(batch.Input, NetworkMode.Training);
                Tensor predicted = network.Read(logits.Name);
                float[] slope = new float[predicted.Length];
                double loss = CrossEntropy.Evaluate(predicted.AsSpan<float>(), batch.Targets, classes, slope, options.Smoothing);
                network.ClearGradients();
                network.Backward(new Dictionary<string, Tensor> { [logits.Name] = Tensor.Of(slope, predicted.Shape) });
                return loss;
            }, bar.Report, terminal.Note, terminal.Cancel);
        }
        network.WriteTo(model.Graph);
        return trainer.Losses;
    }
}
