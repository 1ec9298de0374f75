using EdgeKit.Onnx;

namespace EdgeKit.Quantization;

/// <summary>Turns a float model into an INT8 model in QDQ form, from a few hundred unlabelled images.</summary>
public static class Quantizer
{
    /// <summary>The operators of a decluttered float model that would stay in float, and why.</summary>
    public static IReadOnlyList<FloatOperator> FloatOperators(Graph floatGraph) => new QuantizationPlan(floatGraph, new HashSet<string>()).FloatOperators;

    /// <summary>Quantizes a model with one input.</summary>
    /// <param name="floatGraph">The float model; it is not changed.</param>
    /// <param name="images">Preprocessed inputs, float32 NCHW with batch 1. Read once, as a stream.</param>
    /// <param name="options">Choices; null for the defaults.</param>
    /// <param name="progress">Told the number of images done.</param>
    /// <param name="cancel">Ends the work early.</param>
    /// <exception cref="ModelException">The model has several inputs, or see the other overload.</exception>
    public static QuantizeResult Quantize(Graph floatGraph, IEnumerable<Tensor> images, QuantizeOptions? options = null,
        IProgress<int>? progress = null, CancellationToken cancel = default)
    {
        if (floatGraph.Inputs.Count != 1)
            throw new ModelException($"the model has {floatGraph.Inputs.Count} inputs; calibration needs a tensor for each of them");
        string input = floatGraph.Inputs[0].Name;
        return Quantize(floatGraph, images.Select(image => new Dictionary<string, Tensor> { [input] = image }), options, progress, cancel);
    }

    /// <summary>Quantizes a model.</summary>
    /// <param name="floatGraph">The float model; it is not changed.</param>
    /// <param name="images">The inputs by name, float32 NCHW with batch 1. Read once, as a stream.</param>
    /// <param name="options">Choices; null for the defaults.</param>
    /// <param name="progress">Told the number of images done.</param>
    /// <param name="cancel">Ends the work early.</param>
    /// <exception cref="ModelException">There is no image, or the model is malformed, or an activation is not finite.</exception>
    public static QuantizeResult Quantize(Graph floatGraph, IEnumerable<IReadOnlyDictionary<string, Tensor>> images, QuantizeOptions? options = null,
        IProgress<int>? progress = null, CancellationToken cancel = default)
    {
        options ??= new QuantizeOptions();
        Graph graph = floatGraph.Clone();
        ShapeInference.Run(graph);
        Declutter.Run(graph);
        ShapeInference.Run(graph);
        BatchNormToConv.Run(graph);

        var plan = new QuantizationPlan(graph, options.KeepFloat);
        IReadOnlyList<ScaleGroup> groups = ScaleGroups.Of(plan, options.InputRanges);
        string[] observed = [.. groups.Where(static g => g.Fixed is null).SelectMany(static g => g.Sources).Select(static v => v.Name)];
        Dictionary<string, Histogram> histograms = Calibrator.Run(graph, observed, images, options, progress, cancel, out int count);

        var parameters = new Dictionary<string, QuantizationParameters>(StringComparer.Ordinal);
        var tensors = new Dictionary<string, QuantizedTensor>(StringComparer.Ordinal);
        for (int i = 0; i < groups.Count; i++)
        {
            (ValueRange seen, ValueRange range, CalibrationMethod? method) = RangeOf(groups[i], plan, histograms, options);
            var p = QuantizationParameters.FromRange(range, options.Activations);
            foreach (Value v in groups[i].Members)
            {
                parameters[v.Name] = p;
                tensors[v.Name] = new QuantizedTensor(v.Name, i, seen, range, method, p);
            }
        }
        return new QuantizeResult
        {
            Qdq = QdqWriter.Write(plan, parameters),
            Tensors = [.. plan.Values.Select(v => tensors[v.Name])],
            FloatOperators = plan.FloatOperators,
            QuantizedOperators = plan.QuantizedCount,
            Images = count,
        };
    }

    private static (ValueRange Observed, ValueRange Range, CalibrationMethod? Method) RangeOf(
        ScaleGroup group, QuantizationPlan plan, Dictionary<string, Histogram> histograms, QuantizeOptions options)
    {
        if (group.Fixed is { } known) return (default, known, null);
        var histogram = new Histogram();
        foreach (Value v in group.Sources) histogram.Merge(histograms[v.Name]);
        // Pictures have no outliers, and outputs must not be clipped: a class that wins by far is what the model is for.
        bool whole = group.Sources.Any(static v => v.Producer is null) || !group.Members.Any(plan.ReachesWeights);
        CalibrationMethod method = whole ? CalibrationMethod.MinMax : options.Method;
        ValueRange range = RangeEstimator.Estimate(histogram, method, options.Activations, options.Percentile);
        return (new ValueRange(histogram.Minimum, histogram.Maximum), range.Within(group.Bounds), method);
    }
}
