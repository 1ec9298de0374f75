using EdgeKit.Onnx;
using EdgeKit.Quantization.Passes;

namespace EdgeKit.Quantization;

/// <summary>A calibrated model, from which QDQ graphs with different sets of operators in float are written.</summary>
public sealed class QuantizedModel
{
    private static readonly BiasCorrectionPass Correction = new();

    private readonly QuantizationRun _run;

    internal QuantizedModel(QuantizationRun run, IReadOnlyList<PassOutcome> passes)
    {
        _run = run;
        Passes = passes;
    }

    /// <summary>The normalised float graph, which computes what the model computes. Its node and value names are those of all the rest.</summary>
    public Graph Float => _run.Graph;

    internal QuantizationPlan Plan => _run.Plan;

    /// <summary>Every quantized activation, in graph order.</summary>
    public IReadOnlyList<QuantizedTensor> Tensors => [.. _run.Plan.Values.Select(v => _run.Tensors[v.Name])];

    /// <summary>Names of the INT8 layers with weights, in graph order.</summary>
    public IReadOnlyList<string> Layers => [.. _run.Plan.WeightedNodes.Select(static n => n.Name)];

    /// <summary>Number of calibration images.</summary>
    public int Images => _run.ImageCount;

    /// <summary>What the passes did, in their order.</summary>
    public IReadOnlyList<PassOutcome> Passes { get; }

    /// <summary>Writes the QDQ graph.</summary>
    /// <param name="keepFloat">
    /// Names of further nodes to leave in float; null for none. A layer and the rectifier that is fused into it stay together; what INT8 operators read of
    /// float ones is rounded as before. Biases are corrected anew, on the calibration images.
    /// </param>
    public QuantizeResult Write(IReadOnlySet<string>? keepFloat = null)
    {
        QuantizationRun run = _run;
        IReadOnlyList<PassOutcome> passes = Passes;
        if (keepFloat is { Count: > 0 })
        {
            run = _run.With(Planned(keepFloat));
            passes = [.. Passes.Select(p => p.Pass == Correction.Name && Correction.Run(run) is { } done ? p with { Done = done } : p)];
        }
        return new QuantizeResult
        {
            Qdq = run.Write(),
            Tensors = [.. run.Plan.Values.Select(v => run.Tensors[v.Name])],
            FloatOperators = run.Plan.FloatOperators,
            QuantizedOperators = run.Plan.QuantizedCount,
            Images = run.ImageCount,
            Passes = passes,
        };
    }

    /// <summary>Writes the QDQ graph with biases that were not corrected, for comparisons of many choices; runs no image.</summary>
    internal Graph WriteUncorrected(IReadOnlySet<string> keepFloat) => _run.With(Planned(keepFloat)).Write();

    private QuantizationPlan Planned(IReadOnlySet<string> keepFloat) =>
        new(_run.Graph, keepFloat.Union(_run.Options.KeepFloat).ToHashSet(StringComparer.Ordinal), _run.FunctionsAsTables);
}
