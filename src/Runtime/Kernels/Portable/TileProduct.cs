using System.Runtime.CompilerServices;

namespace EdgeKit.Runtime.Kernels.Portable;

/// <summary>The inner loop of both GEMM kernels: a tile of 4 rows by two vectors of columns, held in registers.</summary>
internal static unsafe class TileProduct
{
    /// <summary>Rows of a tile.</summary>
    public const int Rows = 4;

    /// <summary>
    /// <c>tile[r, n] = start[n] + Σ_t Σ_k rows[t · 4 + r][k] · weights[t, k, n]</c>, summed in order of t, then k, one multiply-add a step.
    /// <typeparamref name="TWeight"/> is float or sbyte.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Compute<TLanes, TFloat, TInt16, TInt32, TWeight>(float** rows, int taps, int depth, TWeight* weights, float* start, float* tile)
        where TLanes : struct, ILanes<TFloat, TInt16, TInt32>
        where TWeight : unmanaged
    {
        int count = TLanes.Count;
        TFloat c00 = TLanes.Load(start), c01 = TLanes.Load(start + count);
        TFloat c10 = c00, c11 = c01, c20 = c00, c21 = c01, c30 = c00, c31 = c01;
        for (int t = 0; t < taps; t++)
        {
            float* a0 = rows[0], a1 = rows[1], a2 = rows[2], a3 = rows[3];
            rows += Rows;
            for (nint k = 0; k < depth; k++)
            {
                TFloat w0 = sizeof(TWeight) == 1 ? TLanes.LoadInt8((sbyte*)weights) : TLanes.Load((float*)weights);
                TFloat w1 = sizeof(TWeight) == 1 ? TLanes.LoadInt8((sbyte*)weights + count) : TLanes.Load((float*)weights + count);
                weights += 2 * count;
                TFloat x = TLanes.Broadcast(a0[k]);
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
        }
        TLanes.Store(c00, tile);
        TLanes.Store(c01, tile + count);
        TLanes.Store(c10, tile + 2 * count);
        TLanes.Store(c11, tile + 3 * count);
        TLanes.Store(c20, tile + 4 * count);
        TLanes.Store(c21, tile + 5 * count);
        TLanes.Store(c30, tile + 6 * count);
        TLanes.Store(c31, tile + 7 * count);
    }
}
