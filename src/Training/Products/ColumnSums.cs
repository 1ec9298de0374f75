using EdgeKit.Training.Reverse;

namespace EdgeKit.Training.Products;

/// <summary>Sums over the rows of a matrix: gradients of biases.</summary>
internal static class ColumnSums
{
    private const int MaxParts = 16;

    /// <summary><c>Σ_r rows[r, n]</c>; the caller releases the block.</summary>
    public static Block Of(Pass pass, Block matrix, int rows, int columns)
    {
        int parts = Math.Min(MaxParts, rows);
        return PartialSums.Compute(pass, parts, columns, (part, sums) =>
        {
            for (int r = (int)((long)rows * part / parts); r < (int)((long)rows * (part + 1) / parts); r++)
                Vectors.Accumulate(matrix.Values.Slice(r * columns, columns), sums);
        });
    }
}
