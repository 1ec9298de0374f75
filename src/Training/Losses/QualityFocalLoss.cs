namespace EdgeKit.Training.Losses;

/// <summary>
/// Quality focal loss on sigmoids: |t - s|² times the binary cross-entropy, s = sigmoid(logit) and t the quality to be predicted, such as a box's IoU, 0 where there is
/// nothing (Li et al., "Generalized Focal Loss", 2020, eq. 3 with β = 2): the sum over all elements divided by a normaliser.
/// </summary>
public static class QualityFocalLoss
{
    /// <summary>Evaluates the loss and adds weight times its derivative to <paramref name="gradient"/>.</summary>
    /// <param name="logits">Any number of logits.</param>
    /// <param name="targets">As many, 0 to 1; elements with NaN do not count.</param>
    /// <param name="normaliser">What the sum is divided by, such as the number of positive elements.</param>
    /// <param name="gradient">As many numbers.</param>
    /// <param name="weight">Factor of the derivative.</param>
    /// <returns>The loss, not weighted.</returns>
    public static double Evaluate(ReadOnlySpan<float> logits, ReadOnlySpan<float> targets, double normaliser, Span<float> gradient, float weight = 1)
    {
        double loss = 0;
        for (int i = 0; i < logits.Length; i++)
        {
            if (float.IsNaN(targets[i])) continue;
            double s = SoftMax.Sigmoid(logits[i]), miss = s - targets[i], entropy = SoftMax.SoftPlus(logits[i]) - (double)targets[i] * logits[i];
            loss += miss * miss * entropy;
            gradient[i] += (float)(weight * miss * (2 * s * (1 - s) * entropy + miss * miss) / normaliser);
        }
        return loss / normaliser;
    }
}
