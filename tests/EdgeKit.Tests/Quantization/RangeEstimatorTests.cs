using EdgeKit.Quantization;
using Xunit;

namespace EdgeKit.Tests.Quantization;

public sealed class RangeEstimatorTests
{
    [Fact]
    public void MinMax_is_exact_and_holds_zero()
    {
        Assert.Equal(new ValueRange(0, 3.25f), Estimate([1.5f, 3.25f], CalibrationMethod.MinMax));
        Assert.Equal(new ValueRange(-7, 0), Estimate([-7, -2], CalibrationMethod.MinMax));
        Assert.Equal(new ValueRange(-7, 2), Estimate([-7, 2], CalibrationMethod.MinMax));
    }

    [Fact]
    public void Percentile_leaves_out_the_given_share_on_either_side()
    {
        float[] data = [.. Enumerable.Range(-5000, 10001).Select(static i => i / 1000f)];
        ValueRange range = Estimate(data, CalibrationMethod.Percentile, percentile: 99);
        Assert.InRange(range.High, 4.89f, 4.91f);
        Assert.InRange(range.Low, -4.91f, -4.89f);
        Assert.Equal(new ValueRange(-5, 5), Estimate(data, CalibrationMethod.Percentile, percentile: 100));
    }

    [Fact]
    public void The_error_of_a_range_is_the_error_that_quantizing_the_numbers_makes()
    {
        float[] data = HistogramTests.Normal(20000, 1, seed: 5);
        var histogram = new Histogram();
        histogram.Add(data);
        var range = new ValueRange(-2, 2.5f);
        var p = QuantizationParameters.FromRange(range, ActivationScheme.Asymmetric);
        double exact = data.Sum(v => Math.Pow(v - p.Dequantize(p.Quantize(v)), 2));
        Assert.Equal(exact, new ConsumerError(histogram, ActivationScheme.Asymmetric).Of(range), exact * 0.01);
    }

    [Fact]
    public void What_a_function_maps_to_one_value_need_not_be_represented()
    {
        // HardSwish is 0 below -3.
        float[] data = HistogramTests.Normal(200_000, 10, seed: 6);
        var histogram = new Histogram();
        histogram.Add(data);
        var error = new ConsumerError(histogram, ActivationScheme.Asymmetric, static x => Array.ConvertAll(x, static v => v * Math.Clamp(v / 6 + 0.5f, 0, 1)));
        (ValueRange range, CalibrationMethod method) = RangeEstimator.Best(histogram, ActivationScheme.Asymmetric, error.Of);
        Assert.InRange(range.Low, -5, -2.5f);
        Assert.InRange(range.High, 30, data.Max());
        Assert.Equal(CalibrationMethod.Auto, method);
    }

    [Fact]
    public void A_sigmoid_hides_that_what_it_reads_is_clipped_where_it_has_saturated_and_only_there()
    {
        var histogram = new Histogram();
        histogram.Add([.. HistogramTests.Normal(10_000, 50, seed: 8), 0.5f]);
        var behind = new ConsumerError(histogram, ActivationScheme.Asymmetric, static x => Array.ConvertAll(x, static v => 1 / (1 + MathF.Exp(-v))));
        // 1 / (1 + exp(5.54)) is one of 255 steps.
        Assert.False(behind.ShowsClipping(new(-6, 6)));
        Assert.True(behind.ShowsClipping(new(-6, 5)));
        Assert.True(behind.ShowsClipping(new(-5, 6)));
    }

    [Fact]
    public void The_best_range_is_never_worse_behind_its_readers_than_any_methods()
    {
        var seen = new Histogram();
        seen.Add(HistogramTests.Normal(100_000, 1, seed: 1));
        seen.Add(HistogramTests.Normal(1_000, 9, seed: 2));
        var error = new ConsumerError(seen, ActivationScheme.Asymmetric, static x => Array.ConvertAll(x, MathF.Tanh));
        ValueRange best = RangeEstimator.Best(seen, ActivationScheme.Asymmetric, error.Of).Range;
        foreach (CalibrationMethod method in Enum.GetValues<CalibrationMethod>())
            Assert.True(error.Of(best) <= error.Of(RangeEstimator.Estimate(seen, method, ActivationScheme.Asymmetric)), method.ToString());
    }

    [Theory]
    [InlineData(CalibrationMethod.MeanSquaredError)]
    [InlineData(CalibrationMethod.Entropy)]
    [InlineData(CalibrationMethod.Percentile)]
    public void A_lonely_outlier_is_clipped(CalibrationMethod method)
    {
        float[] data = [.. HistogramTests.Normal(200_000, 1, seed: 7), 60];
        ValueRange range = Estimate(data, method);
        Assert.InRange(range.High, 3, 50);
        Assert.InRange(range.Low, data.Min(), -2.5f);
    }

    [Theory]
    [InlineData(CalibrationMethod.MeanSquaredError)]
    [InlineData(CalibrationMethod.Entropy)]
    [InlineData(CalibrationMethod.Percentile)]
    public void A_rectified_tensor_starts_at_zero_and_a_uniform_one_is_not_clipped(CalibrationMethod method)
    {
        float[] data = [.. Enumerable.Range(0, 100_000).Select(static i => Math.Max(0, i - 50_000) / 10_000f)];
        ValueRange range = Estimate(data, method);
        Assert.Equal(0, range.Low);
        Assert.InRange(range.High, 4.9f, 5f);
    }

    [Fact]
    public void A_symmetric_range_is_cut_at_one_magnitude()
    {
        float[] data = [.. HistogramTests.Normal(200_000, 1, seed: 9), 60];
        var histogram = new Histogram();
        histogram.Add(data);
        ValueRange range = RangeEstimator.Estimate(histogram, CalibrationMethod.MeanSquaredError, ActivationScheme.Symmetric);
        Assert.InRange(range.High, 3, 50);
        Assert.Equal(data.Min(), range.Low);
    }

    [Fact]
    public void Nothing_seen_gives_an_empty_range() => Assert.Equal(default, Estimate([], CalibrationMethod.Entropy));

    private static ValueRange Estimate(float[] data, CalibrationMethod method, double percentile = 99.99)
    {
        var histogram = new Histogram();
        histogram.Add(data);
        return RangeEstimator.Estimate(histogram, method, ActivationScheme.Asymmetric, percentile);
    }
}
