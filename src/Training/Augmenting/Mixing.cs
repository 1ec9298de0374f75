namespace EdgeKit.Training.Augmenting;

/// <summary>
/// Mixes pictures of a batch and their targets in pairs: all over (Zhang et al., "mixup", 2018) or a rectangle of one in the other (Yun et al., "CutMix", 2019).
/// </summary>
public static class Mixing
{
    /// <summary>Makes sample i a mixture of itself and sample <paramref name="partners"/>[i], both as they were.</summary>
    /// <param name="inputs">batch x channels x height x width.</param>
    /// <param name="targets">batch x classes, each row summing to 1.</param>
    /// <param name="partners">One for each sample.</param>
    /// <param name="share">Share of the sample itself, 0 to 1.</param>
    public static void MixUp(float[] inputs, float[] targets, int[] partners, float share)
    {
        Blend(inputs, partners, share);
        Blend(targets, partners, share);
    }

    /// <summary>Puts a rectangle of sample <paramref name="partners"/>[i] into sample i, at the same place in all samples; targets mix by area.</summary>
    /// <param name="inputs">batch x channels x height x width.</param>
    /// <param name="height">Rows of a plane.</param>
    /// <param name="width">Columns of a plane.</param>
    /// <param name="targets">batch x classes, each row summing to 1.</param>
    /// <param name="partners">One for each sample.</param>
    /// <param name="share">Share of the sample itself, 0 to 1.</param>
    /// <param name="random">Where the rectangle's place comes from.</param>
    public static void CutMix(float[] inputs, int height, int width, float[] targets, int[] partners, float share, ref CounterRandom random)
    {
        float side = MathF.Sqrt(1 - share);
        int h = (int)MathF.Round(height * side), w = (int)MathF.Round(width * side);
        int top = random.Next(height - h + 1), left = random.Next(width - w + 1);
        float[] before = (float[])inputs.Clone();
        int sample = inputs.Length / partners.Length, area = height * width;
        for (int i = 0; i < partners.Length; i++)
        {
            for (int plane = 0; plane < sample / area; plane++)
            {
                for (int y = top; y < top + h; y++)
                {
                    int offset = plane * area + y * width + left;
                    before.AsSpan(partners[i] * sample + offset, w).CopyTo(inputs.AsSpan(i * sample + offset));
                }
            }
        }
        Blend(targets, partners, 1 - (float)(h * w) / area);
    }

    private static void Blend(float[] values, int[] partners, float share)
    {
        float[] before = (float[])values.Clone();
        int row = values.Length / partners.Length;
        for (int i = 0; i < values.Length; i++) values[i] = share * before[i] + (1 - share) * before[partners[i / row] * row + i % row];
    }
}
