namespace EdgeKit.Training.Losses;

/// <summary>d²/2β where |d| is below β, else |d| - β/2 (Girshick, "Fast R-CNN", 2015, eq. 3): the sum over all elements, divided by a normaliser.</summary>
public static class SmoothL1
{
    /// <summary>Evaluates the loss and adds weight times its derivative to <paramref name="gradient"/>.</summary>
    /// <param name="predicted">Any number of values.</param>
    /// <param name="targets">As many.</param>
    /// <param name="normaliser">What the sum is divided by.</param>
    /// <param name="gradient">As many numbers.</param>
    /// <param name="beta">Where the square becomes a straight line.</param>
    /// <param name="weight">Factor of the derivative.</param>
    /// <returns>The loss, not weighted.</returns>
    public static double Evaluate(ReadOnlySpan<float> predicted, ReadOnlySpan<float> targets, double normaliser, Span<float> gradient, double beta = 1, float weight = 1)
    {
        double loss = 0;
        for (int i = 0; i < predicted.Length; i++)
        {
            double d = (double)predicted[i] - targets[i];
            loss += Math.Abs(d) < beta ? d * d / (2 * beta) : Math.Abs(d) - beta / 2;
            gradient[i] += (float)(weight * Math.Clamp(d / beta, -1, 1) / normaliser);
        }
        return loss / normaliser;
    }
}
