namespace EdgeKit.Training.Augmenting;

/// <summary>Adds Gaussian noise of a random strength to every sample, as a sensor does.</summary>
/// <param name="most">Largest standard deviation, on the samples' scale.</param>
public sealed class Noise(float most) : IAugmentation
{
    /// <inheritdoc/>
    public FloatImage Apply(FloatImage image, ref CounterRandom random)
    {
        float sigma = random.NextSingle() * most;
        for (int i = 0; i < image.Values.Length; i++) image.Values[i] += sigma * random.NextGaussian();
        return image;
    }
}
