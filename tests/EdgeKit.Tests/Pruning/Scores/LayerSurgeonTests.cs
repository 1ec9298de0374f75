using EdgeKit.Pruning.Scores;
using EdgeKit.Statistics;
using Xunit;

namespace EdgeKit.Tests.Pruning.Scores;

public class LayerSurgeonTests
{
    private const int Columns = 24, Outputs = 5, Samples = 200;

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Costs_add_up_to_the_joint_least_squares_error(int block)
    {
        (float[] weights, SquareMatrix moments) = Layer();
        var surgeon = new LayerSurgeon(weights, Outputs, moments);
        int[] removed = [20, 3, 8, 11];
        double sum = 0;
        foreach (int b in removed.Select(static c => c / 4).Distinct())
        {
            int[] columns = block == 1 ? [.. removed.Where(c => c / 4 == b)] : [.. Enumerable.Range(4 * b, 4)];
            foreach (int[] part in block == 1 ? columns.Select(static c => new[] { c }) : [columns])
            {
                sum += surgeon.Cost(part);
                surgeon.Remove(part);
            }
        }
        int[] gone = block == 1 ? removed : [.. removed.Select(static c => c / 4).Distinct().SelectMany(static b => Enumerable.Range(4 * b, 4))];
        int[] kept = [.. Enumerable.Range(0, Columns).Except(gone)];

        // Normal equations of the columns that are left, for each output.
        Cholesky normal = Cholesky.TryFactorise(moments.Select(kept))!;
        double error = 0;
        for (int o = 0; o < Outputs; o++)
        {
            double[] w = [.. Enumerable.Range(0, Columns).Select(c => (double)weights[o * Columns + c])], solution = [.. kept.Select(k => Dot.Product(w, moments.Row(k)))];
            normal.Solve(solution);
            double[] rest = (double[])w.Clone();
            for (int k = 0; k < kept.Length; k++)
            {
                rest[kept[k]] -= solution[k];
                Assert.Equal(solution[k], surgeon.Weight(o, kept[k]), 1e-10);
            }
            for (int c = 0; c < Columns; c++) error += rest[c] * Dot.Product(rest, moments.Row(c));
            foreach (int c in gone) Assert.Equal(0, surgeon.Weight(o, c));
        }
        Assert.Equal(error, sum, 1e-9 * error);
    }

    [Fact]
    public void A_column_that_another_holds_too_costs_nothing()
    {
        (float[] weights, SquareMatrix moments) = Layer();
        for (int c = 0; c < Columns; c++) moments[5, c] = moments[4, c];
        for (int c = 0; c < Columns; c++) moments[c, 5] = moments[c, 4];
        for (int c = 0; c < Columns; c++) moments[c, c] += 1e-9;
        var surgeon = new LayerSurgeon(weights, Outputs, moments);
        Assert.InRange(surgeon.Cost([5]), 0, 1e-6 * surgeon.Cost([6]));
        surgeon.Remove([5]);
        Assert.True(surgeon.Cost([4]) > 1e-2 * surgeon.Cost([6]));
    }

    [Fact]
    public void A_copy_goes_its_own_way()
    {
        (float[] weights, SquareMatrix moments) = Layer();
        var surgeon = new LayerSurgeon(weights, Outputs, moments);
        double before = surgeon.Cost([5]);
        surgeon.Clone().Remove([4]);
        Assert.Equal(before, surgeon.Cost([5]));
        surgeon.Remove([4]);
        Assert.True(surgeon.Cost([5]) > before);
    }

    private static (float[] Weights, SquareMatrix Moments) Layer()
    {
        var random = new Random(4);
        var gram = new GramMatrix(Columns);
        float[] vectors = new float[Samples * Columns];
        // Neighbours are related, so that others can take over.
        for (int k = 0; k < vectors.Length; k++) vectors[k] = (float)(random.NextDouble() - 0.5 + (k % Columns > 0 ? 0.7 * vectors[k - 1] : 0));
        gram.Add(vectors);
        return ([.. Enumerable.Range(0, Outputs * Columns).Select(_ => (float)(random.NextDouble() * 2 - 1))], gram.ToMatrix());
    }
}
