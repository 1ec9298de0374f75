namespace EdgeKit.Training.Losses;

/// <summary>-Σ target · log softmax(logits), averaged over rows.</summary>
public static class CrossEntropy
{
    /// <summary>Evaluates the loss and adds weight times its derivative to <paramref name="gradient"/>: (softmax - target) / rows.</summary>
    /// <param name="logits">rows x classes.</param>
    /// <param name="targets">rows x classes, each row summing to 1: one-hot, or mixed by mixup or cutmix.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="gradient">As many numbers as logits.</param>
    /// <param name="smoothing">Share of the target that is spread over all classes (Szegedy et al., "Rethinking the Inception Architecture", 2016, section 7).</param>
    /// <param name="weight">Factor of the derivative.</param>
    /// <returns>The loss, not weighted.</returns>
    public static double Evaluate(ReadOnlySpan<float> logits, ReadOnlySpan<float> targets, int classes, Span<float> gradient, float smoothing = 0, float weight = 1)
    {
        int rows = logits.Length / classes;
        double[] log = new double[classes];
        double loss = 0, even = (double)smoothing / classes;
        for (int r = 0; r < rows; r++)
        {
            SoftMax.Log(logits.Slice(r * classes, classes), 1, log);
            for (int c = 0; c < classes; c++)
            {
                int i = r * classes + c;
                double target = (1 - smoothing) * (double)targets[i] + even;
                loss -= target * log[c];
                gradient[i] += (float)(weight * (Math.Exp(log[c]) - target) / rows);
            }
        }
        return loss / rows;
    }
}
