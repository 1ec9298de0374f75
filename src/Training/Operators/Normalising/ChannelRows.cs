using System.Numerics;
using System.Runtime.CompilerServices;

namespace EdgeKit.Training.Operators.Normalising;

/// <summary>
/// Loops over rows of channels with numbers for each channel. So many rows count as one wide row that it is made of whole vectors; what belongs to a channel is
/// repeated accordingly.
/// </summary>
internal sealed class ChannelRows
{
    /// <summary>Least elements of a wide row.</summary>
    private const int LeastWidth = 64;

    /// <summary>Elements of two tensors that stay in the first cache while the columns go by.</summary>
    private const int Tile = 2048;

    public ChannelRows(int channels)
    {
        Channels = channels;
        int rows = 1;
        while (rows * channels % Vector<float>.Count != 0) rows++;
        int least = rows;
        while (rows * channels < LeastWidth) rows += least;
        Rows = rows;
    }

    /// <summary>Channels.</summary>
    public int Channels { get; }

    /// <summary>Rows in a wide row.</summary>
    public int Rows { get; }

    /// <summary>Elements of a wide row.</summary>
    public int Width => Rows * Channels;

    /// <summary>Repeats numbers of the channels for a wide row.</summary>
    public float[] Spread(ReadOnlySpan<float> values)
    {
        float[] wide = new float[Width];
        for (int r = 0; r < Rows; r++) values[..Channels].CopyTo(wide.AsSpan(r * Channels));
        return wide;
    }

    /// <summary>y = clamp((x - mean) · scale + shift).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Normalise(ReadOnlySpan<float> x, ReadOnlySpan<float> mean, ReadOnlySpan<float> scale, ReadOnlySpan<float> shift, Vector<float> low, Vector<float> high, int count, Span<float> y)
    {
        int width = Width, lanes = Vector<float>.Count;
        for (int row = 0; row < count; row += width)
        {
            int end = Math.Min(width, count - row);
            for (int j = 0; j < end; j += lanes)
            {
                Vector<float> v = Vector.FusedMultiplyAdd(Vectors.At(x, row + j) - Vectors.At(mean, j), Vectors.At(scale, j), Vectors.At(shift, j));
                Vectors.Put(Vector.Min(Vector.Max(v, low), high), y, row + j);
            }
        }
    }

    /// <summary>sums += x - pivot; squares += (x - pivot)².</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Moments(ReadOnlySpan<float> x, ReadOnlySpan<float> pivot, int count, Span<float> sums, Span<float> squares)
    {
        int width = Width, lanes = Vector<float>.Count, whole = count / width, step = Math.Max(1, 2 * Tile / width);
        for (int first = 0; first < whole; first += step)
        {
            int end = Math.Min(first + step, whole);
            for (int j = 0; j < width; j += lanes)
            {
                Vector<float> p = Vectors.At(pivot, j), sum = Vectors.At(sums, j), square = Vectors.At(squares, j);
                for (int i = first * width + j; i < end * width; i += width)
                {
                    Vector<float> d = Vectors.At(x, i) - p;
                    sum += d;
                    square = Vector.FusedMultiplyAdd(d, d, square);
                }
                Vectors.Put(sum, sums, j);
                Vectors.Put(square, squares, j);
            }
        }
        for (int i = whole * width, j = 0; i < count; i++, j++)
        {
            float d = x[i] - pivot[j];
            sums[j] += d;
            squares[j] += d * d;
        }
    }

    /// <summary>
    /// Through the clamp: u = dy where low &lt; (x - mean) · scale + shift &lt; high, else 0. sums += u; products += u · (x - mean).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void GradientMoments(
        ReadOnlySpan<float> x, ReadOnlySpan<float> dy, ReadOnlySpan<float> mean, ReadOnlySpan<float> scale, ReadOnlySpan<float> shift, Vector<float> low, Vector<float> high,
        int count, Span<float> sums, Span<float> products)
    {
        int width = Width, lanes = Vector<float>.Count, whole = count / width, step = Math.Max(1, Tile / width);
        for (int first = 0; first < whole; first += step)
        {
            int end = Math.Min(first + step, whole);
            for (int j = 0; j < width; j += lanes)
            {
                Vector<float> m = Vectors.At(mean, j), a = Vectors.At(scale, j), b = Vectors.At(shift, j), sum = Vectors.At(sums, j), product = Vectors.At(products, j);
                for (int i = first * width + j; i < end * width; i += width)
                {
                    Vector<float> d = Vectors.At(x, i) - m;
                    Vector<float> u = Passed(Vectors.At(dy, i), Vector.FusedMultiplyAdd(d, a, b), low, high);
                    sum += u;
                    product = Vector.FusedMultiplyAdd(u, d, product);
                }
                Vectors.Put(sum, sums, j);
                Vectors.Put(product, products, j);
            }
        }
        for (int i = whole * width, j = 0; i < count; i++, j++)
        {
            float d = x[i] - mean[j], v = MathF.FusedMultiplyAdd(d, scale[j], shift[j]);
            if (!(v > low[0] && v < high[0])) continue;
            sums[j] += dy[i];
            products[j] += dy[i] * d;
        }
    }

    /// <summary>dx = scale · u + slope · (x - mean) + offset, with u as in <see cref="GradientMoments"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Gradient(
        ReadOnlySpan<float> x, ReadOnlySpan<float> dy, ReadOnlySpan<float> mean, ReadOnlySpan<float> scale, ReadOnlySpan<float> shift, Vector<float> low, Vector<float> high,
        ReadOnlySpan<float> slope, ReadOnlySpan<float> offset, int count, Span<float> dx)
    {
        int width = Width, lanes = Vector<float>.Count;
        for (int row = 0; row < count; row += width)
        {
            int end = Math.Min(width, count - row);
            for (int j = 0; j < end; j += lanes)
            {
                Vector<float> d = Vectors.At(x, row + j) - Vectors.At(mean, j), a = Vectors.At(scale, j);
                Vector<float> u = Passed(Vectors.At(dy, row + j), Vector.FusedMultiplyAdd(d, a, Vectors.At(shift, j)), low, high);
                Vectors.Put(Vector.FusedMultiplyAdd(u, a, Vector.FusedMultiplyAdd(d, Vectors.At(slope, j), Vectors.At(offset, j))), dx, row + j);
            }
        }
    }

    /// <summary>Adds up what the rows of a wide row have for each channel.</summary>
    public void Fold(ReadOnlySpan<float> wide, Span<double> sums)
    {
        for (int j = 0; j < Width; j++) sums[j % Channels] += wide[j];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Passed(Vector<float> dy, Vector<float> v, Vector<float> low, Vector<float> high) =>
        Vector.ConditionalSelect(Vector.GreaterThan(v, low) & Vector.LessThan(v, high), dy, default);
}
