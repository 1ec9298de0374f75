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
        int area = image.Height * image.Width;
        for (int i = 0; i < area; i++)
        {
            float grey = 0;
            for (int c = 0; c < image.Channels; c++) grey += image.Values[c * area + i] / image.Channels;
            for (int c = 0; c < image.Channels; c++)
            {
                float v = grey + colour * (image.Values[c * area + i] - grey);
                v = (mean + spread * (v - mean)) * light * tints[c];
                image.Values[c * area + i] = Math.Clamp(v, 0, White);
            }
        }
        return image;
    }

    private static float Factor(float most, ref CounterRandom random) => random.NextSingle(1 - most, 1 + most);
}
