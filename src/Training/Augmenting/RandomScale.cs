namespace EdgeKit.Training.Augmenting;

/// <summary>Zooms around a random point, each axis apart: a rectangle of random share and shape fills the whole picture.</summary>
/// <param name="least">Smallest side of the rectangle as a share of the picture's; over 1 zooms out, where the border is repeated.</param>
/// <param name="most">Largest side.</param>
/// <param name="stretch">Largest factor between the two shares.</param>
public sealed class RandomScale(float least, float most, float stretch = 1.1f) : IAugmentation
{
    /// <inheritdoc/>
    public FloatImage Apply(FloatImage image, ref CounterRandom random)
    {
        float share = random.NextSingle(least, most), shape = MathF.Sqrt(MathF.Exp(random.NextSingle(-1, 1) * MathF.Log(stretch)));
        float width = image.Width * share * shape, height = image.Height * share / shape;
        float left = (image.Width - width) * random.NextSingle(), top = (image.Height - height) * random.NextSingle();
        return Resample(image, left, top, width, height);
    }

    /// <summary>A rectangle of the picture at the picture's size, bilinear.</summary>
    private static FloatImage Resample(FloatImage image, float left, float top, float width, float height)
    {
        var result = new FloatImage(image.Channels, image.Height, image.Width);
        (int[] x0, float[] fx) = Positions(left, width, image.Width);
        (int[] y0, float[] fy) = Positions(top, height, image.Height);
        for (int c = 0; c < image.Channels; c++)
        {
            for (int y = 0; y < image.Height; y++)
            {
                ReadOnlySpan<float> a = image.Row(c, y0[y]), b = image.Row(c, Math.Min(y0[y] + 1, image.Height - 1));
                Span<float> target = result.Row(c, y);
                for (int x = 0; x < target.Length; x++)
                {
                    int i = x0[x], j = Math.Min(i + 1, a.Length - 1);
                    float upper = a[i] + fx[x] * (a[j] - a[i]), lower = b[i] + fx[x] * (b[j] - b[i]);
                    target[x] = upper + fy[y] * (lower - upper);
                }
            }
        }
        return result;
    }

    private static (int[] Index, float[] Fraction) Positions(float start, float length, int count)
    {
        int[] index = new int[count];
        float[] fraction = new float[count];
        for (int i = 0; i < count; i++)
        {
            float position = Math.Clamp(start + (i + 0.5f) * length / count - 0.5f, 0, count - 1);
            index[i] = (int)position;
            fraction[i] = position - index[i];
        }
        return (index, fraction);
    }
}
