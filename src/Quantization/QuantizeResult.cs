using EdgeKit.Onnx;

namespace EdgeKit.Quantization;

/// <summary>How one activation was quantized.</summary>
/// <param name="Name">The value's name in the float graph.</param>
/// <param name="Group">Values with the same number share scale and zero point.</param>
/// <param name="Observed">Smallest and largest value on the calibration images; of the whole group, and empty where the range was given.</param>
/// <param name="Range">The range that was chosen.</param>
/// <param name="Method">How it was chosen; null where it is known without looking at images.</param>
/// <param name="Reason">Why it is so, in a few words.</param>
/// <param name="Parameters">Scale, zero point and type.</param>
public sealed record QuantizedTensor(string Name, int Group, ValueRange Observed, ValueRange Range, CalibrationMethod? Method, string Reason, QuantizationParameters Parameters);

/// <summary>A model in QDQ form, and what is in it.</summary>
public sealed record QuantizeResult
{
    /// <summary>The quantized model in QDQ form.</summary>
    public required Graph Qdq { get; init; }

    /// <summary>Every quantized activation, in graph order.</summary>
    public required IReadOnlyList<QuantizedTensor> Tensors { get; init; }

    /// <summary>Operators with float results that were left in float, and why.</summary>
    public required IReadOnlyList<FloatOperator> FloatOperators { get; init; }

    /// <summary>Number of operators that run in INT8, fused rectifiers counted.</summary>
    public required int QuantizedOperators { get; init; }

    /// <summary>Number of calibration images.</summary>
    public required int Images { get; init; }

    /// <summary>What the passes did, in their order.</summary>
    public required IReadOnlyList<PassOutcome> Passes { get; init; }
}
