namespace EdgeKit.Training.Augmenting;

/// <summary>Blurs some pictures with a Gaussian of random width; the border is repeated.</summary>
/// <param name="chance">Share of the pictures.</param>
/// <param name="most">Largest standard deviation in samples.</param>
public sealed class Blur(float chance, float most) : IAugmentation
{
    /// <inheritdoc/>
    public FloatImage Apply(FloatImage image, ref CounterRandom random)
    {
        float draw = random.NextSingle(), sigma = random.NextSingle() * most;
        if (draw >= chance || sigma < 0.1f) return image;
        float[] kernel = Kernel(sigma);
        float[] line = new float[Math.Max(image.Width, image.Height)];
        for (int c = 0; c < image.Channels; c++)
        {
            Span<float> plane = image.Plane(c);
            for (int y = 0; y < image.Height; y++) Convolve(plane[(y * image.Width)..], image.Width, 1, kernel, line);
            for (int x = 0; x < image.Width; x++) Convolve(plane[x..], image.Height, image.Width, kernel, line);
        }
        return image;
    }

    private static float[] Kernel(float sigma)
    {
        int radius = (int)MathF.Ceiling(2.5f * sigma);
        float[] kernel = [.. Enumerable.Range(-radius, 2 * radius + 1).Select(i => MathF.Exp(-i * i / (2 * sigma * sigma)))];
        float sum = kernel.Sum();
        return Array.ConvertAll(kernel, v => v / sum);
    }

    private static void Convolve(Span<float> samples, int count, int stride, float[] kernel, float[] line)
    {
        for (int i = 0; i < count; i++) line[i] = samples[i * stride];
        int radius = kernel.Length / 2;
        for (int i = 0; i < count; i++)
        {
            float sum = 0;
            for (int k = -radius; k <= radius; k++) sum += kernel[k + radius] * line[Math.Clamp(i + k, 0, count - 1)];
            samples[i * stride] = sum;
        }
    }
}
