using EdgeKit.Onnx;
using EdgeKit.Pruning;
using EdgeKit.Pruning.Blocks;
using EdgeKit.Pruning.LowRank;
using EdgeKit.Statistics;
using EdgeKit.Tests.Onnx.Passes;
using Xunit;

namespace EdgeKit.Tests.Pruning.LowRank;

public class LowRankTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(40)]
    public void Eigenvectors_make_up_the_matrix(int size)
    {
        SquareMatrix matrix = Covariance(size, size, size + 3, out _), copy = matrix.Select([.. Enumerable.Range(0, size)]);
        SymmetricEigen eigen = SymmetricEigen.Of(copy);
        Assert.Equal(eigen.Values.OrderDescending(), eigen.Values);
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < size; j++)
            {
                double sum = 0, product = 0;
                for (int k = 0; k < size; k++)
                {
                    sum += eigen.Values[k] * eigen.Vector(k)[i] * eigen.Vector(k)[j];
                    product += eigen.Vector(i)[k] * eigen.Vector(j)[k];
                }
                Assert.Equal(matrix[i, j], sum, 1e-9 * size);
                Assert.Equal(i == j ? 1 : 0, product, 1e-11 * size);
            }
        }
    }

    [Fact]
    public void A_diagonal_matrix_is_its_own_answer()
    {
        var matrix = new SquareMatrix(4);
        for (int i = 0; i < 4; i++) matrix[i, i] = new[] { 2.0, 0, 5, 1 }[i];
        Assert.Equal([5, 2, 1, 0], SymmetricEigen.Of(matrix).Values);
    }

    [Fact]
    public void At_full_rank_factors_are_exact()
    {
        float[] weights = Numbers(12 * 20, 1), bias = Numbers(12, 2);
        var gram = new GramMatrix(20);
        gram.Add(Numbers(20 * 64, 3));
        var factors = new LowRankFactors(weights, bias, gram);
        (float[] first, float[] second, float[] left) = factors.Of(12);
        for (int o = 0; o < 12; o++)
        {
            Assert.Equal(bias[o], left[o], 1e-5f);
            for (int c = 0; c < 20; c++) Assert.Equal(weights[o * 20 + c], Enumerable.Range(0, 12).Sum(r => (double)second[o * 12 + r] * first[r * 20 + c]), 1e-5);
        }
        Assert.InRange(factors.ErrorOf(12), 0, 1e-9);
        Assert.Equal(12, factors.RankFor(0));
    }

    [Fact]
    public void Layers_of_low_rank_are_split_and_the_function_stays()
    {
        var n = new SketchNet(4, 1, 3, 8, 8);
        Value wide = n.Op("Relu", n.Conv(n.Input, 64, 3)), narrow = n.Conv(wide, 64), full = n.Conv(n.Op("Relu", narrow), 64);
        Graph.SetConstant(narrow.Producer!.Input(1), Tensor.Of(Product(64, 8, 64), 64, 64, 1, 1));
        Graph graph = n.Done(n.Gemm(n.With("Flatten", [n.Pool(n.Op("Relu", full))], ("axis", 1)), 10));
        Tensor[] pictures = [.. Enumerable.Range(0, 8).Select(static i => TestNet.Picture([1, 3, 8, 8], new Random(i)))];
        foreach (Tensor[] seen in new[] { pictures, [] })
        {
            (Graph split, FactorisedLayer[] layers) = Factorisation.Apply(graph, 1e-9, 8, null, seen, default);
            FactorisedLayer layer = Assert.Single(layers);
            Assert.Equal((narrow.Producer!.Name, 8), (layer.Name, layer.Rank));
            Assert.InRange(OutputError.Of(graph, split, pictures, default), 0, 1e-9);
            Assert.True(ModelSummary.Of(split).Macs < ModelSummary.Of(graph).Macs);
        }
    }

    [Fact]
    public void Factorised_layers_count_for_the_budget()
    {
        var n = new SketchNet(5, 1, 3, 8, 8);
        Value wide = n.Op("Relu", n.Conv(n.Input, 64)), narrow = n.Conv(wide, 64);
        Graph.SetConstant(narrow.Producer!.Input(1), Tensor.Of(Product(64, 8, 64), 64, 64, 1, 1));
        Graph graph = n.Done(n.Conv(narrow, 10));
        Tensor[] pictures = [.. Enumerable.Range(0, 8).Select(static i => TestNet.Picture([1, 3, 8, 8], new Random(i)))];
        PruneResult result = Pruner.Prune(graph, new PruneOptions { MacBudget = 0.5, LowRank = 1e-6, Pictures = pictures });
        Assert.Single(result.Report.Factorised);
        Assert.True(result.Report.BudgetMet);
        Assert.InRange(OutputError.Of(graph, result.Pruned, pictures, default), 0, 1e-9);
    }

    private static SquareMatrix Covariance(int size, int seed, int samples, out GramMatrix gram)
    {
        gram = new GramMatrix(size);
        gram.Add(Numbers(size * samples, seed));
        return gram.ToMatrix();
    }

    private static float[] Numbers(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() * 2 - 1))];
    }

    private static float[] Product(int rows, int rank, int columns)
    {
        float[] a = Numbers(rows * rank, 6), b = Numbers(rank * columns, 7), product = new float[rows * columns];
        for (int r = 0; r < rows; r++)
            for (int c = 0; c < columns; c++)
                for (int k = 0; k < rank; k++) product[r * columns + c] += a[r * rank + k] * b[k * columns + c];
        return product;
    }
}
