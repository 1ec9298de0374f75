namespace EdgeKit.Cli.Comparing;

/// <summary>The score interval of a share (Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", 1927).</summary>
internal static class Wilson
{
    // The 97.5 % quantile of the normal distribution.
    private const double Z = 1.959964;

    /// <summary>Low and high end of the 95 % interval.</summary>
    /// <param name="successes">How many of the trials succeeded.</param>
    /// <param name="trials">At least 1.</param>
    public static double[] Interval(int successes, int trials)
    {
        double n = trials, p = successes / n, z2 = Z * Z;
        double centre = (p + z2 / (2 * n)) / (1 + z2 / n);
        double half = Z / (1 + z2 / n) * Math.Sqrt(p * (1 - p) / n + z2 / (4 * n * n));
        return [Math.Max(0, centre - half), Math.Min(1, centre + half)];
    }
}
