using EdgeKit.Statistics;
using Xunit;

namespace EdgeKit.Tests.Statistics;

public class AlgebraTests
{
    [Theory]
    [InlineData(1, 3)]
    [InlineData(7, 20)]
    [InlineData(70, 90)]
    public void Gram_matrix_is_the_sum_of_outer_products(int columns, int count)
    {
        float[] z = Vectors(columns * count, seed: 1);
        var gram = new GramMatrix(columns);
        gram.Add(z.AsSpan(0, columns * (count / 2)));
        gram.Add(z.AsSpan(columns * (count / 2)));
        SquareMatrix matrix = gram.ToMatrix(), centred = gram.ToCentredMatrix();
        Assert.Equal(count, gram.Samples);
        for (int i = 0; i < columns; i++)
        {
            double mean = Enumerable.Range(0, count).Average(n => (double)z[n * columns + i]);
            Assert.Equal(mean, gram.Mean(i), 1e-12);
            for (int j = 0; j < columns; j++)
            {
                double sum = Enumerable.Range(0, count).Sum(n => (double)z[n * columns + i] * z[n * columns + j]);
                Assert.Equal(sum, gram[i, j], 1e-9);
                Assert.Equal(sum, matrix[i, j], 1e-9);
                Assert.Equal(sum - count * gram.Mean(i) * gram.Mean(j), centred[i, j], 1e-9);
            }
        }
    }

    [Fact]
    public void Cross_matrix_is_the_sum_of_products_of_pairs()
    {
        const int outputs = 3, columns = 5, count = 11;
        float[] y = Vectors(outputs * count, seed: 2), z = Vectors(columns * count, seed: 3);
        var cross = new CrossMatrix(outputs, columns);
        cross.Add(y.AsSpan(0, outputs * 4), z.AsSpan(0, columns * 4));
        cross.Add(y.AsSpan(outputs * 4), z.AsSpan(columns * 4));
        for (int o = 0; o < outputs; o++)
        {
            double mean = Enumerable.Range(0, count).Average(n => (double)y[n * outputs + o]);
            Assert.Equal(mean, cross.MeanY(o), 1e-12);
            Assert.Equal(Enumerable.Range(0, count).Sum(n => Math.Pow(y[n * outputs + o] - mean, 2)), cross.VarianceSumY(o), 1e-9);
            for (int i = 0; i < columns; i++)
            {
                Assert.Equal(Enumerable.Range(0, count).Sum(n => (double)y[n * outputs + o] * z[n * columns + i]), cross.Row(o)[i], 1e-9);
                Assert.Equal(cross.Row(o)[i] - count * mean * cross.MeanZ(i), cross.CentredRow(o)[i], 1e-9);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(49)]
    [InlineData(150)]
    public void Cholesky_solves_and_inverts(int size)
    {
        SquareMatrix a = Positive(size);
        Cholesky factor = Cholesky.TryFactorise(a)!;
        double[] x = [.. Vectors(size, seed: 5).Select(static v => (double)v)], b = new double[size];
        for (int i = 0; i < size; i++) b[i] = Dot.Product(a.Row(i), x);
        factor.Solve(b);
        for (int i = 0; i < size; i++) Assert.Equal(x[i], b[i], 1e-8);
        SquareMatrix inverse = factor.Inverse();
        for (int i = 0; i < size; i++)
            for (int j = 0; j < size; j++) Assert.Equal(i == j ? 1 : 0, Enumerable.Range(0, size).Sum(k => a[i, k] * inverse[k, j]), 1e-8);
    }

    [Fact]
    public void A_singular_matrix_is_refused_and_a_ridge_makes_it_definite()
    {
        var zeros = new SquareMatrix(4);
        Assert.Null(Cholesky.TryFactorise(zeros));
        Assert.Equal(4, Cholesky.Factorise(zeros, ridge: 0).Size);
        zeros[0, 0] = double.NaN;
        Assert.Throws<ArgumentException>(() => Cholesky.Factorise(zeros, ridge: 1));
    }

    [Fact]
    public void Positions_are_ascending_distinct_and_the_same_for_the_same_picture()
    {
        int[] picked = PositionSampler.Of(picture: 3, positions: 1000, count: 64);
        Assert.Equal(picked, PositionSampler.Of(3, 1000, 64));
        Assert.Equal(picked, picked.Distinct().Order());
        Assert.Equal(64, picked.Length);
        Assert.NotEqual(picked, PositionSampler.Of(4, 1000, 64));
        Assert.Equal(Enumerable.Range(0, 49), PositionSampler.Of(0, 49, 64));
    }

    private static SquareMatrix Positive(int size)
    {
        var gram = new GramMatrix(size);
        gram.Add(Vectors(size * (size + 20), seed: 4));
        return gram.ToMatrix();
    }

    private static float[] Vectors(int length, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => random.NextSingle() * 2 - 1)];
    }
}
