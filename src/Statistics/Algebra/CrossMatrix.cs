using System.Buffers;

namespace EdgeKit.Statistics;

/// <summary>Mixed second moments of two streams of vectors, side by side: Σ y zᵀ, Σ y, Σ z, Σ y² and their count, in doubles.</summary>
/// <param name="outputs">Length of a vector y.</param>
/// <param name="columns">Length of a vector z.</param>
public sealed class CrossMatrix(int outputs, int columns)
{
    private const int ParallelOutputs = 16;

    private readonly double[] _products = new double[(long)outputs * columns];
    private readonly double[] _sumsY = new double[outputs];
    private readonly double[] _squaresY = new double[outputs];
    private readonly double[] _sumsZ = new double[columns];

    /// <summary>Length of a vector y.</summary>
    public int Outputs => outputs;

    /// <summary>Length of a vector z.</summary>
    public int Columns => columns;

    /// <summary>Number of pairs seen.</summary>
    public long Samples { get; private set; }

    /// <summary>Σ y[o]·z, one number a column.</summary>
    public ReadOnlySpan<double> Row(int o) => _products.AsSpan(o * columns, columns);

    /// <summary>Mean of y[o]; 0 while nothing was seen.</summary>
    public double MeanY(int o) => Samples == 0 ? 0 : _sumsY[o] / Samples;

    /// <summary>Mean of z[i]; 0 while nothing was seen.</summary>
    public double MeanZ(int i) => Samples == 0 ? 0 : _sumsZ[i] / Samples;

    /// <summary>Σ (y[o] - mean)².</summary>
    public double VarianceSumY(int o) => Samples == 0 ? 0 : _squaresY[o] - _sumsY[o] * _sumsY[o] / Samples;

    /// <summary>Σ (y[o] - mean)(z - mean), one number a column.</summary>
    public double[] CentredRow(int o)
    {
        double[] row = Row(o).ToArray();
        for (int i = 0; i < row.Length && Samples > 0; i++) row[i] -= _sumsY[o] * _sumsZ[i] / Samples;
        return row;
    }

    /// <summary>Adds what another matrix of the same size has seen.</summary>
    public void Add(CrossMatrix other)
    {
        Dot.AddScaled(_products, 1, other._products);
        Dot.AddScaled(_sumsY, 1, other._sumsY);
        Dot.AddScaled(_squaresY, 1, other._squaresY);
        Dot.AddScaled(_sumsZ, 1, other._sumsZ);
        Samples += other.Samples;
    }

    /// <summary>Adds pairs.</summary>
    /// <param name="y">[count, outputs], row-major; finite.</param>
    /// <param name="z">[count, columns], row-major; finite.</param>
    public void Add(ReadOnlySpan<float> y, ReadOnlySpan<float> z)
    {
        int count = z.Length / columns;
        if (count * columns != z.Length || count * outputs != y.Length)
            throw new ArgumentException($"{y.Length} and {z.Length} numbers are no pairs of vectors of {outputs} and {columns}", nameof(y));
        double[] ty = Moments.Transpose(y, outputs, count), tz = Moments.Transpose(z, columns, count);
        Rows.ForEach(0, outputs, ParallelOutputs, o =>
        {
            ReadOnlySpan<double> own = ty.AsSpan(o * count, count);
            Span<double> row = _products.AsSpan(o * columns, columns);
            for (int i = 0; i < row.Length; i++) row[i] += Dot.Product(own, tz.AsSpan(i * count, count));
            foreach (double v in own) _sumsY[o] += v;
            _squaresY[o] += Dot.Product(own, own);
        });
        for (int i = 0; i < columns; i++)
        {
            foreach (double v in tz.AsSpan(i * count, count)) _sumsZ[i] += v;
        }
        Samples += count;
        ArrayPool<double>.Shared.Return(ty);
        ArrayPool<double>.Shared.Return(tz);
    }
}
