namespace EdgeKit.Training.Optimizing;

/// <summary>
/// Adam (Kingma and Ba, "Adam: A Method for Stochastic Optimization", 2015, algorithm 1), with weight decay either in the gradient or, as AdamW, apart from it
/// (Loshchilov and Hutter, "Decoupled Weight Decay Regularization", 2019).
/// </summary>
/// <param name="parameters">What is trained.</param>
public sealed class Adam(IReadOnlyList<Parameter> parameters) : Optimizer(parameters, slots: 2)
{
    /// <summary>Share of the mean of gradients that is kept.</summary>
    public float Beta1 { get; init; } = 0.9f;

    /// <summary>Share of the mean of squared gradients that is kept.</summary>
    public float Beta2 { get; init; } = 0.999f;

    /// <summary>Added to the root of the mean of squares.</summary>
    public float Epsilon { get; init; } = 1e-8f;

    /// <summary>Whether weight decay is apart from the gradient (AdamW).</summary>
    public bool Decoupled { get; init; } = true;

    private protected override void Update(Span<float> value, ReadOnlySpan<float> gradient, float[][] slots, float rate, float decay)
    {
        Span<float> mean = slots[0], square = slots[1];
        float correction1 = (float)(1 - Math.Pow(Beta1, Steps)), correction2 = (float)(1 - Math.Pow(Beta2, Steps));
        for (int i = 0; i < value.Length; i++)
        {
            float g = gradient[i] + (Decoupled ? 0 : decay * value[i]);
            mean[i] = Beta1 * mean[i] + (1 - Beta1) * g;
            square[i] = Beta2 * square[i] + (1 - Beta2) * g * g;
            float step = mean[i] / correction1 / (MathF.Sqrt(square[i] / correction2) + Epsilon);
            value[i] -= rate * (step + (Decoupled ? decay * value[i] : 0));
        }
    }
}
