using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EdgeKit.Training.Products;

/// <summary>
/// Rows of a tensor times packed weights. A row is made of segments of equal length, each at an offset from the row's start: one for a matrix or a 1x1 convolution,
/// one for each tap (or row of taps) of a larger kernel, so that no patches are copied.
/// </summary>
internal static class Product
{
    /// <summary>Rows of a tile.</summary>
    private const int Rows = 6;

    /// <summary>Rows that stay in the cache while the panels go by.</summary>
    private const int Block = 96;

    /// <summary><c>c[r, n] = bias[n] + Σ_s Σ_k a[starts[r] + segments[s] + k] · w[s · length + k, n]</c>.</summary>
    /// <param name="a">Input.</param>
    /// <param name="starts">Start of each row in <paramref name="a"/>.</param>
    /// <param name="segments">Offsets of the segments.</param>
    /// <param name="length">Length of a segment.</param>
    /// <param name="panels">Weights, packed by <see cref="Panels"/>.</param>
    /// <param name="bias">A number a column up to the padded columns, or empty.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="c">Output; its first element is row 0, column 0.</param>
    /// <param name="stride">Elements from one output row to the next.</param>
    public static void Multiply(
        ReadOnlySpan<float> a, ReadOnlySpan<int> starts, ReadOnlySpan<int> segments, int length,
        ReadOnlySpan<float> panels, ReadOnlySpan<float> bias, int columns, Span<float> c, int stride)
    {
        int depth = segments.Length * length, padded = Panels.Padded(columns), lanes = Vector<float>.Count;
        for (int block = 0; block < starts.Length; block += Block)
        {
            int end = Math.Min(block + Block, starts.Length);
            for (int column = 0; column < padded; column += Panels.Width)
            {
                ref float panel = ref MemoryMarshal.GetReference(panels[(column * depth)..]);
                bool two = padded - column > lanes;
                Vector<float> b0 = bias.IsEmpty ? default : Vectors.At(bias, column), b1 = bias.IsEmpty || !two ? default : Vectors.At(bias, column + lanes);
                int exist = columns - column;
                for (int row = block; row < end; row += Rows)
                {
                    int count = Math.Min(Rows, end - row);
                    Span<float> target = c[(row * stride + column)..];
                    if (two) Two(a, starts.Slice(row, count), segments, length, ref panel, b0, b1, target, stride, exist);
                    else One(a, starts.Slice(row, count), segments, length, ref panel, b0, target, stride, exist);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Two(
        ReadOnlySpan<float> a, ReadOnlySpan<int> starts, ReadOnlySpan<int> segments, int length, ref float w, Vector<float> b0, Vector<float> b1,
        Span<float> c, int stride, int columns)
    {
        int last = starts.Length - 1, lanes = Vector<float>.Count;
        Vector<float> c00 = b0, c01 = b1, c10 = b0, c11 = b1, c20 = b0, c21 = b1, c30 = b0, c31 = b1, c40 = b0, c41 = b1, c50 = b0, c51 = b1;
        ref float origin = ref MemoryMarshal.GetReference(a);
        foreach (int segment in segments)
        {
            ref float from = ref Unsafe.Add(ref origin, segment);
            ref float a0 = ref Unsafe.Add(ref from, starts[0]);
            ref float a1 = ref Unsafe.Add(ref from, starts[Math.Min(1, last)]);
            ref float a2 = ref Unsafe.Add(ref from, starts[Math.Min(2, last)]);
            ref float a3 = ref Unsafe.Add(ref from, starts[Math.Min(3, last)]);
            ref float a4 = ref Unsafe.Add(ref from, starts[Math.Min(4, last)]);
            ref float a5 = ref Unsafe.Add(ref from, starts[Math.Min(5, last)]);
            for (nint k = 0; k < length; k++)
            {
                Vector<float> w0 = Vector.LoadUnsafe(ref w), w1 = Vector.LoadUnsafe(ref w, (nuint)lanes);
                w = ref Unsafe.Add(ref w, 2 * lanes);
                Vector<float> x = new(Unsafe.Add(ref a0, k));
                c00 = Vector.FusedMultiplyAdd(x, w0, c00);
                c01 = Vector.FusedMultiplyAdd(x, w1, c01);
                x = new(Unsafe.Add(ref a1, k));
                c10 = Vector.FusedMultiplyAdd(x, w0, c10);
                c11 = Vector.FusedMultiplyAdd(x, w1, c11);
                x = new(Unsafe.Add(ref a2, k));
                c20 = Vector.FusedMultiplyAdd(x, w0, c20);
                c21 = Vector.FusedMultiplyAdd(x, w1, c21);
                x = new(Unsafe.Add(ref a3, k));
                c30 = Vector.FusedMultiplyAdd(x, w0, c30);
                c31 = Vector.FusedMultiplyAdd(x, w1, c31);
                x = new(Unsafe.Add(ref a4, k));
                c40 = Vector.FusedMultiplyAdd(x, w0, c40);
                c41 = Vector.FusedMultiplyAdd(x, w1, c41);
                x = new(Unsafe.Add(ref a5, k));
                c50 = Vector.FusedMultiplyAdd(x, w0, c50);
                c51 = Vector.FusedMultiplyAdd(x, w1, c51);
            }
        }
        Store(c00, c01, c, columns);
        if (last > 0) Store(c10, c11, c[stride..], columns);
        if (last > 1) Store(c20, c21, c[(2 * stride)..], columns);
        if (last > 2) Store(c30, c31, c[(3 * stride)..], columns);
        if (last > 3) Store(c40, c41, c[(4 * stride)..], columns);
        if (last > 4) Store(c50, c51, c[(5 * stride)..], columns);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void One(
        ReadOnlySpan<float> a, ReadOnlySpan<int> starts, ReadOnlySpan<int> segments, int length, ref float w, Vector<float> b0, Span<float> c, int stride, int columns)
    {
        int last = starts.Length - 1;
        Vector<float> c0 = b0, c1 = b0, c2 = b0, c3 = b0, c4 = b0, c5 = b0;
        ref float origin = ref MemoryMarshal.GetReference(a);
        foreach (int segment in segments)
        {
            ref float from = ref Unsafe.Add(ref origin, segment);
            ref float a0 = ref Unsafe.Add(ref from, starts[0]);
            ref float a1 = ref Unsafe.Add(ref from, starts[Math.Min(1, last)]);
            ref float a2 = ref Unsafe.Add(ref from, starts[Math.Min(2, last)]);
            ref float a3 = ref Unsafe.Add(ref from, starts[Math.Min(3, last)]);
            ref float a4 = ref Unsafe.Add(ref from, starts[Math.Min(4, last)]);
            ref float a5 = ref Unsafe.Add(ref from, starts[Math.Min(5, last)]);
            for (nint k = 0; k < length; k++)
            {
                Vector<float> w0 = Vector.LoadUnsafe(ref w);
                w = ref Unsafe.Add(ref w, Vector<float>.Count);
                c0 = Vector.FusedMultiplyAdd(new(Unsafe.Add(ref a0, k)), w0, c0);
                c1 = Vector.FusedMultiplyAdd(new(Unsafe.Add(ref a1, k)), w0, c1);
                c2 = Vector.FusedMultiplyAdd(new(Unsafe.Add(ref a2, k)), w0, c2);
                c3 = Vector.FusedMultiplyAdd(new(Unsafe.Add(ref a3, k)), w0, c3);
                c4 = Vector.FusedMultiplyAdd(new(Unsafe.Add(ref a4, k)), w0, c4);
                c5 = Vector.FusedMultiplyAdd(new(Unsafe.Add(ref a5, k)), w0, c5);
            }
        }
        Store(c0, c, columns);
        if (last > 0) Store(c1, c[stride..], columns);
        if (last > 1) Store(c2, c[(2 * stride)..], columns);
        if (last > 2) Store(c3, c[(3 * stride)..], columns);
        if (last > 3) Store(c4, c[(4 * stride)..], columns);
        if (last > 4) Store(c5, c[(5 * stride)..], columns);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector<float> v0, Vector<float> v1, Span<float> c, int columns)
    {
        Store(v0, c, columns);
        Store(v1, c[Vector<float>.Count..], columns - Vector<float>.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector<float> v, Span<float> c, int columns)
    {
        if (columns >= Vector<float>.Count) v.CopyTo(c);
        else for (int i = 0; i < columns; i++) c[i] = v[i];
    }
}
