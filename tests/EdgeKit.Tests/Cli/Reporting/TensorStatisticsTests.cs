using EdgeKit.Cli.Reporting;
using Xunit;

namespace EdgeKit.Tests.Cli.Reporting;

public sealed class TensorStatisticsTests
{
    [Fact]
    public void A_tensor_against_itself_has_no_noise()
    {
        var statistics = new TensorStatistics(null);
        statistics.Add([1, -2, 3], [1, -2, 3]);
        Assert.Null(statistics.SqnrDb);
        Assert.Null(statistics.Range);
        Assert.Equal((0, 0), (statistics.ClippedLow, statistics.ClippedHigh));
    }

    [Fact]
    public void Noise_of_a_tenth_is_20_decibels_over_all_pictures()
    {
        var statistics = new TensorStatistics(null);
        statistics.Add([10, 0], [9, 0]);
        statistics.Add([0, -10], [0, -11]);
        statistics.AddOwn([10, 0], [10, 0.1f]);
        Assert.Equal(20, statistics.SqnrDb!.Value, 9);
        Assert.Equal(40, statistics.OwnSqnrDb!.Value, 4);
    }

    [Fact]
    public void What_lies_more_than_half_a_step_beyond_the_range_is_clipped()
    {
        var statistics = new TensorStatistics((-1, 1, 0.5));
        statistics.Add([-1.3f, -1.2f, -1, 0, 1, 1.25f, 1.26f, 5], new float[8]);
        Assert.Equal((1 / 8.0, 2 / 8.0), (statistics.ClippedLow, statistics.ClippedHigh));
        Assert.Equal([-1.0, 1.0], statistics.Range!);
    }

    [Fact]
    public void The_distribution_covers_what_was_seen_and_the_range()
    {
        var statistics = new TensorStatistics((-8, 2, 0.1));
        statistics.AddToDistribution([0.5f, 1.5f, 4]);
        TensorHistogram d = statistics.Distribution();
        Assert.Equal((-8, 4), (d.Low, d.High));
        Assert.Equal((TensorStatistics.Bins, 3L), (d.Counts.Count, d.Counts.Sum()));
        Assert.Equal(1, d.Counts[^1]);
        Assert.Equal((0.5f, 4f), statistics.Observed);
        Assert.Throws<ArgumentException>(() => statistics.AddToDistribution([float.NaN]));
    }

    [Fact]
    public void A_tensor_of_zeros_can_be_drawn()
    {
        var statistics = new TensorStatistics(null);
        statistics.AddToDistribution(new float[10]);
        TensorHistogram d = statistics.Distribution();
        Assert.True(d.Low < 0 && d.High > 0);
        Assert.Equal(10, d.Counts.Sum());
    }

    [Fact]
    public void Scales_of_channels_are_found_and_noise_is_not_taken_for_them()
    {
        var random = new Random(1);
        float[] reference = [.. Enumerable.Range(0, 4 * 256).Select(_ => random.NextSingle())];
        float[] noisy = Array.ConvertAll(reference, r => r + (random.NextSingle() - 0.5f) * 0.01f);
        var same = new ChannelScales(4);
        same.Add(reference, noisy, inner: 256);
        Assert.Null(same.Factors());

        var scaled = new ChannelScales(4);
        scaled.Add(reference, [.. noisy.Select((v, i) => v / (i / 256 + 2))], inner: 256);
        float[] factors = scaled.Factors()!;
        for (int c = 0; c < 4; c++) Assert.Equal(c + 2, factors[c], 0.01 * (c + 2));
    }

    [Fact]
    public void Few_elements_give_no_scales()
    {
        var scales = new ChannelScales(2);
        scales.Add([1, 2], [2, 1], inner: 1);
        Assert.Null(scales.Factors());
    }
}
