using System.Numerics;

namespace EdgeKit.Training.Augmenting;

/// <summary>Adds nearly Gaussian noise of a random strength to every sample, as a sensor does: the number of ones among 64 random bits, which has a mean of 32 and a standard deviation of 4.</summary>
/// <param name="most">Largest standard deviation, on the samples' scale.</param>
public sealed class Noise(float most) : IAugmentation
{
    /// <inheritdoc/>
    public FloatImage Apply(FloatImage image, ref CounterRandom random)
    {
        const int Mean = 32, Deviation = 4;
        float unit = random.NextSingle() * most / Deviation;
        foreach (ref float value in image.Values.AsSpan()) value += unit * (BitOperations.PopCount(random.NextBits()) - Mean);
        return image;
    }
}
