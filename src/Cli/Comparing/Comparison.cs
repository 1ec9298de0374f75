using EdgeKit.Cli.Models;
using EdgeKit.Imaging;

namespace EdgeKit.Cli.Comparing;

/// <summary>Runs two models on the same pictures.</summary>
internal sealed class Comparison
{
    // Decoding takes as long as a small net, and results do not depend on it.
    private const int Workers = 2;

    private readonly RunnableModel _model;
    private readonly RunnableModel _reference;
    private readonly ImageItem[] _pictures;
    private readonly Preprocessing _preprocessing;
    private readonly Preprocessing _preprocessingReference;
    private readonly bool _sameInput;
    private readonly ClassAxis?[] _axes;
    private readonly PictureResult[] _results;

    private Comparison(RunnableModel model, RunnableModel reference, ImageItem[] pictures)
    {
        _model = model;
        _reference = reference;
        _pictures = pictures;
        _preprocessing = model.RequirePreprocessing();
        _preprocessingReference = reference.RequirePreprocessing();
        _sameInput = _preprocessing.ToJson() == _preprocessingReference.ToJson();
        RequireSameOutputs();
        _axes = [.. model.Outputs.Select(o => ClassAxis.Of(o, _preprocessing))];
        _results = new PictureResult[pictures.Length];
    }

    /// <summary>The class axis where the model is a classifier.</summary>
    private ClassAxis? Classifier => _axes is [{ IsWholePicture: true } axis] ? axis : null;

    /// <summary>Compares on all pictures.</summary>
    /// <exception cref="CliException">The models' outputs differ in shape, or the labels do not fit.</exception>
    public static ComparisonReport Run(RunnableModel model, RunnableModel reference, ImageItem[] pictures, Terminal terminal)
    {
        var comparison = new Comparison(model, reference, pictures);
        using (var progress = new Progress(terminal, "comparing", pictures.Length)) comparison.RunAll(progress, terminal.Cancel);
        return comparison.Report();
    }

    private void RunAll(Progress progress, CancellationToken cancel)
    {
        int next = -1, done = 0;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        void Work()
        {
            try
            {
                using IModelRunner runner = _model.Open();
                using IModelRunner runnerReference = _reference.Open();
                for (int i = Interlocked.Increment(ref next); i < _pictures.Length; i = Interlocked.Increment(ref next))
                {
                    stop.Token.ThrowIfCancellationRequested();
                    _results[i] = RunOne(_pictures[i], runner, runnerReference);
                    progress.Report(Interlocked.Increment(ref done));
                }
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                stop.Cancel();
                throw;
            }
        }
        Task all = Task.WhenAll(Enumerable.Range(0, Math.Min(Workers, _pictures.Length)).Select(_ => Task.Run(Work, CancellationToken.None)));
        try
        {
            all.GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (all.Exception is { } failure)
        {
            throw failure.InnerExceptions[0];
        }
    }

    private PictureResult RunOne(ImageItem picture, IModelRunner runner, IModelRunner runnerReference)
    {
        float[] input = PictureReader.Read(picture, _preprocessing);
        float[] inputReference = _sameInput ? input : PictureReader.Read(picture, _preprocessingReference);
        runner.SetInput(0, input);
        runner.Run();
        runnerReference.SetInput(0, inputReference);
        runnerReference.Run();

        var sums = new DifferenceSums[_model.Outputs.Count];
        double agreement = 0;
        int? best = null, bestReference = null;
        for (int i = 0; i < sums.Length; i++)
        {
            float[] values = runner.GetOutput(i), reference = runnerReference.GetOutput(i);
            sums[i].Add(values, reference);
            if (_axes[i] is not { } axis) continue;
            agreement += axis.Agreement(values, reference);
            if (Classifier is null) continue;
            best = axis.Best(values, 0) - _preprocessing.LabelOffset;
            bestReference = axis.Best(reference, 0) - _preprocessingReference.LabelOffset;
            axis.RequireLabel(picture, _model.Path, _preprocessing);
        }
        return new PictureResult(sums, agreement, best, bestReference);
    }

    private ComparisonReport Report()
    {
        int count = _pictures.Length;
        int decisive = _axes.Count(static a => a is not null);
        bool labelled = Classifier is not null && Array.TrueForAll(_pictures, static p => p.Label is not null);
        int right = Count(i => _results[i].Best == _pictures[i].Label);
        int rightReference = Count(i => _results[i].BestReference == _pictures[i].Label);
        return new ComparisonReport
        {
            Model = _model.Path,
            Reference = _reference.Path,
            Backend = _model.Backend,
            BackendReference = _reference.Backend,
            Images = count,
            JpegDecoder = ImageCodecs.JpegDecoderName,
            Top1 = labelled ? (double)right / count : null,
            Top1Reference = labelled ? (double)rightReference / count : null,
            Ci95 = labelled ? Wilson.Interval(right, count) : null,
            Ci95Reference = labelled ? Wilson.Interval(rightReference, count) : null,
            Paired = labelled ? Paired() : null,
            Agreement = decisive > 0 ? _results.Sum(static r => r.Agreement) / ((double)count * decisive) : null,
            AgreementCi95 = Classifier is not null ? Wilson.Interval((int)_results.Sum(static r => r.Agreement), count) : null,
            Outputs = [.. _model.Outputs.Select((output, i) => Sum(i).Describe(output.Name, output.Shape))],
        };
    }

    private PairedOutcomes Paired()
    {
        int Both(bool model, bool reference) => Count(i => (_results[i].Best == _pictures[i].Label) == model && (_results[i].BestReference == _pictures[i].Label) == reference);
        return new PairedOutcomes(Both(true, true), Both(true, false), Both(false, true), Both(false, false));
    }

    private int Count(Func<int, bool> holds) => Enumerable.Range(0, _pictures.Length).Count(holds);

    private DifferenceSums Sum(int output)
    {
        DifferenceSums sum = default;
        foreach (PictureResult result in _results) sum.Add(result.Sums[output]);
        return sum;
    }

    private void RequireSameOutputs()
    {
        if (!_model.Outputs.Select(static o => o.ElementCount).SequenceEqual(_reference.Outputs.Select(static o => o.ElementCount)))
            throw CliException.Failure($"{_model.Path} has the outputs {Shapes(_model)}, {_reference.Path} has {Shapes(_reference)}; only models with the same outputs can be compared");

        static string Shapes(RunnableModel model) => string.Join(", ", model.Outputs.Select(static o => $"'{o.Name}' {InputShape.Format(o.Shape)}"));
    }

    /// <summary>What came out for one picture.</summary>
    private readonly record struct PictureResult(DifferenceSums[] Sums, double Agreement, int? Best, int? BestReference);
}
