using EdgeKit.Quantization;
using Xunit;

namespace EdgeKit.Tests.Quantization;

public sealed class HistogramTests
{
    [Fact]
    public void Counts_every_number_in_the_bin_that_holds_it()
    {
        float[] data = Normal(5000, 3, seed: 1);
        var histogram = new Histogram();
        histogram.Add(data);

        long[] expected = new long[Histogram.Bins];
        foreach (float v in data) expected[(int)Math.Floor(v / histogram.BinWidth) + Histogram.Bins / 2]++;
        Assert.Equal(expected, histogram.Counts.ToArray());
        Assert.Equal(data.Length, histogram.Count);
        Assert.Equal(data.Min(), histogram.Minimum);
        Assert.Equal(data.Max(), histogram.Maximum);
    }

    [Fact]
    public void The_range_reaches_to_the_next_power_of_two_and_no_further()
    {
        var histogram = new Histogram();
        histogram.Add([0.5f, -5.9f]);
        Assert.Equal(8, histogram.Edge(Histogram.Bins));
        Assert.Equal(-8, histogram.Edge(0));
        histogram.Add([8f]);
        Assert.Equal(16, histogram.Edge(Histogram.Bins));
    }

    [Fact]
    public void Order_chunks_and_merging_do_not_change_a_single_count()
    {
        // Later parts are ever larger, so the bins are merged many times on one way and never on the other.
        float[][] parts = [.. Enumerable.Range(0, 12).Select(i => Normal(700, MathF.Pow(2.3f, i - 6), seed: i))];
        var forward = new Histogram();
        foreach (float[] part in parts) forward.Add(part);
        var backward = new Histogram();
        foreach (float[] part in parts.Reverse()) backward.Add(part);
        var merged = new Histogram();
        foreach (float[] part in parts)
        {
            var one = new Histogram();
            one.Add(part);
            merged.Merge(one);
        }

        Assert.Equal(forward.Counts.ToArray(), backward.Counts.ToArray());
        Assert.Equal(forward.Counts.ToArray(), merged.Counts.ToArray());
        Assert.Equal(forward.BinWidth, merged.BinWidth);
        Assert.Equal(parts.Sum(static p => p.Length), merged.Counts.ToArray().Sum());
    }

    [Fact]
    public void Zeros_and_tiny_numbers_are_counted_and_grow_into_any_range()
    {
        var histogram = new Histogram();
        histogram.Add([0, 0, float.Epsilon, -float.Epsilon]);
        histogram.Add([float.MaxValue, -float.MaxValue]);
        Assert.Equal(6, histogram.Count);
        Assert.Equal(6, histogram.Counts.ToArray().Sum());
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void A_number_that_is_not_finite_is_refused(float bad) =>
        Assert.Throws<ArgumentException>(() => new Histogram().Add([1, bad, 2]));

    internal static float[] Normal(int count, float deviation, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
            deviation * (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())))];
    }
}
