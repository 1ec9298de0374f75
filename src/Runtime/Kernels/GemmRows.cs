using System.Runtime.CompilerServices;

namespace EdgeKit.Runtime.Kernels;

/// <summary>The row pointers of one tile of a GEMM call, in the order of its indirect form, whichever form the call has.</summary>
internal static unsafe class GemmRows
{
    /// <summary>Pointers of the tile that starts at row <paramref name="first"/>; <paramref name="direct"/> has room for <paramref name="rowTile"/> of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static sbyte** Tile(GemmInt8Call* call, int first, int rowTile, sbyte** direct)
    {
        if (call->Rows != null) return call->Rows + (nint)first * call->Taps;
        for (int r = 0; r < rowTile; r++) direct[r] = call->Input + int.Min(first + r, call->RowCount - 1) * call->InputStride;
        return direct;
    }

    /// <inheritdoc cref="Tile(GemmInt8Call*, int, int, sbyte**)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float** Tile(GemmFloatCall* call, int first, int rowTile, float** direct)
    {
        if (call->Rows != null) return call->Rows + (nint)first * call->Taps;
        for (int r = 0; r < rowTile; r++) direct[r] = call->Input + int.Min(first + r, call->RowCount - 1) * call->InputStride;
        return direct;
    }
}
