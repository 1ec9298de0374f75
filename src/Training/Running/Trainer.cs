using EdgeKit.Training.Optimizing;

namespace EdgeKit.Training.Running;

/// <summary>
/// The loop: batch, gradients, step. It goes on from the newest checkpoint, writes one now and then and when it is told to stop, and ends with the same numbers,
/// to the bit, however often it was stopped or killed.
/// </summary>
public sealed class Trainer
{
    private readonly TrainingPlan _plan;
    private readonly Optimizer _optimizer;
    private readonly StateArray[] _trained;
    private readonly StateArray[] _all;
    private readonly WeightAverage? _average;
    private readonly List<float> _losses = [];

    /// <param name="plan">How long and how.</param>
    /// <param name="optimizer">What changes the parameters.</param>
    /// <param name="others">What else the steps change, such as the running statistics of batch normalisation.</param>
    public Trainer(TrainingPlan plan, Optimizer optimizer, IEnumerable<StateArray> others)
    {
        _plan = plan;
        _optimizer = optimizer;
        _trained = [.. optimizer.Parameters.Select(static p => new StateArray(p.Name, p.Value)), .. others];
        _average = plan.AverageDecay > 0 ? new WeightAverage(_trained.Select(static a => a.Tensor.Length), plan.AverageDecay) : null;
        _all =
        [
            .. _trained,
            .. optimizer.State.Select(static s => StateArray.Of($"optimizer/{s.Name}", s.Values)),
            .. _average is null ? [] : _trained.Select((a, i) => StateArray.Of($"average/{a.Name}", _average.Averages[i])),
        ];
    }

    /// <summary>The loss of every step done.</summary>
    public IReadOnlyList<float> Losses => _losses;

    /// <summary>Trains to the end; then the parameters hold the result.</summary>
    /// <typeparam name="T">A batch.</typeparam>
    /// <param name="prepare">Makes the batch of a step (from 0), which must be a function of it alone; may be called from other threads.</param>
    /// <param name="gradients">Sets the parameters' gradients for a batch and returns its loss.</param>
    /// <param name="progress">Told after each step.</param>
    /// <param name="note">Told what a person should know.</param>
    /// <param name="cancel">Ends the work early, with a checkpoint.</param>
    /// <exception cref="TrainingException">The loss or a gradient is not finite, or the checkpoints are of another training.</exception>
    /// <exception cref="TrainingInterruptedException">It was cancelled.</exception>
    /// <exception cref="IOException">A checkpoint cannot be written; those before are as they were.</exception>
    public void Run<T>(Func<long, T> prepare, Func<T, double> gradients, Action<TrainingProgress>? progress = null, Action<string>? note = null, CancellationToken cancel = default)
    {
        Resume(note ?? (static _ => { }));
        long steps = _plan.Rate.Steps, saved = _losses.Count;
        var queue = new BatchQueue<T>(prepare, _losses.Count, steps, _plan.BatchesAhead);
        while (_losses.Count < steps)
        {
            long step = _losses.Count;
            if (cancel.IsCancellationRequested) throw Interrupted(step, saved, cancel);
            double loss = gradients(queue.Take());
            double norm = GradientNorm.Clip(_optimizer.Parameters, _plan.ClipNorm);
            if (!double.IsFinite(loss) || !double.IsFinite(norm)) throw Diverged(step, saved, double.IsFinite(loss) ? "a gradient" : "the loss");
            float rate = _plan.Rate.At(step);
            _optimizer.Step(rate);
            for (int i = 0; i < _trained.Length; i++) _average?.Update(i, _trained[i].Values, step);
            _losses.Add((float)loss);
            if (_plan.Checkpoints is not null && (step + 1) % _plan.CheckpointEvery == 0)
            {
                Save(saved);
                saved = step + 1;
            }
            progress?.Invoke(new TrainingProgress(step + 1, steps, loss, rate));
        }
        if (_plan.Checkpoints is not null && saved < steps) Save(saved);
        for (int i = 0; _average is not null && i < _trained.Length; i++) _average.Averages[i].CopyTo(_trained[i].Values);
    }

    private void Resume(Action<string> note)
    {
        if (_plan.Checkpoints?.Latest(_plan.Job, note) is not { } checkpoint) return;
        foreach (StateArray array in _all)
        {
            if (!checkpoint.Arrays.TryGetValue(array.Name, out float[]? values) || values.Length != array.Tensor.Length)
                throw new TrainingException($"{_plan.Checkpoints.Path}: the checkpoint does not fit the model at '{array.Name}'; give another folder");
            values.CopyTo(array.Values);
        }
        _losses.Clear();
        _losses.AddRange(checkpoint.Losses);
        _optimizer.Steps = checkpoint.Step;
        note($"{_plan.Checkpoints.Path}: going on after step {checkpoint.Step} of {_plan.Rate.Steps}");
    }

    private void Save(long saved)
    {
        if (Array.Find(_all, static a => !a.IsFinite) is { } broken) throw Diverged(_losses.Count - 1, saved, $"'{broken.Name}'");
        _plan.Checkpoints!.Save(new Checkpoint(_plan.Job, _losses.Count, [.. _losses], _all.ToDictionary(static a => a.Name, static a => a.Values.ToArray(), StringComparer.Ordinal)));
    }

    private TrainingInterruptedException Interrupted(long step, long saved, CancellationToken cancel)
    {
        if (_plan.Checkpoints is null) return new($"interrupted after step {step} of {_plan.Rate.Steps}; nothing was kept, as no checkpoints were asked for", cancel);
        if (saved < step) Save(saved);
        return new($"interrupted after step {step} of {_plan.Rate.Steps}; the same command goes on from there ({_plan.Checkpoints.Path})", cancel);
    }

    private TrainingException Diverged(long step, long saved, string what)
    {
        string kept = _plan.Checkpoints is null || saved == 0 ? "" : $"; the checkpoint after step {saved} in {_plan.Checkpoints.Path} is intact";
        return new($"{what} is not finite in step {step + 1}: the training has diverged; lower the learning rate or clip gradients{kept}");
    }
}
