using EdgeKit.Cli.Comparing;
using Xunit;

namespace EdgeKit.Tests.Cli.Reporting;

public sealed class McNemarTests
{
    [Theory]
    [InlineData(10, 20, 0.098737)]
    [InlineData(20, 10, 0.098737)]
    [InlineData(12, 18, 0.361595)]
    [InlineData(0, 5, 0.0625)]
    [InlineData(1, 9, 0.021484)]
    [InlineData(7, 7, 1)]
    [InlineData(0, 0, 1)]
    [InlineData(5, 6, 1)]
    public void The_exact_test_has_the_known_values(int b, int c, double p) => Assert.Equal(p, McNemar.PValue(b, c), 6);

    [Fact]
    public void Many_pictures_do_not_overflow()
    {
        // The normal approximation with continuity correction: z = (200 - 1) / sqrt(10,000) = 1.99.
        Assert.Equal(0.0466, McNemar.PValue(4900, 5100), 3);
        Assert.Equal(0, McNemar.PValue(0, 20_000));
    }

    [Fact]
    public void The_outcome_is_said_in_plain_words()
    {
        Assert.Equal("the INT8 model is right on 12 pictures where the float one is wrong, and wrong on 18 where the float one is right: such a difference or a larger one comes by chance in 36 % of cases.",
            new PairedOutcomes(500, 12, 18, 120).Describe("the INT8 model", "the float one"));
        Assert.EndsWith(": neither is better.", new PairedOutcomes(5, 1, 1, 0).Describe("a", "b"), StringComparison.Ordinal);
        Assert.Equal("a and b are right on the same pictures.", new PairedOutcomes(5, 0, 0, 3).Describe("a", "b"));
        Assert.Contains("less than 0.1 %", new PairedOutcomes(5, 0, 60, 3).Describe("a", "b"), StringComparison.Ordinal);
        Assert.Contains("in 2.1 % of", new PairedOutcomes(5, 1, 9, 3).Describe("a", "b"), StringComparison.Ordinal);
    }
}
