using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using EdgeKit.Runtime.Kernels.Portable;

namespace EdgeKit.Runtime.Kernels.Elementwise;

/// <summary>Products of two computed float matrices, neither of which is packed: y[m, n] += Σ_k a[m, k] · b[k, n], in order of k, one multiply-add a step.</summary>
internal static unsafe class ProductLoop
{
    /// <summary>Rows of a and y that share what is loaded of b.</summary>
    private const int Rows = TileProduct.Rows;

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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Four<TLanes, TFloat, TInt16, TInt32>(in Call call) where TLanes : struct, ILanes<TFloat, TInt16, TInt32>
    {
        float** rows = stackalloc float*[Rows];
        for (int r = 0; r < Rows; r++) rows[r] = call.A + r * call.StrideA;
        int n = 0, step = 2 * TLanes.Count;
        for (; n <= call.Columns - step; n += step)
            TileProduct.Compute<TLanes, TFloat, TInt16, TInt32, float>(rows, 1, call.Depth, call.B + n, call.StrideB, call.Y + n, call.StrideY, call.Y + n, call.StrideY);
        Call row = call;
        for (int r = 0; r < Rows; r++, row.A += call.StrideA, row.Y += call.StrideY) Rest(row, n);
    }

    /// <summary>One row from column <paramref name="n"/> on.</summary>
    private static void Rest(in Call call, int n)
    {
        if (n == call.Columns) return;
        float* b = call.B + n;
        for (int k = 0; k < call.Depth; k++, b += call.StrideB) RowLoops.MultiplyAdd(call.Y + n, b, call.A[k], call.Columns - n);
    }
}
