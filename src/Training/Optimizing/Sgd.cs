namespace EdgeKit.Training.Optimizing;

/// <summary>
/// Stochastic gradient descent with momentum (Polyak, 1964), or Nesterov's in the form of Sutskever et al., "On the importance of initialization and momentum
/// in deep learning" (2013). Weight decay is part of the gradient.
/// </summary>
/// <param name="parameters">What is trained.</param>
public sealed class Sgd(IReadOnlyList<Parameter> parameters) : Optimizer(parameters, slots: 1)
{
    /// <summary>Share of the last step's velocity that is kept.</summary>
    public float Momentum { get; init; } = 0.9f;

    /// <summary>Whether the gradient counts as if it were taken where the velocity leads.</summary>
    public bool Nesterov { get; init; } = true;

    private protected override void Update(Span<float> value, ReadOnlySpan<float> gradient, float[][] slots, float rate, float decay)
    {
        Span<float> velocity = slots[0];
        for (int i = 0; i < value.Length; i++)
        {
            float g = gradient[i] + decay * value[i];
            velocity[i] = Momentum * velocity[i] + g;
            value[i] -= rate * (Nesterov ? g + Momentum * velocity[i] : velocity[i]);
        }
    }
}
