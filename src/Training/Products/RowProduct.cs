using EdgeKit.Training.Reverse;

namespace EdgeKit.Training.Products;

/// <summary>Products of a dense matrix [rows, depth] on all threads.</summary>
internal sealed class RowProduct
{
    /// <summary>Rows of a part: enough that packed weights from the next cache are used often.</summary>
    private const int Grain = 192;

    /// <summary>Parts that sums over rows are made of at most.</summary>
    private const int MaxParts = 8;

    private static readonly int[] Whole = [0];
    private readonly int _depth;
    private readonly int _columns;
    private readonly int[] _starts;

    /// <param name="depth">Elements of a row.</param>
    /// <param name="columns">Columns of the matrix of weights.</param>
    public RowProduct(int depth, int columns)
    {
        _depth = depth;
        _columns = columns;
        _starts = [.. Enumerable.Range(0, Grain).Select(r => r * depth)];
    }

    /// <summary><c>y[r, n] = bias[n] + Σ_k x[r, k] · w[k, n]</c>.</summary>
    /// <param name="pass">The pass.</param>
    /// <param name="x">[rows, depth].</param>
    /// <param name="rows">Rows.</param>
    /// <param name="panels">The weights in <see cref="Panels"/>.</param>
    /// <param name="bias">As many numbers as the panels have columns, or null.</param>
    /// <param name="y">[rows, columns].</param>
    public void Multiply(Pass pass, Block x, int rows, Block panels, Block? bias, Block y) => pass.Workers.Ranges(rows, Grain, (first, count) =>
        Product.Multiply(
            x.Values[(first * _depth)..], _starts.AsSpan(0, count), Whole, _depth, panels.Values, bias is null ? default : bias.Values, _columns,
            y.Values[(first * _columns)..], _columns));

    /// <summary><c>Σ_r x[r, k] · y[r, n]</c> as <see cref="OuterProduct"/> lays it; the caller releases it.</summary>
    public Block Outer(Pass pass, Block x, int rows, Block y)
    {
        int chunks = (rows + Grain - 1) / Grain, parts = Math.Min(MaxParts, chunks);
        return PartialSums.Compute(pass, parts, OuterProduct.Size(1, _depth, _columns), (part, sums) =>
        {
            for (int chunk = chunks * part / parts; chunk < chunks * (part + 1) / parts; chunk++)
            {
                int first = chunk * Grain;
                OuterProduct.Add(
                    x.Values[(first * _depth)..], _starts.AsSpan(0, Math.Min(Grain, rows - first)), Whole, _depth, y.Values[(first * _columns)..], _columns, _columns, sums);
            }
        });
    }
}
