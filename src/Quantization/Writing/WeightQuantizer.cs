using EdgeKit.Onnx;

namespace EdgeKit.Quantization;

/// <summary>Symmetric quantization of weights to [-127, 127], and of biases to int32.</summary>
internal static class WeightQuantizer
{
    /// <summary>
    /// Magnitude that a stored bias must not exceed: half of int32's range is left to the sum of products, enough for 33,000 of the largest ones.
    /// </summary>
    public const int BiasLimit = 1 << 30;

    // A channel that is all but zero gets no finer steps than this fraction of the layer's largest weight asks for.
    private const float SmallestFraction = 1e-4f;

    /// <summary>
    /// The weight axis with one scale an index. ConvTranspose weights are [in, out/groups, ...]: the scales along axis 1 serve every group,
    /// except in a depthwise one, where axis 0 is the channel.
    /// </summary>
    public static int ChannelAxis(Node node)
    {
        int[] shape = node.ConstantInput(1)!.Shape;
        return node.OpType switch
        {
            "Conv" => 0,
            "ConvTranspose" => node.Attributes.Int("group", 1) == shape[0] && shape[1] == 1 ? 0 : 1,
            "Gemm" => node.Attributes.Int("transB", 0) != 0 ? 0 : 1,
            _ => 1,
        };
    }

    /// <summary>The scales of a layer's weights.</summary>
    /// <param name="weight">Float weights of any rank.</param>
    /// <param name="axis">The axis that has one scale an index.</param>
    /// <param name="granularity">One scale for each index of the axis, or one for all.</param>
    /// <param name="bias">Bias, one an output channel; output channel o uses the scale at o modulo the axis' size (grouped ConvTranspose).</param>
    /// <param name="inputScale">Scale of the layer's input.</param>
    public static float[] Scales(Tensor weight, int axis, WeightGranularity granularity, float[]? bias, float inputScale)
    {
        ReadOnlySpan<float> w = weight.AsSpan<float>();
        int channels = granularity == WeightGranularity.PerTensor ? 1 : weight.Shape[axis];
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
        if (bias is not null) RaiseForBias(scales, bias, inputScale);
        return scales;
    }

    /// <summary>The nearest integer weights.</summary>
    /// <param name="weight">Float weights of any rank.</param>
    /// <param name="axis">The axis that has one scale an index.</param>
    /// <param name="scales">One for each index of the axis, or one for all.</param>
    public static Tensor Round(Tensor weight, int axis, float[] scales)
    {
        ReadOnlySpan<float> w = weight.AsSpan<float>();
        int inner = Tensor.ElementCount(weight.Shape.AsSpan(axis + 1));
        var quantized = new sbyte[w.Length];
        for (int i = 0; i < w.Length; i++)
            quantized[i] = (sbyte)Math.Clamp(MathF.Round(w[i] / scales[i / inner % scales.Length]), -QuantizationParameters.SymmetricMax, QuantizationParameters.SymmetricMax);
        return Tensor.Of(quantized, weight.Shape);
    }

    /// <summary>A bias as int32, and the scale of each: fl(input scale · weight scale).</summary>
    public static (int[] Codes, float[] Scales) Bias(float[] bias, float[] weightScales, float inputScale)
    {
        float[] scales = [.. Enumerable.Range(0, bias.Length).Select(o => inputScale * weightScales[o % weightScales.Length])];
        return ([.. bias.Select((v, o) => (int)Math.Clamp(Math.Round(v / (double)scales[o]), -BiasLimit, BiasLimit))], scales);
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
