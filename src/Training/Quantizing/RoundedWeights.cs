using EdgeKit.Onnx;

namespace EdgeKit.Training.Quantizing;

/// <summary>
/// Lets a network compute with weights rounded to [-127, 127] steps of their largest magnitude, while what learns stays in float: the gradient by the rounded
/// weight counts as the gradient by the weight (straight-through estimator: Bengio et al., 2013).
/// </summary>
internal sealed class RoundedWeights
{
    private const int Most = 127;

    // As in the quantizer: a channel that is all but zero gets no finer steps than this share of the layer's largest weight asks for.
    private const float SmallestFraction = 1e-4f;

    private readonly (Parameter Parameter, QuantizedWeight Weight, float[] Exact)[] _weights;

    public RoundedWeights(IEnumerable<Parameter> parameters, IReadOnlyList<QuantizedWeight> weights)
    {
        var byName = weights.ToDictionary(static w => w.Name, StringComparer.Ordinal);
        _weights = [.. parameters.Where(p => byName.ContainsKey(p.Name)).Select(p => (p, byName[p.Name], new float[p.Gradient.Length]))];
    }

    /// <summary>Puts the rounded weights in, for a pass.</summary>
    public void Round()
    {
        foreach ((Parameter parameter, QuantizedWeight weight, float[] exact) in _weights)
        {
            Span<float> values = parameter.Value.AsSpan<float>();
            values.CopyTo(exact);
            Round(values, parameter.Value.Shape, weight);
        }
    }

    /// <summary>Takes the exact weights back, for a step.</summary>
    public void Restore()
    {
        foreach ((Parameter parameter, _, float[] exact) in _weights) exact.CopyTo(parameter.Value.AsSpan<float>());
    }

    /// <summary>Rounds weights to the nearest step.</summary>
    internal static void Round(Span<float> values, int[] shape, QuantizedWeight weight)
    {
        int channels = weight.PerChannel ? shape[weight.Axis] : 1, inner = Tensor.ElementCount(shape.AsSpan(weight.Axis + 1));
        float[] largest = new float[channels];
        for (int i = 0; i < values.Length; i++) largest[i / inner % channels] = MathF.Max(largest[i / inner % channels], MathF.Abs(values[i]));
        float floor = largest.Max() * SmallestFraction;
        for (int i = 0; i < values.Length; i++)
        {
            float scale = MathF.Max(largest[i / inner % channels], floor) / Most;
            if (float.IsNormal(scale)) values[i] = Math.Clamp(MathF.Round(values[i] / scale), -Most, Most) * scale;
        }
    }
}
