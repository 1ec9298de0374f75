namespace EdgeKit.Training.Optimizing;

/// <summary>Changes parameters against their gradients.</summary>
public abstract class Optimizer
{
    private readonly float[][][] _slots;

    /// <param name="parameters">What is trained.</param>
    /// <param name="slots">Numbers that the method remembers for each number of a parameter.</param>
    private protected Optimizer(IReadOnlyList<Parameter> parameters, int slots)
    {
        Parameters = parameters;
        _slots = [.. Enumerable.Range(0, slots).Select(_ => parameters.Select(static p => new float[p.Gradient.Length]).ToArray())];
    }

    /// <summary>What is trained.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>
    /// Weight decay: the share of itself, times the learning rate, that a weight loses each step. Biases and what batch normalisation learns, which have one
    /// dimension, do not decay.
    /// </summary>
    public float WeightDecay { get; init; }

    /// <summary>Steps done.</summary>
    public long Steps { get; set; }

    /// <summary>What the method remembers, by name, for checkpoints; the arrays are its own.</summary>
    public IEnumerable<(string Name, float[] Values)> State =>
        _slots.SelectMany((slot, s) => slot.Select((values, i) => ($"{Parameters[i].Name}/{s}", values)));

    /// <summary>Makes one step.</summary>
    /// <param name="rate">Learning rate.</param>
    public void Step(float rate)
    {
        Steps++;
        for (int i = 0; i < Parameters.Count; i++)
        {
            Parameter parameter = Parameters[i];
            float[][] slots = Array.ConvertAll(_slots, s => s[i]);
            Update(parameter.Value.AsSpan<float>(), parameter.Gradient, slots, rate, parameter.Value.Rank > 1 ? WeightDecay : 0);
        }
    }

    /// <summary>Changes one parameter.</summary>
    /// <param name="value">Its numbers.</param>
    /// <param name="gradient">The loss's derivative by each.</param>
    /// <param name="slots">What the method remembers of each.</param>
    /// <param name="rate">Learning rate.</param>
    /// <param name="decay">Weight decay.</param>
    private protected abstract void Update(Span<float> value, ReadOnlySpan<float> gradient, float[][] slots, float rate, float decay);
}
