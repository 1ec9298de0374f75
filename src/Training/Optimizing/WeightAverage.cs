namespace EdgeKit.Training.Optimizing;

/// <summary>
/// Exponential moving average of numbers that a training changes (Polyak and Juditsky, 1992): what it ends with is less noisy than the last step. The first
/// steps count for more, so that the average does not remember where the training began.
/// </summary>
public sealed class WeightAverage
{
    private const double WarmUp = 10;

    private readonly float[][] _averages;
    private readonly double _decay;

    /// <param name="lengths">How many numbers each array has.</param>
    /// <param name="decay">Share of the average that a step keeps, such as 0.999.</param>
    public WeightAverage(IEnumerable<int> lengths, double decay)
    {
        _averages = [.. lengths.Select(static n => new float[n])];
        _decay = decay;
    }

    /// <summary>The averages; the arrays are its own.</summary>
    public IReadOnlyList<float[]> Averages => _averages;

    /// <summary>Takes the numbers after a step.</summary>
    /// <param name="index">Which of the arrays.</param>
    /// <param name="values">Its numbers.</param>
    /// <param name="step">The step, from 0.</param>
    public void Update(int index, ReadOnlySpan<float> values, long step)
    {
        float keep = (float)Math.Min(_decay, step / (step + WarmUp));
        float[] average = _averages[index];
        for (int i = 0; i < average.Length; i++) average[i] = keep * average[i] + (1 - keep) * values[i];
    }
}
