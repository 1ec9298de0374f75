using EdgeKit.Onnx;

namespace EdgeKit.Quantization.Passes;

/// <summary>What the passes work on and hand to one another.</summary>
internal sealed class QuantizationRun
{
    /// <summary>The float graph. Passes before the plan rewrite it without changing its function.</summary>
    public required Graph Graph { get; set; }

    /// <summary>Choices.</summary>
    public required QuantizeOptions Options { get; init; }

    /// <summary>The calibration inputs by name; read several times.</summary>
    public required IEnumerable<IReadOnlyDictionary<string, Tensor>> Images { get; init; }

    /// <summary>Told how far the work is; null if nobody listens.</summary>
    public required IProgress<QuantizeProgress>? Progress { get; init; }

    /// <summary>Ends the work early.</summary>
    public required CancellationToken Cancel { get; init; }

    /// <summary>Batch normalisations that were folded, by the name of the layer they went into.</summary>
    public Dictionary<string, BatchNormStatistics> BatchNorms { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether functions of one element run in INT8.</summary>
    public bool FunctionsAsTables { get; set; }

    /// <summary>Ranges of values whose channels were scaled to them, by name.</summary>
    public Dictionary<string, ValueRange> ScaledRanges { get; } = new(StringComparer.Ordinal);

    /// <summary>Which nodes run in INT8.</summary>
    public QuantizationPlan Plan { get => field ?? throw Early(nameof(Plan)); set; }

    /// <summary>Values that share parameters.</summary>
    public IReadOnlyList<ScaleGroup> Groups { get => field ?? throw Early(nameof(Groups)); set; }

    /// <summary>Number of calibration images; 0 until they have been read once.</summary>
    public int ImageCount { get; set; }

    /// <summary>Every quantized activation by name.</summary>
    public Dictionary<string, QuantizedTensor> Tensors { get; } = new(StringComparer.Ordinal);

    /// <summary>The integer weights of every INT8 layer by node name.</summary>
    public Dictionary<string, QuantizedLayer> Layers { get; } = new(StringComparer.Ordinal);

    /// <summary>By node name: layers rounded with no regard to the means of their outputs, for bias correction to start from.</summary>
    public Dictionary<string, QuantizedLayer> RoundedForCorrection { get; } = new(StringComparer.Ordinal);

    /// <summary>The layers as they were before their biases were corrected; null while none were.</summary>
    public IReadOnlyDictionary<string, QuantizedLayer>? Uncorrected { get; set; }

    /// <summary>The same ranges and weights with other operators in float, biases not corrected: what biases make up for depends on what is rounded.</summary>
    public QuantizationRun With(QuantizationPlan plan)
    {
        var run = new QuantizationRun { Graph = Graph, Options = Options, Images = Images, Progress = null, Cancel = Cancel, Plan = plan, ImageCount = ImageCount };
        foreach ((string name, QuantizedTensor tensor) in Tensors) run.Tensors[name] = tensor;
        foreach ((string name, QuantizedLayer layer) in Uncorrected ?? Layers) run.Layers[name] = layer;
        foreach ((string name, QuantizedLayer layer) in RoundedForCorrection) run.RoundedForCorrection[name] = layer;
        return run;
    }

    /// <summary>Gives all members of a group a range.</summary>
    public void SetRange(ScaleGroup group, ChosenRange range)
    {
        var parameters = QuantizationParameters.FromRange(range.Range, Options.Activations);
        foreach (Value v in group.Members)
            Tensors[v.Name] = new QuantizedTensor(v.Name, group.Number, range.Observed, range.Range, range.Method, range.Reason, parameters);
    }

    /// <summary>Writes the model as it is now.</summary>
    public Graph Write() => QdqWriter.Write(Plan, Tensors, Layers);

    private static InvalidOperationException Early(string what) => new($"a pass asks for {what} before the pass that makes it");
}

/// <summary>A range and how it came about.</summary>
/// <param name="Observed">Smallest and largest value on the calibration images; empty where the range was given.</param>
/// <param name="Range">The range.</param>
/// <param name="Method">The rule that chose it; null where it is known without looking at images.</param>
/// <param name="Reason">Why, in a few words.</param>
internal readonly record struct ChosenRange(ValueRange Observed, ValueRange Range, CalibrationMethod? Method, string Reason);
