using EdgeKit.Onnx;
using EdgeKit.Training.Optimizing;
using EdgeKit.Training.Quantizing;
using EdgeKit.Training.Running;

namespace EdgeKit.Training.Distilling;

/// <summary>
/// Teaches a smaller network what a larger one computes, on pictures without labels: block by block (as Li et al., "Few Sample Knowledge Distillation", 2020,
/// do for pruned networks), then all of it by the teacher's logits and features.
/// </summary>
public sealed class Distiller
{
    private const int MatchingPictures = 32;

    private readonly Graph _student;
    private readonly Graph _teacher;
    private readonly Func<string, long, Tensor> _pictures;
    private readonly DistillationOptions _options;
    private readonly FakeQuantization? _rounding;
    private readonly Action<string, TrainingProgress>? _progress;
    private readonly Action<string>? _note;
    private readonly CancellationToken _cancel;
    private readonly List<StageResult> _stages = [];

    private Distiller(Graph student, Graph teacher, Func<string, long, Tensor> pictures, DistillationOptions options, FakeQuantization? rounding,
        Action<string, TrainingProgress>? progress, Action<string>? note, CancellationToken cancel)
    {
        _student = student;
        _teacher = teacher;
        _pictures = pictures;
        _options = options;
        _rounding = rounding;
        _progress = progress;
        _note = note;
        _cancel = cancel;
    }

    /// <summary>Trains the weights of a graph in place.</summary>
    /// <param name="student">The graph that learns. Its values have the names of the teacher's; feature maps may lack channels.</param>
    /// <param name="teacher">The graph that it learns from, with the same input.</param>
    /// <param name="pictures">The inputs [N,C,H,W] of a stage's step, a function of both alone.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Told after each step of a stage.</param>
    /// <param name="note">Told what a person should know.</param>
    /// <param name="cancel">Ends the work early.</param>
    /// <returns>What each stage did.</returns>
    /// <exception cref="ModelException">An operator cannot be trained through, or the graphs do not fit each other.</exception>
    /// <exception cref="TrainingException">The training diverged, or its checkpoints are of another.</exception>
    /// <exception cref="TrainingInterruptedException">It was cancelled.</exception>
    public static IReadOnlyList<StageResult> Run(Graph student, Graph teacher, Func<string, long, Tensor> pictures, DistillationOptions options,
        Action<string, TrainingProgress>? progress = null, Action<string>? note = null, CancellationToken cancel = default)
    {
        var distiller = new Distiller(student, teacher, pictures, options, rounding: null, progress, note, cancel);
        distiller.Run();
        return distiller._stages;
    }

    /// <summary>
    /// Trains the weights and scales of a quantized model to give, rounded to 8 bits, what its teacher gives (Jacob et al., "Quantization and Training of Neural
    /// Networks for Efficient Integer-Arithmetic-Only Inference", 2018), by the outputs alone and all at once. Scales are learned through their logarithms (Jain
    /// et al., "Trained Quantization Thresholds", 2020); zero points stay.
    /// </summary>
    /// <param name="model">The model with rounding; the constants of its graph become what was learned.</param>
    /// <param name="teacher">The graph that it learns from.</param>
    /// <param name="pictures">The inputs [N,C,H,W] of a stage's step, a function of both alone.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Told after each step.</param>
    /// <param name="note">Told what a person should know.</param>
    /// <param name="cancel">Ends the work early.</param>
    /// <returns>What was done.</returns>
    /// <inheritdoc cref="Run(Graph, Graph, Func{string, long, Tensor}, DistillationOptions, Action{string, TrainingProgress}, Action{string}, CancellationToken)" path="/exception"/>
    public static StageResult Run(FakeQuantization model, Graph teacher, Func<string, long, Tensor> pictures, DistillationOptions options,
        Action<string, TrainingProgress>? progress = null, Action<string>? note = null, CancellationToken cancel = default)
    {
        var distiller = new Distiller(model.Graph, teacher, pictures, options, model, progress, note, cancel);
        distiller.Learn("8 bits", distiller.Outputs(), model.Fixed.Contains, options.Steps);
        return distiller._stages[0];
    }

    private void Run()
    {
        DistillationTarget[] blocks = Blocks(), outputs = Outputs();
        HashSet<string> done = new(StringComparer.Ordinal);
        for (int i = 0; i < blocks.Length && _options.BlockSteps > 0; i++)
        {
            HashSet<string> reached = Constants(_student.WithOutputs([blocks[i].Name]));
            Learn($"block {i + 1} of {blocks.Length}", [blocks[i]], name => done.Contains(name), _options.BlockSteps);
            done = reached;
        }
        if (_options.Steps == 0) return;
        float share = _options.FeatureWeight / Math.Max(blocks.Length, 1);
        Learn("all", [.. outputs, .. blocks.Select(b => b with { Weight = share })], static _ => false, _options.Steps);
    }

