using EdgeKit.Quantization;
using EdgeKit.Statistics;
using Xunit;

namespace EdgeKit.Tests.Quantization;

public sealed class GramRoundingTests
{
    [Theory]
    [InlineData(1, 5)]
    [InlineData(9, 40)]
    [InlineData(24, 10)]
    [InlineData(64, 400)]
    public void The_error_of_the_output_is_never_larger_than_with_nearest_rounding(int columns, int samples)
    {
        SquareMatrix h = Moments(columns, samples, seed: columns);
        var rounding = new GramRounding(h, h.MeanDiagonal * 0.01);
        int bettered = 0;
        double total = 0, totalNearest = 0;
        for (int row = 0; row < 32; row++)
        {
            float[] w = HistogramTests.Normal(columns, 1, seed: 1000 + row);
            float scale = w.Max(MathF.Abs) / 20;
            var codes = new sbyte[columns];
            if (rounding.Round(w, scale, codes)) bettered++;
            double error = Error(h, w, codes, scale), nearest = Error(h, w, [.. w.Select(v => (sbyte)Math.Round(v / scale))], scale);
            Assert.True(error <= nearest * (1 + 1e-9));
            total += error;
            totalNearest += nearest;
        }
        if (columns > 1) Assert.True(bettered > 16 && total < 0.9 * totalNearest, $"{bettered} rows, {total / totalNearest}");
    }

    [Fact]
    public void With_independent_inputs_rounding_is_to_nearest()
    {
        var h = new SquareMatrix(3);
        for (int i = 0; i < 3; i++) h[i, i] = i + 1;
        var codes = new sbyte[3];
        Assert.False(new GramRounding(h, 0).Round([0.4f, -1.6f, 300], 1, codes));
        Assert.Equal(new sbyte[] { 0, -2, 127 }, codes);
    }

    private static SquareMatrix Moments(int columns, int samples, int seed)
    {
        // Neighbouring columns are alike, as pixels are.
        var gram = new GramMatrix(columns);
        for (int i = 0; i < samples; i++)
        {
            float[] z = HistogramTests.Normal(columns, 1, seed: seed * 10_000 + i);
            for (int k = 1; k < columns; k++) z[k] = 0.9f * z[k - 1] + 0.4f * z[k];
            gram.Add(z);
        }
        return gram.ToMatrix();
    }

    private static double Error(SquareMatrix h, float[] w, sbyte[] codes, float scale)
    {
        double sum = 0;
        for (int i = 0; i < w.Length; i++)
            for (int j = 0; j < w.Length; j++) sum += (w[i] - codes[i] * (double)scale) * h[i, j] * (w[j] - codes[j] * (double)scale);
        return sum;
    }
}
