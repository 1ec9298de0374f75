namespace EdgeKit.Training.Losses;

/// <summary>
/// Focal loss on sigmoids: -α(1 - p)^γ log p for positive elements and -(1 - α)p^γ log(1 - p) for negative ones (Lin et al., "Focal Loss for Dense Object
/// Detection", 2017, eq. 5), the sum over all elements divided by a normaliser. Targets between 0 and 1 mix both.
/// </summary>
public static class FocalLoss
{
    /// <summary>Evaluates the loss and adds weight times its derivative to <paramref name="gradient"/>.</summary>
    /// <param name="logits">Any number of logits.</param>
    /// <param name="targets">As many, 0 to 1.</param>
    /// <param name="normaliser">What the sum is divided by, such as the number of positive elements.</param>
    /// <param name="gradient">As many numbers.</param>
    /// <param name="alpha">Weight of positive elements; negative ones have 1 - alpha.</param>
    /// <param name="gamma">How much less well-classified elements count.</param>
    /// <param name="weight">Factor of the derivative.</param>
    /// <returns>The loss, not weighted.</returns>
    public static double Evaluate(ReadOnlySpan<float> logits, ReadOnlySpan<float> targets, double normaliser, Span<float> gradient, double alpha = 0.25, double gamma = 2, float weight = 1)
    {
        double loss = 0;
        for (int i = 0; i < logits.Length; i++)
        {
            (double positive, double positiveSlope) = Term(logits[i], gamma);
            (double negative, double negativeSlope) = Term(-logits[i], gamma);
            double t = targets[i], a = alpha * t, b = (1 - alpha) * (1 - t);
            loss += a * positive + b * negative;
            gradient[i] += (float)(weight * (a * positiveSlope - b * negativeSlope) / normaliser);
        }
        return loss / normaliser;
    }

    /// <summary>f = -(1 - p)^γ log p with p = sigmoid(x), and df/dx = (1 - p)^γ (γ p log p - (1 - p)).</summary>
    private static (double Value, double Slope) Term(double x, double gamma)
    {
        double log = -SoftMax.SoftPlus(-x), rest = SoftMax.Sigmoid(-x), focus = Math.Pow(rest, gamma);
        return (-focus * log, focus * (gamma * (1 - rest) * log - rest));
    }
}
