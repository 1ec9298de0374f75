using EdgeKit.Cli.Compressing;
using EdgeKit.Cli.Models;
using EdgeKit.Imaging;
using EdgeKit.Onnx;
using EdgeKit.Quantization;
using EdgeKit.Training.Distilling;
using EdgeKit.Training.Quantizing;
using EdgeKit.Training.Running;

namespace EdgeKit.Cli.Training;

/// <summary>Teaches a pruned or quantized model what the model that it was made from computes, on pictures without labels.</summary>
internal sealed class Finetuning : IDisposable
{
    private const float MixUp = 0.5f;

    /// <summary>Passes that would change what was learned.</summary>
    private static readonly string[] Changing = ["equalize", "absorb", "ranges", "rounding", "bias-correction"];

    private readonly Graph _teacher;
    private readonly FinetuneRequest _request;
    private readonly Terminal _terminal;
    private readonly Dictionary<string, PictureBatches> _batches = new(StringComparer.Ordinal);
    private readonly PictureStore _store;
    private readonly Preprocessing _preprocessing;
    private TrainingBar? _bar;
    private string? _stage;

    /// <param name="model">The model that will learn.</param>
    /// <param name="teacher">The graph that it was made from.</param>
    /// <param name="pictures">Pictures; labels are not looked at.</param>
    /// <param name="request">How.</param>
    /// <param name="terminal">For progress.</param>
    public Finetuning(OnnxModel model, Graph teacher, IReadOnlyList<ImageItem> pictures, FinetuneRequest request, Terminal terminal)
    {
        _teacher = teacher;
        _request = request;
        _terminal = terminal;
        _preprocessing = model.RequirePreprocessing();
        _store = new PictureStore(pictures, _preprocessing);
    }

    /// <summary>What was done so far.</summary>
    public List<StageResult> Stages { get; } = [];

    /// <summary>What a reader of a report must know.</summary>
    public IReadOnlyList<string> Notes =>
        Stages.Count == 0 ? [] : [$"learned from the original on {_store.Count} pictures of --calib, without labels: {Stages.Sum(static s => s.Losses.Count)} steps in {Stages.Count} stages"];

    /// <summary>Trains a float graph in place.</summary>
    public void Distil(Graph student)
    {
        try
        {
            Stages.AddRange(Distiller.Run(student, _teacher, Batch, _request.Float, Report, _terminal.Note, _terminal.Cancel));
        }
        finally
        {
            Dispose();
        }
    }

    /// <summary>Trains a quantized model and writes it again, with the ranges and weights that were learned.</summary>
    /// <param name="quantized">The model as it is quantized without training.</param>
    public QuantizeOutcome Distil(QuantizeOutcome quantized)
    {
        var tensors = quantized.Result.Tensors.ToDictionary(static t => t.Name, StringComparer.Ordinal);
        FakeQuantization rounding = FakeQuantization.Of(quantized.Result.Qdq, quantized.Model.Float, name => tensors[name].Group, name => tensors[name].Method is null);
        try
        {
            Stages.Add(Distiller.Run(rounding, _teacher, Batch, _request.Int8, Report, _terminal.Note, _terminal.Cancel));
        }
        finally
        {
            Dispose();
        }
        QuantizeOptions options = quantized.Options with
        {
            Ranges = rounding.Ranges().ToDictionary(static r => r.Key, static r => new ValueRange(r.Value.Low, r.Value.High), StringComparer.Ordinal),
            Without = quantized.Options.Without.Union(Changing).ToHashSet(StringComparer.Ordinal),
            KeepFloat = quantized.Result.FloatOperators.Select(static f => f.Node).ToHashSet(StringComparer.Ordinal),
        };
        QuantizedModel model = Quantizer.Calibrate(rounding.Learned(quantized.Model.Float), Enumerable.Empty<Tensor>(), options, null, _terminal.Cancel);
        // The pictures that the first ranges were measured on count, though none was looked at again.
        return quantized with { Model = model, Result = model.Write() with { Images = quantized.Result.Images }, Options = options };
    }

    /// <summary>Removes the bar.</summary>
    public void Dispose()
    {
        _bar?.Dispose();
        _bar = null;
        _stage = null;
    }

    private Tensor Batch(string stage, long step)
    {
        PictureBatches batches;
        lock (_batches)
        {
            if (!_batches.TryGetValue(stage, out batches!))
            {
                // Stages must not see the same batches: each has a seed of its own.
                _batches[stage] = batches = new PictureBatches(_store, _preprocessing.Height, _preprocessing.Width, new BatchOptions
                {
                    Batch = _request.Batch,
                    Seed = _request.Seed * 1000 + stage.Sum(static c => c),
                    Augmentations = BatchOptions.Usual(Math.Min(_preprocessing.Width, _preprocessing.Height)),
                    MixUp = MixUp,
                    MixShape = 1,
                });
            }
        }
        return batches.Make(step).Input;
    }

    private void Report(string stage, TrainingProgress progress)
    {
        if (_stage != stage)
        {
            _bar?.Dispose();
            _bar = new TrainingBar(_terminal, stage);
            _stage = stage;
        }
        _bar!.Report(progress);
    }
}
