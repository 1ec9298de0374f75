using EdgeKit.Training;
using Xunit;

namespace EdgeKit.Tests.Training;

public class CounterRandomTests
{
    private const int Draws = 20_000;

    [Fact]
    public void The_same_key_gives_the_same_numbers_and_another_gives_others()
    {
        CounterRandom a = CounterRandom.Of(7, 1, 2), b = CounterRandom.Of(7, 1, 2), c = CounterRandom.Of(7, 2, 1), d = CounterRandom.Of(8, 1, 2);
        ulong first = a.NextBits();
        Assert.Equal(first, b.NextBits());
        Assert.NotEqual(first, c.NextBits());
        Assert.NotEqual(first, d.NextBits());
        Assert.NotEqual(first, a.NextBits());
    }

    [Fact]
    public void Distributions_have_their_moments()
    {
        var random = CounterRandom.Of(3);
        (double Mean, double Variance) Of(Func<double> draw)
        {
            double[] values = [.. Enumerable.Range(0, Draws).Select(_ => draw())];
            double mean = values.Average();
            return (mean, values.Average(v => (v - mean) * (v - mean)));
        }

        // Five standard errors.
        (double mean, double variance) = Of(() => random.NextSingle());
        Assert.InRange(mean, 0.49, 0.51);
        Assert.InRange(variance, 1 / 12.0 - 0.004, 1 / 12.0 + 0.004);
        (mean, variance) = Of(() => random.NextGaussian());
        Assert.InRange(mean, -0.036, 0.036);
        Assert.InRange(variance, 0.95, 1.05);
        (mean, variance) = Of(() => random.NextBeta(0.4f));
        Assert.InRange(mean, 0.485, 0.515);
        Assert.InRange(variance, 0.25 / 1.8 - 0.006, 0.25 / 1.8 + 0.006);
        (mean, _) = Of(() => random.Next(7));
        Assert.InRange(mean, 2.92, 3.08);
    }

    [Fact]
    public void A_permutation_holds_every_number_once()
    {
        var random = CounterRandom.Of(5);
        int[] order = random.Permutation(50);
        Assert.Equal(Enumerable.Range(0, 50), order.Order());
        Assert.NotEqual(Enumerable.Range(0, 50), order);
    }
}
