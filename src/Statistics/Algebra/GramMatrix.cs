using System.Buffers;

namespace EdgeKit.Statistics;

/// <summary>
/// Second moments of a stream of vectors: Σ z zᵀ, Σ z and their count, in doubles. Constant memory; the same vectors in the same portions give the same bits
/// on any number of threads.
/// </summary>
/// <param name="columns">Length of a vector.</param>
public sealed class GramMatrix(int columns)
{
    private const int ParallelColumns = 64;

    private readonly double[][] _rows = [.. Enumerable.Range(1, columns).Select(static n => new double[n])];
    private readonly double[] _sums = new double[columns];

    /// <summary>Length of a vector.</summary>
    public int Columns => columns;

    /// <summary>Number of vectors seen.</summary>
    public long Samples { get; private set; }

    /// <summary>Bytes that a matrix of this size takes.</summary>
    public static long BytesOf(int columns) => 4L * columns * (columns + 3);

    /// <summary>Σ z[i]·z[j].</summary>
    public double this[int i, int j] => i >= j ? _rows[i][j] : _rows[j][i];

    /// <summary>Mean of z[i]; 0 while nothing was seen.</summary>
    public double Mean(int i) => Samples == 0 ? 0 : _sums[i] / Samples;

    /// <summary>Adds vectors.</summary>
    /// <param name="vectors">[count, columns], row-major; finite.</param>
    public void Add(ReadOnlySpan<float> vectors)
    {
        int count = vectors.Length / columns;
        if (count * columns != vectors.Length) throw new ArgumentException($"{vectors.Length} numbers are no vectors of {columns}", nameof(vectors));
        double[] transposed = Moments.Transpose(vectors, columns, count);
        Rows.ForEach(0, columns, ParallelColumns, i =>
        {
            ReadOnlySpan<double> own = transposed.AsSpan(i * count, count);
            double[] row = _rows[i];
            for (int j = 0; j <= i; j++) row[j] += Dot.Product(own, transposed.AsSpan(j * count, count));
            foreach (double v in own) _sums[i] += v;
        });
        Samples += count;
        ArrayPool<double>.Shared.Return(transposed);
    }

    /// <summary>Adds what another matrix of the same size has seen.</summary>
    public void Add(GramMatrix other)
    {
        for (int i = 0; i < columns; i++) Dot.AddScaled(_rows[i], 1, other._rows[i]);
        Dot.AddScaled(_sums, 1, other._sums);
        Samples += other.Samples;
    }

    /// <summary>Σ z zᵀ.</summary>
    public SquareMatrix ToMatrix() => Make(static (_, _) => 0);

    /// <summary>Σ (z - mean)(z - mean)ᵀ.</summary>
    public SquareMatrix ToCentredMatrix() => Make((i, j) => Samples == 0 ? 0 : _sums[i] * _sums[j] / Samples);

    private SquareMatrix Make(Func<int, int, double> less)
    {
        var matrix = new SquareMatrix(columns);
        for (int i = 0; i < columns; i++)
        {
            for (int j = 0; j <= i; j++) matrix[i, j] = matrix[j, i] = _rows[i][j] - less(i, j);
        }
        return matrix;
    }
}
