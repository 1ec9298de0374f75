namespace EdgeKit.Statistics;

/// <summary>The factor L of a symmetric positive definite matrix A = L Lᵀ (Golub and Van Loan, "Matrix Computations", 4.2).</summary>
public sealed class Cholesky
{
    // Rows below a panel are independent of each other; fewer than these are not worth another thread.
    private const int ParallelRows = 64;
    private const int Panel = 48;

    private readonly SquareMatrix _l;

    private Cholesky(SquareMatrix l) => _l = l;

    /// <summary>Number of rows and of columns.</summary>
    public int Size => _l.Size;

    /// <summary>Row <paramref name="i"/> of L up to the diagonal.</summary>
    public ReadOnlySpan<double> Row(int i) => _l.Row(i)[..(i + 1)];

    /// <summary>Factorises a copy of the lower triangle of <paramref name="matrix"/> + <paramref name="ridge"/>·I; null where that is not positive definite to working accuracy.</summary>
    public static Cholesky? TryFactorise(SquareMatrix matrix, double ridge = 0)
    {
        var l = new SquareMatrix(matrix.Size);
        for (int i = 0; i < l.Size; i++)
        {
            matrix.Row(i)[..(i + 1)].CopyTo(l.Row(i));
            l[i, i] += ridge;
        }
        for (int first = 0; first < l.Size; first += Panel)
        {
            int next = Math.Min(first + Panel, l.Size);
            // Columns left of the panel were subtracted when their own panels were done.
            for (int i = first; i < next; i++)
            {
                for (int j = first; j < i; j++) l[i, j] = (l[i, j] - Dot.Product(l.Row(i)[first..j], l.Row(j)[first..j])) / l[j, j];
                double pivot = l[i, i] - Dot.Product(l.Row(i)[first..i], l.Row(i)[first..i]);
                if (!(pivot > 0) || !double.IsFinite(pivot)) return null;
                l[i, i] = Math.Sqrt(pivot);
            }
            Rows.ForEach(next, l.Size, ParallelRows, i =>
            {
                Span<double> row = l.Row(i);
                for (int j = first; j < next; j++) row[j] = (row[j] - Dot.Product(row[first..j], l.Row(j)[first..j])) / l[j, j];
            });
            Rows.ForEach(next, l.Size, ParallelRows, i =>
            {
                Span<double> row = l.Row(i);
                for (int j = next; j <= i; j++) row[j] -= Dot.Product(row[first..next], l.Row(j)[first..next]);
            });
        }
        return new Cholesky(l);
    }

    /// <summary>Factorises <paramref name="matrix"/> + <paramref name="ridge"/>·I, and raises the ridge tenfold until that succeeds.</summary>
    /// <param name="matrix">Symmetric and positive semidefinite; only the lower triangle is read.</param>
    /// <param name="ridge">Not negative.</param>
    /// <exception cref="ArgumentException">An element is not finite.</exception>
    public static Cholesky Factorise(SquareMatrix matrix, double ridge)
    {
        double least = Math.Max(matrix.MeanDiagonal * 1e-12, 1e-300);
        for (double r = ridge; ; r = Math.Max(r, least) * 10)
        {
            if (!double.IsFinite(r) || !double.IsFinite(matrix.MeanDiagonal)) throw new ArgumentException("the matrix has elements that are not finite", nameof(matrix));
            if (TryFactorise(matrix, r) is { } factor) return factor;
        }
    }

    /// <summary>Solves A x = b in the place of b.</summary>
    public void Solve(Span<double> b)
    {
        for (int i = 0; i < Size; i++) b[i] = (b[i] - Dot.Product(_l.Row(i)[..i], b)) / _l[i, i];
        for (int i = Size - 1; i >= 0; i--)
        {
            b[i] /= _l[i, i];
            Dot.AddScaled(b[..i], -b[i], _l.Row(i));
        }
    }

    /// <summary>A⁻¹, both triangles.</summary>
    public SquareMatrix Inverse()
    {
        var inverse = new SquareMatrix(Size);
        Rows.ForEach(0, Size, ParallelRows, i =>
        {
            Span<double> row = inverse.Row(i);
            row[i] = 1;
            Solve(row);
        });
        // The two triangles agree only up to rounding.
        for (int i = 0; i < Size; i++)
            for (int j = 0; j < i; j++) inverse[j, i] = inverse[i, j];
        return inverse;
    }
}