    private void Learn(string stage, DistillationTarget[] targets, Func<string, bool> frozen, long steps)
    {
        string[] names = [.. targets.Select(static t => t.Name)];
        var student = new TrainingNetwork(_student.WithOutputs(names), new NetworkOptions { Frozen = frozen });
        RoundedWeights? rounded = _rounding is null ? null : new RoundedWeights(student.Parameters, _rounding.Weights);
        var teacher = new TrainingNetwork(_teacher.WithOutputs(names), new NetworkOptions { Frozen = static _ => true });
        if (student.Parameters.Count == 0) return;
        var plan = new TrainingPlan
        {
            Job = $"{_options.Job}\n{stage}",
            Rate = new LearningRate { Peak = _options.Rate, Steps = steps, WarmUp = steps / 20 },
            ClipNorm = 10,
            Checkpoints = _options.Checkpoints is { } folder ? new CheckpointFolder(Path.Combine(folder, stage.Replace(' ', '-'))) : null,
            CheckpointEvery = _options.CheckpointEvery,
        };
        var trainer = new Trainer(plan, new Adam(student.Parameters), student.Statistics.Select(static s => new StateArray(s.Key, s.Value)));
        trainer.Run(step => _pictures(stage, step), batch =>
        {
            teacher.Forward(batch, NetworkMode.Inference);
            rounded?.Round();
            student.Forward(batch, _options.BatchNorm);
            student.ClearGradients();
            double loss = 0;
            var gradients = new Dictionary<string, Tensor>(StringComparer.Ordinal);
            foreach (DistillationTarget target in targets)
            {
                loss += target.Evaluate(student.Read(target.Name), teacher.Read(target.Name), _options.Temperature, out Tensor gradient);
                gradients[target.Name] = gradient;
            }
            student.Backward(gradients);
            rounded?.Restore();
            return loss;
        }, p => _progress?.Invoke(stage, p), _note, _cancel);
        student.WriteTo(_student);
        _stages.Add(new StageResult(stage, trainer.Losses));
    }

    /// <summary>The ends of blocks that the teacher has too, with the teacher's channels.</summary>
    private DistillationTarget[] Blocks()
    {
        Value[] ends =
        [
            .. CutPoints.EndsOfBlocks(_student, _options.MostBlocks)
                .Where(v => _teacher.Find(v.Name)?.Shape is { Length: 4 } t && t.AsSpan(2).SequenceEqual(v.Shape.AsSpan(2)) && t[1] >= v.Shape![1]),
        ];
        if (ends.Length == 0) return [];
        string[] names = [.. ends.Select(static v => v.Name)];
        var student = new TrainingNetwork(_student.WithOutputs(names), new NetworkOptions { Frozen = static _ => true });
        var teacher = new TrainingNetwork(_teacher.WithOutputs(names), new NetworkOptions { Frozen = static _ => true });
        Tensor pictures = First(_pictures("matching", 0), MatchingPictures);
        student.Forward(pictures, NetworkMode.Inference);
        teacher.Forward(pictures, NetworkMode.Inference);
        return [.. ends.Select(v =>
        {
            Tensor s = student.Read(v.Name), t = teacher.Read(v.Name);
            int[]? match = s.Shape[1] == t.Shape[1] ? null : ChannelMatching.Find(s.AsSpan<float>(), s.Shape[1], t.AsSpan<float>(), t.Shape[1], s.Shape[2] * s.Shape[3]);
            return new DistillationTarget(v.Name, match, 0, 1);
        })];
    }

    /// <summary>The outputs; of probabilities, the logits that they are made from.</summary>
    private DistillationTarget[] Outputs() =>
    [
        .. _student.Outputs.Select(output =>
        {
            Value value = output.Producer is { } producer && producer.Is("Softmax") ? producer.Input(0) : output;
            if (_teacher.Find(value.Name) is not { } other || !other.Dims.AsSpan().SequenceEqual(value.Dims))
                throw new ModelException($"the output '{value.Name}' {Shape(value)} has no counterpart in the teacher; give the model that this one was made from");
            bool logits = value.Dims.Length >= 2 && value.Dims[1] > 1 && Tensor.ElementCount(value.Dims) == value.Dims[1];
            return new DistillationTarget(value.Name, null, logits ? value.Dims[1] : 0, 1);
        }),
    ];

    private static HashSet<string> Constants(Graph graph) => [.. graph.Values.Where(static v => v.IsConstant).Select(static v => v.Name)];

    private static Tensor First(Tensor pictures, int most)
    {
        int count = Math.Min(most, pictures.Shape[0]), size = pictures.Length / pictures.Shape[0];
        return Tensor.Of(pictures.AsSpan<float>()[..(count * size)].ToArray(), [count, .. pictures.Shape[1..]]);
    }

    private static string Shape(Value value) => $"[{string.Join(',', value.Dims)}]";
}
