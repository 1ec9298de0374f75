using System.Runtime.CompilerServices;

namespace EdgeKit.Runtime.Kernels.Portable;

/// <summary>The inner loop of the portable GEMM kernels and of products of computed matrices: a tile of 4 rows by two vectors of columns, held in registers.</summary>
internal static unsafe class TileProduct
{
    /// <summary>Rows of a tile.</summary>
    public const int Rows = 4;

    /// <summary>
    /// <c>tile[r, n] = start[r, n] + Σ_t Σ_k rows[t · 4 + r][k] · weights[t, k, n]</c>, summed in order of t, then k, one multiply-add a step.
    /// <typeparamref name="TWeight"/> is float or sbyte.
    /// </summary>
    /// <param name="rows">4 pointers for each tap.</param>
    /// <param name="taps">At least 1.</param>
    /// <param name="depth">Elements of a row.</param>
    /// <param name="weights">The first depth's.</param>
    /// <param name="weightStep">Elements from one depth to the next.</param>
    /// <param name="start">What is added to; may be the tile.</param>
    /// <param name="startStep">Elements from one of its rows to the next, 0 where all rows have one.</param>
    /// <param name="tile">Where the sums go.</param>
    /// <param name="tileStep">Elements from one row to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Compute<TLanes, TFloat, TInt16, TInt32, TWeight>(float** rows, int taps, int depth, TWeight* weights, nint weightStep,
        float* start, nint startStep, float* tile, nint tileStep)
        where TLanes : struct, ILanes<TFloat, TInt16, TInt32>
        where TWeight : unmanaged
    {
        int count = TLanes.Count;
        float* start1 = start + startStep, start2 = start1 + startStep, start3 = start2 + startStep;
        TFloat c00 = TLanes.Load(start), c01 = TLanes.Load(start + count), c10 = TLanes.Load(start1), c11 = TLanes.Load(start1 + count);
        TFloat c20 = TLanes.Load(start2), c21 = TLanes.Load(start2 + count), c30 = TLanes.Load(start3), c31 = TLanes.Load(start3 + count);
        for (int t = 0; t < taps; t++)
        {
            float* a0 = rows[0], a1 = rows[1], a2 = rows[2], a3 = rows[3];
            rows += Rows;
            for (nint k = 0; k < depth; k++)
            {
                TFloat w0 = sizeof(TWeight) == 1 ? TLanes.LoadInt8((sbyte*)weights) : TLanes.Load((float*)weights);
                TFloat w1 = sizeof(TWeight) == 1 ? TLanes.LoadInt8((sbyte*)weights + count) : TLanes.Load((float*)weights + count);
                weights += weightStep;
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
        tile += tileStep;
        TLanes.Store(c10, tile);
        TLanes.Store(c11, tile + count);
        tile += tileStep;
        TLanes.Store(c20, tile);
        TLanes.Store(c21, tile + count);
        tile += tileStep;
        TLanes.Store(c30, tile);
        TLanes.Store(c31, tile + count);
    }
}
