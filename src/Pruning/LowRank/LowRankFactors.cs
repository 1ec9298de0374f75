using EdgeKit.Statistics;

namespace EdgeKit.Pruning.LowRank;

/// <summary>
/// The best product of two matrices, of a given inner size, in place of a layer's weights: the projection of its outputs onto their principal axes. With C = W S Wᵀ, S the
/// covariance of what the layer reads, and U the leading eigenvectors of C, y ≈ U Uᵀ (W z + b - m) + m, m the outputs' means; no other product of that size leaves less squared error.
/// </summary>
internal sealed class LowRankFactors
{
    private readonly SymmetricEigen _eigen;
    private readonly float[] _weights;
    private readonly float[] _bias;
    private readonly double[] _means;
    private readonly int _outputs;
    private readonly int _columns;

    /// <summary>Finds the principal axes of a layer's outputs.</summary>
    /// <param name="weights">[outputs, columns], row-major.</param>
    /// <param name="bias">One an output.</param>
    /// <param name="inputs">Second moments of what it reads; null to take all of it as alike and unrelated.</param>
    public LowRankFactors(float[] weights, float[] bias, GramMatrix? inputs)
    {
        (_weights, _bias, _outputs, _columns) = (weights, bias, bias.Length, weights.Length / bias.Length);
        _means = new double[_outputs];
        double[][] rows = [.. Enumerable.Range(0, _outputs).Select(o => Array.ConvertAll(weights[(o * _columns)..((o + 1) * _columns)], static w => (double)w))];
        double[][] spread = rows;
        if (inputs is not null)
        {
            SquareMatrix covariance = inputs.ToCentredMatrix();
            double[] means = [.. Enumerable.Range(0, _columns).Select(inputs.Mean)];
            spread = new double[_outputs][];
            Rows.ForEach(0, _outputs, 2, o =>
            {
                double[] row = new double[_columns];
                for (int c = 0; c < _columns; c++) row[c] = Dot.Product(covariance.Row(c), rows[o]);
                spread[o] = row;
                _means[o] = Dot.Product(rows[o], means);
            });
        }
        var c = new SquareMatrix(_outputs);
        Rows.ForEach(0, _outputs, 2, o =>
        {
            for (int p = 0; p < _outputs; p++) c[o, p] = Dot.Product(spread[o], rows[p]);
        });
        for (int o = 0; o < _outputs; o++)
            for (int p = 0; p < o; p++) c[o, p] = c[p, o] = (c[o, p] + c[p, o]) / 2;
        _eigen = SymmetricEigen.Of(c);
    }

    /// <summary>The least inner size that loses at most a share of the outputs' variance.</summary>
    public int RankFor(double error)
    {
        double rest = _eigen.Values.Sum(static v => Math.Max(v, 0)), allowed = error * rest;
        int rank = 0;
        while (rank < _outputs && rest > allowed) rest -= Math.Max(_eigen.Values[rank++], 0);
        return Math.Max(rank, 1);
    }

    /// <summary>The share of the outputs' variance that an inner size loses.</summary>
    public double ErrorOf(int rank)
    {
        double all = _eigen.Values.Sum(static v => Math.Max(v, 0));
        return all == 0 ? 0 : _eigen.Values.Skip(rank).Sum(static v => Math.Max(v, 0)) / all;
    }

    /// <summary>The factors: what reads, [rank, columns]; what yields, [outputs, rank]; and the bias.</summary>
    public (float[] First, float[] Second, float[] Bias) Of(int rank)
    {
        float[] first = new float[rank * _columns], second = new float[_outputs * rank], bias = new float[_outputs];
        double[] lost = [.. _means];
        for (int r = 0; r < rank; r++)
        {
            ReadOnlySpan<double> axis = _eigen.Vector(r);
            double[] row = new double[_columns];
            for (int o = 0; o < _outputs; o++)
            {
                second[o * rank + r] = (float)axis[o];
                for (int c = 0; c < _columns; c++) row[c] += axis[o] * _weights[o * _columns + c];
            }
            for (int c = 0; c < _columns; c++) first[r * _columns + c] = (float)row[c];
            Dot.AddScaled(lost, -Dot.Product(axis, _means), axis);
        }
        for (int o = 0; o < _outputs; o++) bias[o] = (float)(_bias[o] + lost[o]);
        return (first, second, bias);
    }
}
