using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using EdgeKit.Runtime.Kernels.Portable;

namespace EdgeKit.Runtime.Kernels.Elementwise;

/// <summary>Products of two computed float matrices, neither of which is packed: y[m, n] += Σ_k a[m, k] · b[k, n], in order of k, one multiply-add a step.</summary>
internal static unsafe class ProductLoop
{
    /// <summary>Rows of a and y that share what is loaded of b.</summary>
    public const int Rows = 4;

    /// <summary>One call: <see cref="Rows"/> rows, or one.</summary>
    public struct Call
    {
        public float* A, B, Y;
        /// <summary>Elements from one row to the next.</summary>
        public nint StrideA, StrideB, StrideY;
        public int Depth, Columns;
    }

    /// <summary><paramref name="rows"/> rows on the widest vectors of this machine; all widths give the same bits.</summary>
    public static void Run(Call call, int rows)
    {
        for (; rows >= Rows; rows -= Rows, call.A += Rows * call.StrideA, call.Y += Rows * call.StrideY)
        {
            if (Vector512.IsHardwareAccelerated) Four<Lanes512, Vector512<float>, Vector512<short>, Vector512<int>>(call);
            else if (Vector256.IsHardwareAccelerated) Four<Lanes256, Vector256<float>, Vector256<short>, Vector256<int>>(call);
            else Four<Lanes128, Vector128<float>, Vector128<short>, Vector128<int>>(call);
        }
        for (; rows > 0; rows--, call.A += call.StrideA, call.Y += call.StrideY) Rest(call, 0);
    }

    private static void Four<TLanes, TFloat, TInt16, TInt32>(in Call call) where TLanes : struct, ILanes<TFloat, TInt16, TInt32>
    {
        int n = 0, step = 2 * TLanes.Count;
        for (; n <= call.Columns - step; n += step) Tile<TLanes, TFloat, TInt16, TInt32>(call, n);
        Call row = call;
        for (int r = 0; r < Rows; r++, row.A += call.StrideA, row.Y += call.StrideY) Rest(row, n);
    }

    /// <summary>Four rows by two vectors of columns, all sums in registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile<TLanes, TFloat, TInt16, TInt32>(in Call call, int n) where TLanes : struct, ILanes<TFloat, TInt16, TInt32>
    {
        float* a0 = call.A, a1 = a0 + call.StrideA, a2 = a1 + call.StrideA, a3 = a2 + call.StrideA, b = call.B + n;
        float* y0 = call.Y + n, y1 = y0 + call.StrideY, y2 = y1 + call.StrideY, y3 = y2 + call.StrideY;
        int second = TLanes.Count;
        TFloat c00 = TLanes.Load(y0), c01 = TLanes.Load(y0 + second), c10 = TLanes.Load(y1), c11 = TLanes.Load(y1 + second);
        TFloat c20 = TLanes.Load(y2), c21 = TLanes.Load(y2 + second), c30 = TLanes.Load(y3), c31 = TLanes.Load(y3 + second);
        for (nint k = 0; k < call.Depth; k++, b += call.StrideB)
        {
            TFloat w0 = TLanes.Load(b), w1 = TLanes.Load(b + second), x = TLanes.Broadcast(a0[k]);
            c00 = TLanes.MultiplyAdd(x, w0, c00);
            c01 = TLanes.MultiplyAdd(x, w1, c01);
            x = TLanes.Broadcast(a1[k]);
            c10 = TLanes.MultiplyAdd(x, w0, c10);
            c11 = TLanes.MultiplyAdd(x, w1, c11);
            x = TLanes.Broadcast(a2[k]);
            c20 = TLanes.MultiplyAdd(x, w0, c20);
            c21 = TLanes.MultiplyAdd(x, w1, c21);
            x = TLanes.Broadcast(a3[k]);
            c30 = TLanes.MultiplyAdd(x, w0, c30);
            c31 = TLanes.MultiplyAdd(x, w1, c31);
        }
        TLanes.Store(c00, y0);
        TLanes.Store(c01, y0 + second);
        TLanes.Store(c10, y1);
        TLanes.Store(c11, y1 + second);
        TLanes.Store(c20, y2);
        TLanes.Store(c21, y2 + second);
        TLanes.Store(c30, y3);
        TLanes.Store(c31, y3 + second);
    }

    /// <summary>One row from column <paramref name="n"/> on.</summary>
    private static void Rest(in Call call, int n)
    {
        if (n == call.Columns) return;
        float* b = call.B + n;
        for (int k = 0; k < call.Depth; k++, b += call.StrideB) RowLoops.MultiplyAdd(call.Y + n, b, call.A[k], call.Columns - n);
    }
}
