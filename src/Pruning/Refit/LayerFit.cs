using EdgeKit.Statistics;

namespace EdgeKit.Pruning.Refit;

/// <summary>
/// Ridge regression of a layer's weights towards what it should yield, about the weights it has: with H = E[z zᵀ] and R = E[(y - W z) zᵀ], W += R (H + λ diag H)⁻¹ (Hoerl and Kennard, 1970).
/// Scaled by the diagonal, λ does not depend on the scale of any channel. It is the one with the least error on the pictures that were held back; where none lowers it, the weights stay.
/// </summary>
internal static class LayerFit
{
    private static readonly double[] Ridges = [1e-8, 1e-4, 1e-2, 1e-1, 1];

    // Outputs of one layer agree about the ridge: some of many are asked.
    private const int MostJudged = 128;

    /// <summary>Fits the weights; the bias makes up for means.</summary>
    /// <param name="layer">The layer, which is changed.</param>
    /// <param name="fit">One a group, to fit to.</param>
    /// <param name="held">One a group, to judge by; afterwards they hold all samples.</param>
    /// <param name="statistics">Whether outputs get the standard deviation that is wanted.</param>
    public static void Apply(LinearLayer layer, LayerMoments[] fit, LayerMoments[] held, bool statistics)
    {
        bool centred = !layer.Node.Is("MatMul");
        double[][] weights = Weights(layer);
        int every = Math.Max(1, layer.OutputsPerGroup / MostJudged);
        double[] errors = new double[Ridges.Length];
        for (int g = 0; g < layer.Groups; g++)
        {
            SquareMatrix matrix = fit[g].Matrix(centred), judge = held[g].Matrix(centred);
            double[][] rest = Residuals(fit[g], matrix, g), judged = Residuals(held[g], judge, g);
            for (int r = 0; r < Ridges.Length; r++)
            {
                Cholesky factor = Ridge(matrix, Ridges[r]);
                double[] parts = new double[rest.Length];
                Rows.ForEach(0, rest.Length, 2, o =>
                {
                    double[] change = (double[])rest[o].Clone();
                    factor.Solve(change);
                    for (int i = 0; i < change.Length; i++) parts[o] += change[i] * (Dot.Product(change, judge.Row(i)) - 2 * judged[o][i]);
                });
                errors[r] += parts.Sum();
            }
        }
        int best = Array.IndexOf(errors, errors.Min());
        bool changes = errors[best] < 0;
        float[] bias = layer.Bias();
        for (int g = 0; g < layer.Groups; g++)
        {
            LayerMoments all = held[g];
            all.Add(fit[g]);
            SquareMatrix matrix = all.Matrix(centred);
            Cholesky? factor = changes ? Ridge(matrix, Ridges[best]) : null;
            int group = g;
            Rows.ForEach(0, layer.OutputsPerGroup, 2, o =>
            {
                double[] row = weights[group * layer.OutputsPerGroup + o];
                if (factor is not null)
                {
                    double[] change = all.Residual(o, row, matrix, centred);
                    factor.Solve(change);
                    Dot.AddScaled(row, 1, change);
                }
                if (statistics) Match(row, matrix, all.Wanted.VarianceSumY(o) / all.Read.Samples);
                double mean = 0;
                for (int i = 0; i < row.Length; i++) mean += row[i] * all.Read.Mean(i);
                bias[group * layer.OutputsPerGroup + o] = (float)(all.Wanted.MeanY(o) - mean);
            });
        }
        layer.SetWeights([.. weights.SelectMany(static r => r).Select(static w => (float)w)]);
        if (centred) layer.SetBias(bias);

        double[][] Residuals(LayerMoments moments, SquareMatrix matrix, int group)
        {
            var rows = new double[(layer.OutputsPerGroup + every - 1) / every][];
            Rows.ForEach(0, rows.Length, 2, k => rows[k] = moments.Residual(k * every, weights[group * layer.OutputsPerGroup + k * every], matrix, centred));
            return rows;
        }
    }

    // About the standard deviation that is wanted; an output that is nearly constant is left.
    private static void Match(double[] row, SquareMatrix matrix, double variance)
    {
        double own = 0;
        for (int i = 0; i < row.Length; i++) own += row[i] * Dot.Product(row, matrix.Row(i));
        if (own <= 0.25 * variance || variance <= 0) return;
        double factor = Math.Sqrt(variance / own);
        for (int i = 0; i < row.Length; i++) row[i] *= factor;
    }

    private static Cholesky Ridge(SquareMatrix matrix, double ridge)
    {
        SquareMatrix scaled = matrix.Clone();
        double least = 1e-9 * matrix.MeanDiagonal + 1e-30;
        for (int i = 0; i < scaled.Size; i++) scaled[i, i] = scaled[i, i] * (1 + ridge) + least;
        return Cholesky.Factorise(scaled, 0);
    }

    private static double[][] Weights(LinearLayer layer)
    {
        float[] weights = layer.Weights();
        return [.. Enumerable.Range(0, layer.Outputs).Select(o => Array.ConvertAll(weights[(o * layer.Columns)..((o + 1) * layer.Columns)], static w => (double)w))];
    }
}
