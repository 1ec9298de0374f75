namespace EdgeKit.Training.Augmenting;

/// <summary>Mirrors left and right, every second picture.</summary>
public sealed class Flip : IAugmentation
{
    /// <inheritdoc/>
    public FloatImage Apply(FloatImage image, ref CounterRandom random)
    {
        if (random.NextSingle() < 0.5f) return image;
        for (int row = 0; row < image.Channels * image.Height; row++) image.Values.AsSpan(row * image.Width, image.Width).Reverse();
        return image;
    }
}
