namespace EdgeKit.Statistics;

/// <summary>A square matrix of doubles, row-major.</summary>
/// <param name="size">Number of rows and of columns.</param>
public sealed class SquareMatrix(int size)
{
    private readonly double[] _data = new double[(long)size * size];

    /// <summary>Number of rows and of columns.</summary>
    public int Size => size;

    /// <summary>The element in row <paramref name="i"/> and column <paramref name="j"/>.</summary>
    public ref double this[int i, int j] => ref Row(i)[j];

    /// <summary>Row <paramref name="i"/>.</summary>
    public Span<double> Row(int i) => _data.AsSpan(i * size, size);

    /// <summary>Mean of the diagonal.</summary>
    public double MeanDiagonal
    {
        get
        {
            double sum = 0;
            for (int i = 0; i < size; i++) sum += this[i, i];
            return size == 0 ? 0 : sum / size;
        }
    }

    /// <summary>A copy.</summary>
    public SquareMatrix Clone()
    {
        var copy = new SquareMatrix(size);
        _data.CopyTo(copy._data, 0);
        return copy;
    }

    /// <summary>The rows and columns at <paramref name="indices"/>, in that order.</summary>
    public SquareMatrix Select(ReadOnlySpan<int> indices)
    {
        var selected = new SquareMatrix(indices.Length);
        for (int i = 0; i < indices.Length; i++)
        {
            Span<double> from = Row(indices[i]), to = selected.Row(i);
            for (int j = 0; j < indices.Length; j++) to[j] = from[indices[j]];
        }
        return selected;
    }
}
