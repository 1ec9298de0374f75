using EdgeKit.Onnx;
using EdgeKit.Quantization.Passes;

namespace EdgeKit.Quantization;

/// <summary>A calibrated model, from which QDQ graphs with different sets of operators in float are written without running a picture again.</summary>
public sealed class QuantizedModel
{
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
    /// float ones is rounded as before.
    /// </param>
    public QuantizeResult Write(IReadOnlySet<string>? keepFloat = null)
    {
        QuantizationPlan plan = keepFloat is not { Count: > 0 }
            ? _run.Plan
            : new QuantizationPlan(_run.Graph, keepFloat.Union(_run.Options.KeepFloat).ToHashSet(StringComparer.Ordinal), _run.FunctionsAsTables);
        return new QuantizeResult
        {
            Qdq = QdqWriter.Write(plan, _run.Tensors, _run.Layers),
            Tensors = [.. plan.Values.Select(v => _run.Tensors[v.Name])],
            FloatOperators = plan.FloatOperators,
            QuantizedOperators = plan.QuantizedCount,
            Images = _run.ImageCount,
            Passes = Passes,
        };
    }
}
