namespace EdgeKit.Training.Losses;

/// <summary>
/// 1 - (2 Σ s t + ε) / (Σ s² + Σ t² + ε), s = sigmoid(logit), for one mask (Milletari et al., "V-Net", 2016, eq. 3): how far a mask is from overlapping its
/// target, however few its pixels are.
/// </summary>
public static class DiceLoss
{
    /// <summary>Evaluates the loss of one mask and adds weight times its derivative to <paramref name="gradient"/>.</summary>
    /// <param name="logits">The mask's logits.</param>
    /// <param name="targets">As many, 0 to 1.</param>
    /// <param name="gradient">As many numbers.</param>
    /// <param name="epsilon">What keeps the loss of an empty mask 0.</param>
    /// <param name="weight">Factor of the derivative.</param>
    /// <returns>The loss, not weighted.</returns>
    public static double Evaluate(ReadOnlySpan<float> logits, ReadOnlySpan<float> targets, Span<float> gradient, double epsilon = 1, float weight = 1)
    {
        double both = epsilon, either = epsilon;
        for (int i = 0; i < logits.Length; i++)
        {
            double s = SoftMax.Sigmoid(logits[i]), t = targets[i];
            both += 2 * s * t;
            either += s * s + t * t;
        }
        for (int i = 0; i < logits.Length; i++)
        {
            double s = SoftMax.Sigmoid(logits[i]);
            double slope = (2 * s * both / either - 2 * targets[i]) / either;
            gradient[i] += (float)(weight * slope * s * (1 - s));
        }
        return 1 - both / either;
    }
}
