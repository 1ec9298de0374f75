using System.Numerics;

namespace EdgeKit.Cli.Demo;

/// <summary>Linear least squares with an L2 penalty, in closed form (Hoerl and Kennard, "Ridge Regression", 1970).</summary>
internal static class RidgeRegression
{
    /// <summary>
    /// Finds weights and offsets that minimise the squared error plus the penalty on the weights: (XᵀX/n + λI) W = XᵀY/n with X and Y centred, and
    /// λ = <paramref name="penalty"/> times the mean variance of the features. Solved by Cholesky's method.
    /// </summary>
    /// <param name="features">n rows of equal length.</param>
    /// <param name="targets">n rows of equal length.</param>
    /// <param name="penalty">Positive.</param>
    /// <returns>Weights [targets][features] and offsets [targets].</returns>
    public static (double[][] Weights, double[] Offsets) Fit(float[][] features, float[][] targets, double penalty)
    {
        double[] meanX = Mean(features), meanY = Mean(targets);
        double[][] gram = Gram(features, meanX);
        double ridge = penalty * Math.Max(gram.Select(static (row, i) => row[i]).Average(), double.Epsilon);
        for (int i = 0; i < gram.Length; i++) gram[i][i] += ridge;
        Factorise(gram);

        var weights = new double[meanY.Length][];
        double[] offsets = new double[meanY.Length];
        for (int t = 0; t < weights.Length; t++)
        {
            double[] right = new double[meanX.Length];
            for (int n = 0; n < features.Length; n++)
            {
                double y = (targets[n][t] - meanY[t]) / features.Length;
                for (int i = 0; i < right.Length; i++) right[i] += (features[n][i] - meanX[i]) * y;
            }
            Solve(gram, right);
            weights[t] = right;
            offsets[t] = meanY[t] - right.Zip(meanX, static (w, m) => w * m).Sum();
        }
        return (weights, offsets);
    }

    private static double[] Mean(float[][] rows)
    {
        double[] mean = new double[rows[0].Length];
        foreach (float[] row in rows)
        {
            for (int i = 0; i < mean.Length; i++) mean[i] += (double)row[i] / rows.Length;
        }
        return mean;
    }

    /// <summary>The lower triangle of the covariance matrix.</summary>
    private static double[][] Gram(float[][] rows, double[] mean)
    {
        // Column-wise, so that the inner loop runs over neighbours in memory.
        double[][] columns = [.. mean.Select((m, i) => Array.ConvertAll(rows, row => row[i] - m))];
        var gram = new double[mean.Length][];
        Parallel.For(0, mean.Length, i =>
        {
            gram[i] = new double[i + 1];
            for (int j = 0; j <= i; j++) gram[i][j] = Dot(columns[i], columns[j], rows.Length) / rows.Length;
        });
        return gram;
    }

    /// <summary>Replaces the lower triangle of A by that of L, where A = L Lᵀ.</summary>
    private static void Factorise(double[][] a)
    {
        for (int i = 0; i < a.Length; i++)
        {
            for (int j = 0; j < i; j++) a[i][j] = (a[i][j] - Dot(a[i], a[j], j)) / a[j][j];
            a[i][i] = Math.Sqrt(a[i][i] - Dot(a[i], a[i], i));
        }
    }

    /// <summary>Solves L Lᵀ x = b in place of b.</summary>
    private static void Solve(double[][] l, double[] b)
    {
        for (int i = 0; i < b.Length; i++) b[i] = (b[i] - Dot(l[i], b, i)) / l[i][i];
        for (int i = b.Length - 1; i >= 0; i--)
        {
            b[i] /= l[i][i];
            for (int j = 0; j < i; j++) b[j] -= l[i][j] * b[i];
        }
    }

    private static double Dot(double[] a, double[] b, int count)
    {
        Vector<double> sums = default;
        int i = 0;
        for (; i <= count - Vector<double>.Count; i += Vector<double>.Count) sums += new Vector<double>(a, i) * new Vector<double>(b, i);
        double sum = Vector.Sum(sums);
        for (; i < count; i++) sum += a[i] * b[i];
        return sum;
    }
}
