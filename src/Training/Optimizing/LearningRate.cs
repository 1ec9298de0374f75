namespace EdgeKit.Training.Optimizing;

/// <summary>How the learning rate falls after the warm-up.</summary>
public enum RateSchedule
{
    /// <summary>It does not.</summary>
    Constant,

    /// <summary>Along half a cosine (Loshchilov and Hutter, "SGDR", 2017, without restarts).</summary>
    Cosine,

    /// <summary>By a factor at milestones.</summary>
    Step,
}

/// <summary>The learning rate of every step.</summary>
public sealed record LearningRate
{
    /// <summary>The rate at the end of the warm-up.</summary>
    public required double Peak { get; init; }

    /// <summary>Number of steps of the whole training.</summary>
    public required long Steps { get; init; }

    /// <summary>Steps over which the rate rises in a straight line from near 0.</summary>
    public long WarmUp { get; init; }

    /// <summary>How the rate falls.</summary>
    public RateSchedule Schedule { get; init; } = RateSchedule.Cosine;

    /// <summary>For <see cref="RateSchedule.Cosine"/>: the rate at the end, as a share of the peak.</summary>
    public double Final { get; init; }

    /// <summary>For <see cref="RateSchedule.Step"/>: the milestones, as shares of all steps.</summary>
    public IReadOnlyList<double> Milestones { get; init; } = [0.5, 0.75];

    /// <summary>For <see cref="RateSchedule.Step"/>: what the rate is multiplied by at each milestone.</summary>
    public double Factor { get; init; } = 0.1;

    /// <summary>The rate of a step.</summary>
    /// <param name="step">From 0.</param>
    public float At(long step)
    {
        if (step < WarmUp) return (float)(Peak * (step + 1) / (WarmUp + 1));
        double progress = (double)(step - WarmUp) / Math.Max(1, Steps - WarmUp);
        return (float)(Peak * Schedule switch
        {
            RateSchedule.Cosine => Final + (1 - Final) * (1 + Math.Cos(Math.PI * Math.Min(progress, 1))) / 2,
            RateSchedule.Step => Math.Pow(Factor, Milestones.Count(m => step >= m * Steps)),
            _ => 1,
        });
    }
}
