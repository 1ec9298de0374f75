using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EdgeKit.Training.Products;

/// <summary>Sums of outer products of rows: gradients of weights.</summary>
internal static class OuterProduct
{
    /// <summary>Rows of a tile of sums.</summary>
    private const int Rows = 6;

    /// <summary>Rows of the two tensors that stay in the cache while the tiles of sums go by.</summary>
    private const int Block = 128;

    /// <summary>Elements of the sums of a matrix [segments · length, columns]: rows padded to whole tiles within each segment.</summary>
    public static int Size(int segments, int length, int columns) => segments * PaddedRows(length) * Panels.Padded(columns);

    /// <summary>Rows that a segment takes.</summary>
    public static int PaddedRows(int length) => (length + Rows - 1) / Rows * Rows;

    /// <summary>
    /// <c>sums[s, k, n] += Σ_r a[starts[r] + segments[s] + k] · b[r · step + n]</c>. Both tensors are read up to a tile beyond what exists, and what comes of that
    /// lies in the padding of the sums.
    /// </summary>
    /// <param name="a">First tensor.</param>
    /// <param name="starts">Start of each row in <paramref name="a"/>.</param>
    /// <param name="segments">Offsets of the segments of a row.</param>
    /// <param name="length">Length of a segment.</param>
    /// <param name="b">Second tensor.</param>
    /// <param name="step">Elements from one row of <paramref name="b"/> to the next.</param>
    /// <param name="columns">Columns of <paramref name="b"/>.</param>
    /// <param name="sums">[segments, <see cref="PaddedRows"/>, padded columns].</param>
    public static void Add(
        ReadOnlySpan<float> a, ReadOnlySpan<int> starts, ReadOnlySpan<int> segments, int length, ReadOnlySpan<float> b, int step, int columns, Span<float> sums)
    {
        int padded = Panels.Padded(columns), rows = PaddedRows(length), lanes = Vector<float>.Count;
        for (int block = 0; block < starts.Length; block += Block)
        {
            ReadOnlySpan<int> range = starts[block..Math.Min(block + Block, starts.Length)];
            for (int s = 0; s < segments.Length; s++)
            {
                for (int column = 0; column < padded; column += 2 * lanes)
                {
                    ReadOnlySpan<float> right = b[(block * step + column)..];
                    for (int k = 0; k < rows; k += Rows)
                    {
                        ReadOnlySpan<float> left = a[(segments[s] + k)..];
                        Span<float> target = sums[((s * rows + k) * padded + column)..];
                        if (padded - column > lanes) Two(left, range, right, step, target, padded);
                        else One(left, range, right, step, target, padded);
                    }
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Two(ReadOnlySpan<float> a, ReadOnlySpan<int> starts, ReadOnlySpan<float> b, int step, Span<float> sums, int stride)
    {
        nint lanes = Vector<float>.Count;
        ref float s = ref MemoryMarshal.GetReference(sums);
        ref float s0 = ref s, s1 = ref Unsafe.Add(ref s, stride), s2 = ref Unsafe.Add(ref s, 2 * stride);
        ref float s3 = ref Unsafe.Add(ref s, 3 * stride), s4 = ref Unsafe.Add(ref s, 4 * stride), s5 = ref Unsafe.Add(ref s, 5 * stride);
        Vector<float> c00 = Vector.LoadUnsafe(ref s0), c01 = Vector.LoadUnsafe(ref Unsafe.Add(ref s0, lanes));
        Vector<float> c10 = Vector.LoadUnsafe(ref s1), c11 = Vector.LoadUnsafe(ref Unsafe.Add(ref s1, lanes));
        Vector<float> c20 = Vector.LoadUnsafe(ref s2), c21 = Vector.LoadUnsafe(ref Unsafe.Add(ref s2, lanes));
        Vector<float> c30 = Vector.LoadUnsafe(ref s3), c31 = Vector.LoadUnsafe(ref Unsafe.Add(ref s3, lanes));
        Vector<float> c40 = Vector.LoadUnsafe(ref s4), c41 = Vector.LoadUnsafe(ref Unsafe.Add(ref s4, lanes));
        Vector<float> c50 = Vector.LoadUnsafe(ref s5), c51 = Vector.LoadUnsafe(ref Unsafe.Add(ref s5, lanes));
        ref float origin = ref MemoryMarshal.GetReference(a);
        ref float y = ref MemoryMarshal.GetReference(b);
        foreach (int start in starts)
        {
            ref float x = ref Unsafe.Add(ref origin, start);
            Vector<float> y0 = Vector.LoadUnsafe(ref y), y1 = Vector.LoadUnsafe(ref Unsafe.Add(ref y, lanes));
            y = ref Unsafe.Add(ref y, step);
            Vector<float> v = new(x);
            c00 = Vector.FusedMultiplyAdd(v, y0, c00);
            c01 = Vector.FusedMultiplyAdd(v, y1, c01);
            v = new(Unsafe.Add(ref x, 1));
            c10 = Vector.FusedMultiplyAdd(v, y0, c10);
            c11 = Vector.FusedMultiplyAdd(v, y1, c11);
            v = new(Unsafe.Add(ref x, 2));
            c20 = Vector.FusedMultiplyAdd(v, y0, c20);
            c21 = Vector.FusedMultiplyAdd(v, y1, c21);
            v = new(Unsafe.Add(ref x, 3));
            c30 = Vector.FusedMultiplyAdd(v, y0, c30);
            c31 = Vector.FusedMultiplyAdd(v, y1, c31);
            v = new(Unsafe.Add(ref x, 4));
            c40 = Vector.FusedMultiplyAdd(v, y0, c40);
            c41 = Vector.FusedMultiplyAdd(v, y1, c41);
            v = new(Unsafe.Add(ref x, 5));
            c50 = Vector.FusedMultiplyAdd(v, y0, c50);
            c51 = Vector.FusedMultiplyAdd(v, y1, c51);
        }
        c00.StoreUnsafe(ref s0);
        c01.StoreUnsafe(ref Unsafe.Add(ref s0, lanes));
        c10.StoreUnsafe(ref s1);
        c11.StoreUnsafe(ref Unsafe.Add(ref s1, lanes));
        c20.StoreUnsafe(ref s2);
        c21.StoreUnsafe(ref Unsafe.Add(ref s2, lanes));
        c30.StoreUnsafe(ref s3);
        c31.StoreUnsafe(ref Unsafe.Add(ref s3, lanes));
        c40.StoreUnsafe(ref s4);
        c41.StoreUnsafe(ref Unsafe.Add(ref s4, lanes));
        c50.StoreUnsafe(ref s5);
        c51.StoreUnsafe(ref Unsafe.Add(ref s5, lanes));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void One(ReadOnlySpan<float> a, ReadOnlySpan<int> starts, ReadOnlySpan<float> b, int step, Span<float> sums, int stride)
    {
        ref float s = ref MemoryMarshal.GetReference(sums);
        ref float s0 = ref s, s1 = ref Unsafe.Add(ref s, stride), s2 = ref Unsafe.Add(ref s, 2 * stride);
        ref float s3 = ref Unsafe.Add(ref s, 3 * stride), s4 = ref Unsafe.Add(ref s, 4 * stride), s5 = ref Unsafe.Add(ref s, 5 * stride);
        Vector<float> c0 = Vector.LoadUnsafe(ref s0), c1 = Vector.LoadUnsafe(ref s1), c2 = Vector.LoadUnsafe(ref s2);
        Vector<float> c3 = Vector.LoadUnsafe(ref s3), c4 = Vector.LoadUnsafe(ref s4), c5 = Vector.LoadUnsafe(ref s5);
        ref float origin = ref MemoryMarshal.GetReference(a);
        ref float y = ref MemoryMarshal.GetReference(b);
        foreach (int start in starts)
        {
            ref float x = ref Unsafe.Add(ref origin, start);
            Vector<float> y0 = Vector.LoadUnsafe(ref y);
            y = ref Unsafe.Add(ref y, step);
            c0 = Vector.FusedMultiplyAdd(new(x), y0, c0);
            c1 = Vector.FusedMultiplyAdd(new(Unsafe.Add(ref x, 1)), y0, c1);
            c2 = Vector.FusedMultiplyAdd(new(Unsafe.Add(ref x, 2)), y0, c2);
            c3 = Vector.FusedMultiplyAdd(new(Unsafe.Add(ref x, 3)), y0, c3);
            c4 = Vector.FusedMultiplyAdd(new(Unsafe.Add(ref x, 4)), y0, c4);
            c5 = Vector.FusedMultiplyAdd(new(Unsafe.Add(ref x, 5)), y0, c5);
        }
        c0.StoreUnsafe(ref s0);
        c1.StoreUnsafe(ref s1);
        c2.StoreUnsafe(ref s2);
        c3.StoreUnsafe(ref s3);
        c4.StoreUnsafe(ref s4);
        c5.StoreUnsafe(ref s5);
    }
}
