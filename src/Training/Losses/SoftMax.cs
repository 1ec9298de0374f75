namespace EdgeKit.Training.Losses;

/// <summary>Probabilities of logits.</summary>
internal static class SoftMax
{
    /// <summary>Writes log softmax(logits / temperature).</summary>
    public static void Log(ReadOnlySpan<float> logits, float temperature, Span<double> result)
    {
        double largest = double.NegativeInfinity;
        foreach (double v in logits) largest = Math.Max(largest, v / temperature);
        double sum = 0;
        foreach (double v in logits) sum += Math.Exp(v / temperature - largest);
        double log = largest + Math.Log(sum);
        for (int i = 0; i < logits.Length; i++) result[i] = (double)logits[i] / temperature - log;
    }

    /// <summary>1 / (1 + e^-x).</summary>
    public static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    /// <summary>log(1 + e^x), where e^x may overflow.</summary>
    public static double SoftPlus(double x) => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x)));
}
