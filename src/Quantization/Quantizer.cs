using EdgeKit.Onnx;
using EdgeKit.Quantization.Passes;
using EdgeKit.Statistics;

namespace EdgeKit.Quantization;

/// <summary>Turns a float model into an INT8 model in QDQ form, from a few hundred unlabelled images.</summary>
public static class Quantizer
{
    /// <summary>The operators of a decluttered float model that would stay in float, and why.</summary>
    public static IReadOnlyList<FloatOperator> FloatOperators(Graph floatGraph) => new QuantizationPlan(floatGraph, new HashSet<string>()).FloatOperators;

    /// <summary>The passes in the order they run.</summary>
    /// <param name="options">Choices that say which of them are on; null for the defaults.</param>
    public static IReadOnlyList<PassDescription> Passes(QuantizeOptions? options = null) =>
    [
        .. QuantizationPasses.All.Select(p =>
            new PassDescription(p.Name, p.Explanation, p.Applies, QuantizationPasses.IsOn(p, options ?? new QuantizeOptions()), p.CanBeLeftOut)),
    ];

    /// <summary>Quantizes a model with one input.</summary>
    /// <inheritdoc cref="Calibrate(Graph, IEnumerable{Tensor}, QuantizeOptions, IProgress{QuantizeProgress}, CancellationToken)"/>
    public static QuantizeResult Quantize(Graph floatGraph, IEnumerable<Tensor> images, QuantizeOptions? options = null,
        IProgress<QuantizeProgress>? progress = null, CancellationToken cancel = default) =>
        Calibrate(floatGraph, images, options, progress, cancel).Write();

    /// <summary>Calibrates a model with one input, to be written.</summary>
    /// <param name="floatGraph">The float model; it is not changed.</param>
    /// <param name="images">Preprocessed inputs, float32 NCHW with batch 1. Read several times, each time as a stream; must be the same every time.</param>
    /// <param name="options">Choices; null for the defaults.</param>
    /// <param name="progress">Told how far the work is.</param>
    /// <param name="cancel">Ends the work early.</param>
    /// <exception cref="ModelException">The model has several inputs, or is malformed, or there is no image, or an activation is not finite.</exception>
    public static QuantizedModel Calibrate(Graph floatGraph, IEnumerable<Tensor> images, QuantizeOptions? options = null,
        IProgress<QuantizeProgress>? progress = null, CancellationToken cancel = default)
    {
        if (floatGraph.Inputs.Count != 1)
            throw new ModelException($"the model has {floatGraph.Inputs.Count} inputs; calibration needs a tensor for each of them");
        string input = floatGraph.Inputs[0].Name;
        return Calibrate(floatGraph, images.Select(image => new Dictionary<string, Tensor> { [input] = image }), options, progress, cancel);
    }

    /// <summary>Calibrates a model, to be written.</summary>
    /// <param name="floatGraph">The float model; it is not changed.</param>
    /// <param name="images">The inputs by name, float32 NCHW with batch 1. Read several times, each time as a stream; must be the same every time.</param>
    /// <param name="options">Choices; null for the defaults.</param>
    /// <param name="progress">Told how far the work is.</param>
    /// <param name="cancel">Ends the work early.</param>
    /// <exception cref="ModelException">There is no image, or the model is malformed, or an activation is not finite.</exception>
    public static QuantizedModel Calibrate(Graph floatGraph, IEnumerable<IReadOnlyDictionary<string, Tensor>> images, QuantizeOptions? options = null,
        IProgress<QuantizeProgress>? progress = null, CancellationToken cancel = default)
    {
        FiniteNumbers.RequireWeights(floatGraph);
        var run = new QuantizationRun
        {
            Graph = floatGraph.Clone(),
            Options = options ?? new QuantizeOptions(),
            Images = images,
            Progress = progress,
            Cancel = cancel,
        };
        return new QuantizedModel(run, QuantizationPasses.Run(run));
    }
}
