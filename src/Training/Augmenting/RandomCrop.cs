namespace EdgeKit.Training.Augmenting;

/// <summary>Moves the picture by up to some samples in each direction; what comes in from outside repeats the picture as in a mirror.</summary>
/// <param name="most">Samples.</param>
public sealed class RandomCrop(int most) : IAugmentation
{
    /// <inheritdoc/>
    public FloatImage Apply(FloatImage image, ref CounterRandom random)
    {
        int dx = random.Next(2 * most + 1) - most, dy = random.Next(2 * most + 1) - most;
        if (dx == 0 && dy == 0) return image;
        var result = new FloatImage(image.Channels, image.Height, image.Width);
        for (int c = 0; c < image.Channels; c++)
        {
            for (int y = 0; y < image.Height; y++)
            {
                ReadOnlySpan<float> source = image.Row(c, Mirror(y + dy, image.Height));
                Span<float> target = result.Row(c, y);
                for (int x = 0; x < target.Length; x++) target[x] = source[Mirror(x + dx, source.Length)];
            }
        }
        return result;
    }

    private static int Mirror(int i, int count)
    {
        int period = Math.Max(2 * count - 2, 1);
        int folded = ((i % period) + period) % period;
        return folded < count ? folded : period - folded;
    }
}
