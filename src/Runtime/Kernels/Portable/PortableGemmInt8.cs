using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace EdgeKit.Runtime.Kernels.Portable;

/// <summary>
/// INT8 GEMM on the float units: products of bytes are at most 128 · 127 &lt; 2¹⁴ and sums of up to 2²⁴ are exact in binary32, so blocks of
/// <see cref="Block"/> products are summed as floats without rounding, and the blocks as int32.
/// </summary>
internal static unsafe class PortableGemmInt8
{
    /// <summary>Products a block: 1,024 · 128 · 127 &lt; 2²⁴.</summary>
    private const int Block = 1024;

    /// <summary>Floats between rows of a block; not a power of two, so that the rows fall into different cache sets.</summary>
    private const int BlockStride = Block + 16;

    /// <summary>On vectors of 512 bits.</summary>
    public static KernelEntry Entry512 => Of(Lanes512.Count, Vector512.IsHardwareAccelerated ? &Run<Lanes512, Vector512<float>, Vector512<short>, Vector512<int>> : null);

    /// <summary>On vectors of 256 bits.</summary>
    public static KernelEntry Entry256 => Of(Lanes256.Count, Vector256.IsHardwareAccelerated ? &Run<Lanes256, Vector256<float>, Vector256<short>, Vector256<int>> : null);

    /// <summary>On vectors of 128 bits.</summary>
    public static KernelEntry Entry128 => Of(Lanes128.Count, Vector128.IsHardwareAccelerated ? &Run<Lanes128, Vector128<float>, Vector128<short>, Vector128<int>> : null);

    private static KernelEntry Of(int lanes, delegate*<GemmInt8Call*, void> function) => new()
    {
        Family = KernelFamily.GemmInt8,
        Isa = KernelIsa.Vector,
        Supported = function != null,
        RowTile = TileProduct.Rows,
        ColumnTile = 2 * lanes,
        DepthUnit = 1,
        Function = function,
    };

    [SkipLocalsInit]
    private static void Run<TLanes, TFloat, TInt16, TInt32>(GemmInt8Call* call)
        where TLanes : struct, ILanes<TFloat, TInt16, TInt32>
    {
        int width = 2 * TLanes.Count, depth = call->Taps * call->Depth;
        float* block = stackalloc float[TileProduct.Rows * BlockStride];
        float* tile = stackalloc float[TileProduct.Rows * width];
        int* sums = stackalloc int[TileProduct.Rows * width];
        float* zeros = stackalloc float[width];
        sbyte* narrow = stackalloc sbyte[width];
        float** floats = stackalloc float*[TileProduct.Rows];
        sbyte** direct = stackalloc sbyte*[TileProduct.Rows];
        for (int r = 0; r < TileProduct.Rows; r++) floats[r] = block + r * BlockStride;
        for (int n = 0; n < width; n++) zeros[n] = 0;
        Int8Range range = new(call->ZeroPoint, call->Min, call->Max);
        int columns = int.Min(width, call->Columns);

        for (int row = 0; row < call->RowCount; row += TileProduct.Rows)
        {
            sbyte** rows = GemmRows.Tile(call, row, TileProduct.Rows, direct);
            int count = int.Min(TileProduct.Rows, call->RowCount - row);
            byte* panel = call->Panels;
            for (int start = 0; start < call->Columns; start += width)
            {
                var bias = (int*)panel;
                var scales = (float*)(bias + width);
                var weights = (sbyte*)(scales + width);
                for (int k = 0; k < depth; k += Block)
                {
                    int length = int.Min(Block, depth - k);
                    if (start == 0 || depth > Block) Convert<TLanes, TFloat, TInt16, TInt32>(rows, call->Depth, k, length, block);
                    TileProduct.Compute<TLanes, TFloat, TInt16, TInt32, sbyte>(floats, 1, length, weights, width, zeros, 0, tile, width);
                    for (int r = 0; r < count; r++)
                    {
                        int* sum = sums + r * width;
                        Accumulate<TLanes, TFloat, TInt16, TInt32>(sum, k == 0 ? bias : sum, tile + r * width);
                    }
                    weights += (nint)length * width;
                }
                int first = PanelPacking.FirstColumn(start, width, call->Columns);
                for (int r = 0; r < count; r++)
                {
                    sbyte* output = call->Output + (row + r) * call->OutputStride + first;
                    TLanes.RequantizeTo(columns == width ? output : narrow, sums + r * width, scales, range);
                    if (columns == width) continue;
                    for (int n = 0; n < columns; n++) output[n] = narrow[n];
                }
                panel = (byte*)weights;
            }
        }
    }

    /// <summary><c>sums = start + tile</c> for a row of the tile.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Accumulate<TLanes, TFloat, TInt16, TInt32>(int* sums, int* start, float* tile)
        where TLanes : struct, ILanes<TFloat, TInt16, TInt32>
    {
        TLanes.StoreInt32(TLanes.AddWhole(TLanes.LoadInt32(start), TLanes.Load(tile)), sums);
        TLanes.StoreInt32(TLanes.AddWhole(TLanes.LoadInt32(start + TLanes.Count), TLanes.Load(tile + TLanes.Count)), sums + TLanes.Count);
    }

    /// <summary>Gathers inputs number <paramref name="start"/> and on (tap by tap, channel by channel) of every row as floats.</summary>
    private static void Convert<TLanes, TFloat, TInt16, TInt32>(sbyte** rows, int depth, int start, int length, float* block)
        where TLanes : struct, ILanes<TFloat, TInt16, TInt32>
    {
        int tap = start / depth, k = start % depth;
        for (int done = 0; done < length;)
        {
            int run = int.Min(depth - k, length - done);
            for (int r = 0; r < TileProduct.Rows; r++)
            {
                sbyte* source = rows[tap * TileProduct.Rows + r] + k;
                float* target = block + r * BlockStride + done;
                int i = 0;
                for (; i <= run - TLanes.Count; i += TLanes.Count) TLanes.Store(TLanes.LoadInt8(source + i), target + i);
                for (; i < run; i++) target[i] = source[i];
            }
            done += run;
            tap++;
            k = 0;
        }
    }
}
