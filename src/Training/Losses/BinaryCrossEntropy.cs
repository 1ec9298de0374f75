namespace EdgeKit.Training.Losses;

/// <summary>-(t log s + (1 - t) log(1 - s)), s = sigmoid(logit): the sum over all elements, divided by a normaliser.</summary>
public static class BinaryCrossEntropy
{
    /// <summary>Evaluates the loss and adds weight times its derivative to <paramref name="gradient"/>: (s - t) / normaliser.</summary>
    /// <param name="logits">Any number of logits.</param>
    /// <param name="targets">As many, 0 to 1.</param>
    /// <param name="normaliser">What the sum is divided by: the number of elements for their mean, or of the positive ones.</param>
    /// <param name="gradient">As many numbers.</param>
    /// <param name="weight">Factor of the derivative.</param>
    /// <returns>The loss, not weighted.</returns>
    public static double Evaluate(ReadOnlySpan<float> logits, ReadOnlySpan<float> targets, double normaliser, Span<float> gradient, float weight = 1)
    {
        double loss = 0;
        for (int i = 0; i < logits.Length; i++)
        {
            loss += SoftMax.SoftPlus(logits[i]) - (double)targets[i] * logits[i];
            gradient[i] += (float)(weight * (SoftMax.Sigmoid(logits[i]) - targets[i]) / normaliser);
        }
        return loss / normaliser;
    }
}
