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
        int radius = kernel.Length / 2;
        float[] line = new float[image.Width + 2 * radius], copy = new float[image.Height * image.Width];
        for (int c = 0; c < image.Channels; c++)
        {
            for (int y = 0; y < image.Height; y++)
            {
                Span<float> row = image.Row(c, y);
                line.AsSpan(0, radius).Fill(row[0]);
                row.CopyTo(line.AsSpan(radius));
                line.AsSpan(radius + row.Length).Fill(row[^1]);
                row.Clear();
                for (int k = 0; k < kernel.Length; k++) Vectors.AddScaled(line.AsSpan(k), kernel[k], row);
            }
            image.Plane(c).CopyTo(copy);
            for (int y = 0; y < image.Height; y++)
            {
                Span<float> row = image.Row(c, y);
                row.Clear();
                for (int k = 0; k < kernel.Length; k++) Vectors.AddScaled(copy.AsSpan(Math.Clamp(y + k - radius, 0, image.Height - 1) * image.Width), kernel[k], row);
            }
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
}
