namespace EdgeKit.Training.Augmenting;

/// <summary>Covers a square at a random place with one value (DeVries and Taylor, "Improved Regularization of Convolutional Neural Networks with Cutout", 2017).</summary>
/// <param name="side">Side of the square in samples.</param>
/// <param name="value">What covers it.</param>
public sealed class Erase(int side, float value) : IAugmentation
{
    /// <inheritdoc/>
    public FloatImage Apply(FloatImage image, ref CounterRandom random)
    {
        int left = random.Next(image.Width) - side / 2, top = random.Next(image.Height) - side / 2;
        int right = Math.Min(left + side, image.Width), bottom = Math.Min(top + side, image.Height);
        for (int c = 0; c < image.Channels; c++)
            for (int y = Math.Max(top, 0); y < bottom; y++) image.Row(c, y)[Math.Max(left, 0)..right].Fill(value);
        return image;
    }
}
