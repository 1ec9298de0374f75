using EdgeKit.Onnx;

namespace EdgeKit.Quantization;

/// <summary>Weights and bias of one layer, stored as integers.</summary>
/// <param name="Weight">int8, the float weight's shape.</param>
/// <param name="Scales">One scale for each index of the weight's channel axis.</param>
/// <param name="Bias">int32, one an output channel, or null.</param>
/// <param name="BiasScales">Scale of each bias: fl(input scale · weight scale).</param>
internal sealed record QuantizedWeights(Tensor Weight, float[] Scales, Tensor? Bias, float[] BiasScales);

/// <summary>Per-channel symmetric quantization of weights to [-127, 127], and of biases to int32.</summary>
internal static class WeightQuantizer
{
    /// <summary>
    /// Magnitude that a stored bias must not exceed: half of int32's range is left to the sum of products, enough for 33,000 of the largest ones.
    /// </summary>
    public const int BiasLimit = 1 << 30;

    // A channel that is all but zero gets no finer steps than this fraction of the layer's largest weight asks for.
    private const float SmallestFraction = 1e-4f;

    /// <summary>Quantizes a layer.</summary>
    /// <param name="weight">Float weights of any rank.</param>
    /// <param name="axis">The axis that has one scale an index.</param>
    /// <param name="bias">Float bias, one an output channel; output channel o uses the scale at o modulo the axis' size (grouped ConvTranspose).</param>
    /// <param name="inputScale">Scale of the layer's input.</param>
    public static QuantizedWeights Quantize(Tensor weight, int axis, Tensor? bias, float inputScale)
    {
        ReadOnlySpan<float> w = weight.AsSpan<float>();
        int channels = weight.Shape[axis];
        int inner = Tensor.ElementCount(weight.Shape.AsSpan(axis + 1));
        float[] largest = new float[channels];
        for (int i = 0; i < w.Length; i++)
        {
            int c = i / inner % channels;
            largest[c] = MathF.Max(largest[c], MathF.Abs(w[i]));
        }
        float floor = largest.Length > 0 ? largest.Max() * SmallestFraction : 0;
        float[] scales = Array.ConvertAll(largest, m => MathF.Max(m, floor) / QuantizationParameters.SymmetricMax);
        for (int c = 0; c < channels; c++)
            if (!float.IsNormal(scales[c])) scales[c] = 1;
        float[]? b = bias?.ToFloats();
        if (b is not null) RaiseForBias(scales, b, inputScale);

        var quantized = new sbyte[w.Length];
        for (int i = 0; i < w.Length; i++)
            quantized[i] = (sbyte)Math.Clamp(MathF.Round(w[i] / scales[i / inner % channels]), -QuantizationParameters.SymmetricMax, QuantizationParameters.SymmetricMax);
        Tensor integers = Tensor.Of(quantized, weight.Shape);
        if (b is null) return new QuantizedWeights(integers, scales, null, []);
        float[] biasScales = [.. Enumerable.Range(0, b.Length).Select(o => inputScale * scales[o % channels])];
        int[] q = [.. b.Select((v, o) => (int)Math.Clamp(Math.Round(v / (double)biasScales[o]), -BiasLimit, BiasLimit))];
        return new QuantizedWeights(integers, scales, Tensor.Of(q, q.Length), biasScales);
    }

    // A channel with tiny weights and a large bias: coarser weight steps are the only way to keep the bias inside int32.
    private static void RaiseForBias(float[] scales, float[] bias, float inputScale)
    {
        for (int o = 0; o < bias.Length; o++)
        {
            float needed = (float)(Math.Abs((double)bias[o]) / BiasLimit / inputScale);
            int c = o % scales.Length;
            if (needed > scales[c]) scales[c] = MathF.BitIncrement(needed);
        }
    }
}
