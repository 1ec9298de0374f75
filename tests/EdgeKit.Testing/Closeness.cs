using Xunit;

namespace EdgeKit.Testing;

/// <summary>Comparison of float tensors relative to their range.</summary>
public static class Closeness
{
    /// <summary>Fails unless the largest difference is at most <paramref name="tolerance"/> times the range of what is expected.</summary>
    public static void AssertWithin(double tolerance, ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, string what)
    {
        Assert.True(expected.Length == actual.Length, $"{what}: {actual.Length} elements where {expected.Length} are expected");
        float low = float.PositiveInfinity, high = float.NegativeInfinity;
        double worst = 0;
        int at = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            low = Math.Min(low, expected[i]);
            high = Math.Max(high, expected[i]);
            double difference = Math.Abs((double)expected[i] - actual[i]);
            if (difference <= worst) continue;
            (worst, at) = (difference, i);
        }
        Assert.All(actual.ToArray(), v => Assert.True(float.IsFinite(v), $"{what}: {v}"));
        double range = Math.Max(high - low, 1e-6);
        Assert.True(worst <= tolerance * range, $"{what}: element {at} is {actual[at]} where {expected[at]} is expected, {worst / range:e2} of the range");
    }
}
