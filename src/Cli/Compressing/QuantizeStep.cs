using EdgeKit.Cli.Comparing;
using EdgeKit.Cli.Models;
using EdgeKit.Imaging;
using EdgeKit.Onnx;
using EdgeKit.Quantization;

namespace EdgeKit.Cli.Compressing;

/// <summary>How good the result must be.</summary>
/// <param name="MaxDrop">Percentage points that may be lost.</param>
/// <param name="Original">Loads the model that the loss is against; for each check once.</param>
/// <param name="Verification">The pictures that the loss is measured on.</param>
internal sealed record DropGoal(double MaxDrop, Func<RunnableModel> Original, ImageItem[] Verification)
{
    /// <summary>What is lost.</summary>
    public Func<ComparisonReport, AccuracyDrop> Loss { get; init; } = AccuracyDrop.Of;
}

/// <summary>A quantized model and how it came about.</summary>
/// <param name="Model">The calibrated model.</param>
/// <param name="Result">What was written of it.</param>
/// <param name="Options">The choices.</param>
/// <param name="Fallback">What the goal cost; null without a goal.</param>
internal sealed record QuantizeOutcome(QuantizedModel Model, QuantizeResult Result, QuantizeOptions Options, FallbackResult? Fallback)
{
    /// <summary>What a reader of the result must know about the calibration pictures.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>All decisions, for a scheme file.</summary>
    public QuantizationScheme Scheme => QuantizationScheme.Of(Model, Result, Options);
}

/// <summary>Quantizes a model on pictures.</summary>
internal static class QuantizeStep
{
    // Numbers of inputs and outputs that are kept of all pictures that layers are ranked on.
    private const int MostNumbers = 1 << 24;
    private const int LeastPictures = 4;

    /// <summary>Makes the QDQ graph, which carries the model's preprocessing.</summary>
    /// <exception cref="CliException">The model is quantized already, or how pictures go in is not known.</exception>
    public static QuantizeResult Run(OnnxModel model, IReadOnlyList<ImageItem> pictures, QuantizeOptions settings, Terminal terminal) =>
        Run(model, pictures, settings, scheme: null, goal: null, terminal).Result;

    /// <summary>Makes the QDQ graph, with a scheme's decisions and as many operators in float as a goal needs.</summary>
    /// <param name="model">The float model.</param>
    /// <param name="pictures">Calibration pictures; none where the scheme gives every range.</param>
    /// <param name="settings">Choices that the scheme does not make.</param>
    /// <param name="scheme">A scheme file, or null.</param>
    /// <param name="goal">How good it must be, or null.</param>
    /// <param name="terminal">For progress.</param>
    public static QuantizeOutcome Run(OnnxModel model, IReadOnlyList<ImageItem> pictures, QuantizeOptions settings, string? scheme, DropGoal? goal, Terminal terminal)
    {
        if (model.IsQuantized) throw CliException.Usage($"{model.Path}: is quantized already; quantize the float model it was made from");
        Preprocessing preprocessing = model.RequirePreprocessing();
        QuantizeOptions options = settings with { Ranges = new Dictionary<string, ValueRange> { [model.Graph.Inputs[0].Name] = InputRange(preprocessing) } };
        QuantizationScheme? given = scheme is null ? null : ReadScheme(scheme);
        if (given is not null)
        {
            SchemeApplication application = SchemeApplication.Of(given, scheme!, model.Graph, options);
            if (application.PicturesNeeded is { } why && pictures.Count == 0) throw CliException.Usage($"{scheme}: {why}; give pictures by --calib");
            options = application.Options;
        }
        QuantizedModel calibrated;
        var read = new CalibrationPictures(pictures, preprocessing);
        using (var progress = new PassProgress(terminal, pictures.Count))
        {
            try
            {
                calibrated = Quantizer.Calibrate(model.Graph, read, options, progress, terminal.Cancel);
            }
            catch (ModelException e)
            {
                throw new ModelException($"{model.Path}: {e.Message}", e);
            }
        }
        // Points are hundredths: no model loses more.
        if (goal is not { MaxDrop: < 100 }) return new QuantizeOutcome(calibrated, calibrated.Write(), options, Fallback: null) { Notes = read.Notes };
        FallbackResult fallback = Fallback(model, calibrated, pictures, goal, terminal);
        return new QuantizeOutcome(calibrated, fallback.Result, options, fallback) { Notes = read.Notes };
    }

    private static FallbackResult Fallback(OnnxModel model, QuantizedModel calibrated, IReadOnlyList<ImageItem> pictures, DropGoal goal, Terminal terminal)
    {
        using var progress = new Ranking(terminal);
        return FloatFallback.Search(calibrated, Pictures, goal.MaxDrop, Measure, progress, terminal.Cancel);

        Tensor[] Pictures()
        {
            if (pictures.Count == 0) throw CliException.Usage("--max-drop and --min-cosine rank layers on calibration pictures; give them by --calib");
            int numbers = Numbers(calibrated.Float.Inputs) + Numbers(calibrated.Float.Outputs);
            int count = Math.Min(Math.Clamp(MostNumbers / Math.Max(numbers, 1), LeastPictures, FloatFallback.MostPictures), pictures.Count);
            return [.. PictureReader.ReadAll(Enumerable.Range(0, count).Select(i => pictures[(int)((long)i * pictures.Count / count)]), model.RequirePreprocessing())];
        }

        double Measure(QuantizeResult result)
        {
            using EkmModel quantized = EkmModel.Compile(OnnxModel.AsLoaded(model.Path, result.Qdq), fileBytes: 0);
            using RunnableModel original = goal.Original();
            double lost = goal.Loss(Comparison.Run(quantized, original, goal.Verification, terminal)).Points;
            terminal.Note(Units.Invariant($"{result.FloatOperators.Count} operators in float: {lost:F2} points of accuracy lost"));
            return lost;
        }
    }

    private static QuantizationScheme ReadScheme(string path)
    {
        OnnxModel.RequireFile(path);
        return SchemeFile.Parse(File.ReadAllText(path), path);
    }

    private static int Numbers(IEnumerable<Value> values) => values.Sum(static v => Tensor.ElementCount(v.Dims));

    /// <summary>The range of (x - mean) / std for samples from 0 to 255, over the three channels.</summary>
    private static ValueRange InputRange(Preprocessing p)
    {
        float[] ends = [.. p.Mean.Zip(p.Std, static (mean, std) => new[] { -mean / std, (byte.MaxValue - mean) / std }).SelectMany(static e => e)];
        return new ValueRange(ends.Min(), ends.Max());
    }

    /// <summary>The bar of the ranking, which is there only where layers are ranked.</summary>
    private sealed class Ranking(Terminal terminal) : IProgress<double>, IDisposable
    {
        private readonly Lock _lock = new();
        private Progress? _bar;

        public void Report(double value)
        {
            lock (_lock)
            {
                _bar ??= new Progress(terminal, "ranking layers");
                _bar.Report(value);
                if (value >= 1) Dispose();
            }
        }

        public void Dispose() => _bar?.Dispose();
    }
}
