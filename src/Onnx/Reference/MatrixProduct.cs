using System.Buffers;
using System.Numerics;

namespace EdgeKit.Onnx.Reference;

/// <summary>Writes columns <paramref name="first"/> to first + <paramref name="count"/> - 1 of a matrix, row after row.</summary>
internal delegate void ColumnReader<T>(int first, int count, Span<T> columns);

/// <summary>
/// C += A B. An element's products are added in ascending order of the inner dimension with separate multiplication and addition,
/// so it has the same bits on every machine and for every division of the work.
/// </summary>
internal static class MatrixProduct
{
    private const int PanelElements = 1 << 16;

    /// <summary>
    /// C[m,n] += A[m,k] B[k,n], row-major, A and C beginning at an offset into their tensors. B is read in panels of columns that fit into a cache.
    /// </summary>
    public static void Add<T>(int m, int n, int k, Tensor a, int aStart, ColumnReader<T> b, T[] c, int cStart) where T : unmanaged, INumber<T>
    {
        if (m == 0 || n == 0 || k == 0) return;
        int width = Math.Clamp(PanelElements / k / 64 * 64, 64, 4096);
        int panels = (n + width - 1) / width;
        if (panels == 1) AddPanel(0);
        else Parallel.For(0, panels, AddPanel);

        void AddPanel(int panel)
        {
            int first = panel * width, count = Math.Min(width, n - first);
            T[] columns = ArrayPool<T>.Shared.Rent(k * count);
            b(first, count, columns.AsSpan(0, k * count));
            AddRows(m, count, k, a.AsSpan<T>()[aStart..], columns, c.AsSpan(cStart + first), n);
            ArrayPool<T>.Shared.Return(columns);
        }
    }

    private static void AddRows<T>(int m, int n, int k, ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> c, int cStride) where T : unmanaged, INumber<T>
    {
        int lanes = Vector<T>.Count;
        int vectorised = n / (2 * lanes) * (2 * lanes);
        int row = 0;
        for (; row + 4 <= m; row += 4)
        {
            for (int col = 0; col < vectorised; col += 2 * lanes)
                AddFourRows(k, n, a.Slice(row * k, 4 * k), b[col..], c[(row * cStride + col)..], cStride);
        }
        for (; row < m; row++)
        {
            for (int col = 0; col < vectorised; col += 2 * lanes)
                AddOneRow(k, n, a.Slice(row * k, k), b[col..], c[(row * cStride + col)..]);
        }
        for (row = 0; row < m; row++)
        {
            for (int col = vectorised; col < n; col++)
            {
                ref T sum = ref c[row * cStride + col];
                for (int i = 0; i < k; i++) sum += a[row * k + i] * b[i * n + col];
            }
        }
    }

    private static void AddFourRows<T>(int k, int n, ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> c, int cStride) where T : unmanaged, INumber<T>
    {
        int lanes = Vector<T>.Count;
        ReadOnlySpan<T> a0 = a[..k], a1 = a.Slice(k, k), a2 = a.Slice(2 * k, k), a3 = a.Slice(3 * k, k);
        Span<T> c1 = c[cStride..], c2 = c[(2 * cStride)..], c3 = c[(3 * cStride)..];
        Vector<T> s00 = new(c), s01 = new(c[lanes..]), s10 = new(c1), s11 = new(c1[lanes..]);
        Vector<T> s20 = new(c2), s21 = new(c2[lanes..]), s30 = new(c3), s31 = new(c3[lanes..]);
        for (int i = 0; i < a0.Length; i++)
        {
            ReadOnlySpan<T> pair = b.Slice(i * n, 2 * lanes);
            Vector<T> left = new(pair), right = new(pair[lanes..]);
            var w = new Vector<T>(a0[i]);
            s00 += w * left;
            s01 += w * right;
            w = new Vector<T>(a1[i]);
            s10 += w * left;
            s11 += w * right;
            w = new Vector<T>(a2[i]);
            s20 += w * left;
            s21 += w * right;
            w = new Vector<T>(a3[i]);
            s30 += w * left;
            s31 += w * right;
        }
        s00.CopyTo(c);
        s01.CopyTo(c[lanes..]);
        s10.CopyTo(c1);
        s11.CopyTo(c1[lanes..]);
        s20.CopyTo(c2);
        s21.CopyTo(c2[lanes..]);
        s30.CopyTo(c3);
        s31.CopyTo(c3[lanes..]);
    }

    private static void AddOneRow<T>(int k, int n, ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> c) where T : unmanaged, INumber<T>
    {
        int lanes = Vector<T>.Count;
        Vector<T> s0 = new(c), s1 = new(c[lanes..]);
        for (int i = 0; i < k; i++)
        {
            ReadOnlySpan<T> pair = b.Slice(i * n, 2 * lanes);
            var w = new Vector<T>(a[i]);
            s0 += w * new Vector<T>(pair);
            s1 += w * new Vector<T>(pair[lanes..]);
        }
        s0.CopyTo(c);
        s1.CopyTo(c[lanes..]);
    }
}
