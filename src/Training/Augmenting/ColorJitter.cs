using System.Numerics;

namespace EdgeKit.Training.Augmenting;

/// <summary>Changes brightness, contrast and saturation by random factors, and the colour of the light. Samples stay within 0 to <see cref="White"/>.</summary>
/// <param name="brightness">Largest change of the brightness: 0.2 for factors from 0.8 to 1.2.</param>
/// <param name="contrast">Largest change of the distance to the mean.</param>
/// <param name="saturation">Largest change of the distance to grey.</param>
/// <param name="tint">Largest change of each plane.</param>
public sealed class ColorJitter(float brightness = 0.2f, float contrast = 0.2f, float saturation = 0.2f, float tint = 0) : IAugmentation
{
    /// <summary>The largest sample.</summary>
    public float White { get; init; } = byte.MaxValue;

    /// <inheritdoc/>
    public FloatImage Apply(FloatImage image, ref CounterRandom random)
    {
        float light = Factor(brightness, ref random), spread = Factor(contrast, ref random), colour = Factor(saturation, ref random);
        float[] tints = new float[image.Channels];
        for (int c = 0; c < tints.Length; c++) tints[c] = Factor(tint, ref random);
        double sum = 0;
        foreach (float v in image.Values) sum += v;
        float mean = (float)(sum / image.Values.Length);
        float[] grey = new float[image.Height * image.Width];
        for (int c = 0; c < image.Channels; c++) Vectors.AddScaled(image.Plane(c), 1f / image.Channels, grey);
        // All of it is linear in the sample and in its grey, but for the limits.
        for (int c = 0; c < image.Channels; c++)
        {
            float level = light * tints[c];
            Mix(image.Plane(c), level * spread * colour, grey, level * spread * (1 - colour), level * (1 - spread) * mean);
        }
        return image;
    }

    /// <summary>samples = samples · own + grey · share + offset, within the limits.</summary>
    private void Mix(Span<float> samples, float own, ReadOnlySpan<float> grey, float share, float offset)
    {
        Vector<float> white = new(White);
        int i = 0;
        for (; i <= samples.Length - Vectors.Lanes; i += Vectors.Lanes)
        {
            Vector<float> v = Vector.FusedMultiplyAdd(Vectors.At(samples, i), new(own), Vector.FusedMultiplyAdd(Vectors.At(grey, i), new(share), new(offset)));
            Vectors.Put(Vector.Min(Vector.Max(v, default), white), samples, i);
        }
        for (; i < samples.Length; i++) samples[i] = Math.Clamp(MathF.FusedMultiplyAdd(samples[i], own, MathF.FusedMultiplyAdd(grey[i], share, offset)), 0, White);
    }

    private static float Factor(float most, ref CounterRandom random) => random.NextSingle(1 - most, 1 + most);
}
