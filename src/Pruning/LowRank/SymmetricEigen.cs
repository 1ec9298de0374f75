using System.Numerics;
using EdgeKit.Statistics;

namespace EdgeKit.Pruning.LowRank;

/// <summary>
/// Eigenvalues and eigenvectors of a symmetric matrix: Householder reflections to tridiagonal form, then implicit QR steps with Wilkinson's shift (Golub and Van Loan, "Matrix
/// Computations", 8.3). Every sum has a fixed order, on any number of threads.
/// </summary>
internal sealed class SymmetricEigen
{
    private const int ParallelFrom = 64, MostStepsEach = 60;
    private const double Precision = 2.3e-16;

    private readonly SquareMatrix _rows;
    private readonly double[] _diagonal;
    private readonly double[] _beside;

    private SymmetricEigen(SquareMatrix matrix)
    {
        int n = matrix.Size;
        _diagonal = new double[n];
        _beside = new double[n];
        _rows = new SquareMatrix(n);
        for (int i = 0; i < n; i++) _rows[i, i] = 1;
        var reflections = Reduce(matrix);
        for (int hi = n - 1, steps = 0; hi > 0;)
        {
            if (IsSmall(hi - 1))
            {
                _beside[hi - 1] = 0;
                hi--;
                steps = 0;
                continue;
            }
            if (++steps > MostStepsEach) throw new InvalidOperationException("the eigenvalues do not converge");
            int lo = hi - 1;
            while (lo > 0 && !IsSmall(lo - 1)) lo--;
            Step(lo, hi);
        }
        Rows.ForEach(0, n, ParallelFrom, i => Reflect(_rows.Row(i), reflections));
        int[] order = [.. Enumerable.Range(0, n).OrderByDescending(i => _diagonal[i])];
        Values = [.. order.Select(i => _diagonal[i])];
        Order = order;
    }

    /// <summary>The eigenvalues, largest first.</summary>
    public double[] Values { get; }

    private int[] Order { get; }

    /// <summary>Decomposes a matrix, which is overwritten.</summary>
    public static SymmetricEigen Of(SquareMatrix matrix) => new(matrix);

    /// <summary>The unit eigenvector of eigenvalue <paramref name="k"/>.</summary>
    public ReadOnlySpan<double> Vector(int k) => _rows.Row(Order[k]);

    private List<(int First, double[] V)> Reduce(SquareMatrix a)
    {
        int n = a.Size;
        var reflections = new List<(int, double[])>();
        for (int k = 0; k + 2 < n; k++)
        {
            int first = k + 1;
            double[] v = new double[n - first];
            for (int i = first; i < n; i++) v[i - first] = a[i, k];
            double norm = Math.Sqrt(Dot.Product(v, v)), alpha = v[0] > 0 ? -norm : norm;
            _diagonal[k] = a[k, k];
            _beside[k] = alpha;
            v[0] -= alpha;
            double length = Math.Sqrt(Dot.Product(v, v));
            if (length == 0) continue;
            for (int i = 0; i < v.Length; i++) v[i] /= length;
            // With H = I - 2 v vᵀ, H A H = A - v wᵀ - w vᵀ where w = 2 (A v - (vᵀ A v) v).
            double[] w = new double[v.Length];
            Rows.ForEach(0, v.Length, ParallelFrom, i => w[i] = 2 * Dot.Product(a.Row(first + i)[first..], v));
            Dot.AddScaled(w, -Dot.Product(v, w), v);
            Rows.ForEach(0, v.Length, ParallelFrom, i =>
            {
                Span<double> row = a.Row(first + i)[first..];
                Dot.AddScaled(row, -v[i], w);
                Dot.AddScaled(row, -w[i], v);
            });
            reflections.Add((first, v));
        }
        for (int k = Math.Max(0, n - 2); k < n; k++) _diagonal[k] = a[k, k];
        if (n > 1) _beside[n - 2] = a[n - 1, n - 2];
        return reflections;
    }

    private bool IsSmall(int k) => Math.Abs(_beside[k]) <= Precision * (Math.Abs(_diagonal[k]) + Math.Abs(_diagonal[k + 1]));

    private void Step(int lo, int hi)
    {
        double half = (_diagonal[hi - 1] - _diagonal[hi]) / 2, last = _beside[hi - 1];
        double shift = _diagonal[hi] - last * last / (half + (half >= 0 ? 1 : -1) * Math.Sqrt(half * half + last * last));
        double x = _diagonal[lo] - shift, z = _beside[lo];
        for (int k = lo; k < hi; k++)
        {
            double r = Math.Sqrt(x * x + z * z), c = r == 0 ? 1 : x / r, s = r == 0 ? 0 : z / r;
            if (k > lo) _beside[k - 1] = r;
            double a = _diagonal[k], b = _beside[k], d = _diagonal[k + 1];
            _diagonal[k] = c * c * a + 2 * c * s * b + s * s * d;
            _diagonal[k + 1] = s * s * a - 2 * c * s * b + c * c * d;
            _beside[k] = c * s * (d - a) + (c * c - s * s) * b;
            if (k + 1 < hi)
            {
                x = _beside[k];
                z = s * _beside[k + 1];
                _beside[k + 1] *= c;
            }
            Rotate(_rows.Row(k), _rows.Row(k + 1), c, s);
        }
    }

    private static void Rotate(Span<double> a, Span<double> b, double c, double s)
    {
        int i = 0;
        for (; i + Vector<double>.Count <= a.Length; i += Vector<double>.Count)
        {
            var x = new Vector<double>(a[i..]);
            var y = new Vector<double>(b[i..]);
            (c * x + s * y).CopyTo(a[i..]);
            (c * y - s * x).CopyTo(b[i..]);
        }
        for (; i < a.Length; i++) (a[i], b[i]) = (c * a[i] + s * b[i], c * b[i] - s * a[i]);
    }

    private static void Reflect(Span<double> row, List<(int First, double[] V)> reflections)
    {
        for (int k = reflections.Count - 1; k >= 0; k--)
        {
            (int first, double[] v) = reflections[k];
            Dot.AddScaled(row[first..], -2 * Dot.Product(row[first..], v), v);
        }
    }
}
