using EdgeKit.Onnx;

namespace EdgeKit.Cli.Reporting.Maps;

/// <summary>Class activation maps: a weighted sum of a value's channels, of which what speaks for the class is kept. The methods differ in the weights.</summary>
internal static class ActivationMap
{
    /// <summary>Grad-CAM (Selvaraju et al., ICCV 2017): a channel weighs what the gradient of the class's score by it is, on average over its positions.</summary>
    /// <param name="map">The value, [1,C,H,W].</param>
    /// <param name="gradient">The gradient of the score by it.</param>
    public static Plane FromGradient(Tensor map, Tensor gradient)
    {
        int channels = map.Shape[1], size = map.Length / channels;
        float[] weights = new float[channels];
        for (int c = 0; c < channels; c++)
        {
            double sum = 0;
            foreach (float g in gradient.AsSpan<float>().Slice(c * size, size)) sum += g;
            weights[c] = (float)(sum / size);
        }
        return Weighted(map, weights);
    }

    /// <summary>Ablation-CAM (Desai and Ramaswamy, WACV 2020), which needs no gradient: a channel weighs what part of the class's score is lost without it.</summary>
    /// <param name="map">The value, [1,C,H,W].</param>
    /// <param name="drops">What the score loses without each channel; a common factor changes nothing that is seen.</param>
    public static Plane FromAblation(Tensor map, float[] drops) => Weighted(map, drops);

    private static Plane Weighted(Tensor map, float[] weights)
    {
        int size = map.Shape[2] * map.Shape[3];
        ReadOnlySpan<float> values = map.AsSpan<float>();
        float[] sum = new float[size];
        for (int c = 0; c < weights.Length; c++)
        {
            if (weights[c] == 0) continue;
            for (int i = 0; i < size; i++) sum[i] += weights[c] * values[c * size + i];
        }
        for (int i = 0; i < size; i++) sum[i] = MathF.Max(sum[i], 0);
        return new Plane(map.Shape[2], map.Shape[3], sum);
    }
}
