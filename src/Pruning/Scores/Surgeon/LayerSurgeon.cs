using EdgeKit.Statistics;

namespace EdgeKit.Pruning.Scores;

/// <summary>
/// Optimal brain surgeon on one matrix product y = W z (Hassibi and Stork, 1993; for blocks of columns Frantar and Alistarh, "Optimal Brain Compression", 2022): the exact least-squares error of
/// doing without columns. With H = E[z zᵀ], removing the columns B adds tr(W_B ([H⁻¹]_BB)⁻¹ W_Bᵀ) when the other weights take over as well as they can, which they do by
/// W -= W_B ([H⁻¹]_BB)⁻¹ [H⁻¹]_B,:, and H⁻¹ -= [H⁻¹]_:,B ([H⁻¹]_BB)⁻¹ [H⁻¹]_B,:. After any number of removals W is the joint least-squares solution.
/// </summary>
internal sealed class LayerSurgeon
{
    private const int ParallelColumns = 256;

    // Transposed: one row a column of W.
    private readonly double[][] _weights;
    private readonly SquareMatrix _inverse;

    /// <summary>Starts with everything there.</summary>
    /// <param name="weights">[outputs, columns], row-major.</param>
    /// <param name="outputs">Number of outputs.</param>
    /// <param name="moments">H, positive definite.</param>
    public LayerSurgeon(ReadOnlySpan<float> weights, int outputs, SquareMatrix moments)
    {
        int columns = moments.Size;
        _weights = new double[columns][];
        for (int c = 0; c < columns; c++)
        {
            _weights[c] = new double[outputs];
            for (int o = 0; o < outputs; o++) _weights[c][o] = weights[o * columns + c];
        }
        _inverse = Cholesky.Factorise(moments, 0).Inverse();
    }

    private LayerSurgeon(LayerSurgeon from)
    {
        _weights = Array.ConvertAll(from._weights, static w => (double[])w.Clone());
        _inverse = from._inverse.Clone();
    }

    /// <summary>A copy that can go another way.</summary>
    public LayerSurgeon Clone() => new(this);

    /// <summary>The weight of an output and a column as it is now.</summary>
    public double Weight(int output, int column) => _weights[column][output];

    /// <summary>The error that removing columns would add: the sum over outputs, the mean over samples.</summary>
    public double Cost(ReadOnlySpan<int> columns)
    {
        if (columns.Length == 1) return Dot.Product(_weights[columns[0]], _weights[columns[0]]) / _inverse[columns[0], columns[0]];
        int size = columns.Length;
        Cholesky block = Cholesky.Factorise(_inverse.Select(columns), 0);
        double[] products = new double[size];
        double trace = 0;
        for (int a = 0; a < size; a++)
        {
            for (int b = 0; b < size; b++) products[b] = Dot.Product(_weights[columns[a]], _weights[columns[b]]);
            block.Solve(products);
            trace += products[a];
        }
        return trace;
    }

    /// <summary>Removes columns; the others take over.</summary>
    public void Remove(ReadOnlySpan<int> columns)
    {
        int size = columns.Length, outputs = _weights[0].Length;
        int[] gone = columns.ToArray();
        SquareMatrix block = Cholesky.Factorise(_inverse.Select(columns), 0).Inverse();
        double[][] rows = Array.ConvertAll(gone, c => _inverse.Row(c).ToArray()), shares = new double[size][];
        for (int b = 0; b < size; b++)
        {
            shares[b] = new double[outputs];
            for (int a = 0; a < size; a++) Dot.AddScaled(shares[b], block[b, a], _weights[gone[a]]);
        }
        Rows.ForEach(0, _weights.Length, ParallelColumns, j =>
        {
            if (_inverse[j, j] == 0) return;
            for (int b = 0; b < size; b++)
            {
                Dot.AddScaled(_weights[j], -rows[b][j], shares[b]);
                double factor = 0;
                for (int a = 0; a < size; a++) factor += rows[a][j] * block[a, b];
                Dot.AddScaled(_inverse.Row(j), -factor, rows[b]);
            }
        });
        // Exactly, not up to rounding.
        foreach (int c in gone)
        {
            Array.Clear(_weights[c]);
            _inverse.Row(c).Clear();
            for (int j = 0; j < _weights.Length; j++) _inverse[j, c] = 0;
        }
    }
}
