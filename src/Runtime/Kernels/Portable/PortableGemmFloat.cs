using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace EdgeKit.Runtime.Kernels.Portable;

/// <summary>Float GEMM on portable vectors.</summary>
internal static unsafe class PortableGemmFloat
{
    /// <summary>On vectors of 512 bits.</summary>
    public static KernelEntry Entry512 => Of(Lanes512.Count, Vector512.IsHardwareAccelerated ? &Run<Lanes512, Vector512<float>, Vector512<short>, Vector512<int>> : null);

    /// <summary>On vectors of 256 bits.</summary>
    public static KernelEntry Entry256 => Of(Lanes256.Count, Vector256.IsHardwareAccelerated ? &Run<Lanes256, Vector256<float>, Vector256<short>, Vector256<int>> : null);

    /// <summary>On vectors of 128 bits.</summary>
    public static KernelEntry Entry128 => Of(Lanes128.Count, Vector128.IsHardwareAccelerated ? &Run<Lanes128, Vector128<float>, Vector128<short>, Vector128<int>> : null);

    private static KernelEntry Of(int lanes, delegate*<GemmFloatCall*, void> function) => new()
    {
        Family = KernelFamily.GemmFloat,
        Isa = KernelIsa.Vector,
        Supported = function != null,
        RowTile = TileProduct.Rows,
        ColumnTile = 2 * lanes,
        DepthUnit = 1,
        Function = function,
    };

    [SkipLocalsInit]
    private static void Run<TLanes, TFloat, TInt16, TInt32>(GemmFloatCall* call)
        where TLanes : struct, ILanes<TFloat, TInt16, TInt32>
    {
        int count = TLanes.Count, width = 2 * count, depth = call->Taps * call->Depth;
        TFloat low = TLanes.Broadcast(call->Min), high = TLanes.Broadcast(call->Max);
        float* tile = stackalloc float[TileProduct.Rows * width];
        float** direct = stackalloc float*[TileProduct.Rows];
        int columns = int.Min(width, call->Columns);
        for (int row = 0; row < call->RowCount; row += TileProduct.Rows)
        {
            float** rows = GemmRows.Tile(call, row, TileProduct.Rows, direct);
            int last = int.Min(row + TileProduct.Rows, call->RowCount);
            var bias = (float*)call->Panels;
            for (int panel = 0; panel < call->Columns; panel += width)
            {
                float* weights = bias + width;
                TileProduct.Compute<TLanes, TFloat, TInt16, TInt32, float>(rows, call->Taps, call->Depth, weights, width, bias, 0, tile, width);
                int first = PanelPacking.FirstColumn(panel, width, call->Columns);
                for (int r = row; r < last; r++)
                {
                    float* sums = tile + (r - row) * width;
                    float* output = call->Output + r * call->OutputStride + first;
                    float* target = columns == width ? output : sums;
                    TFloat v0 = TLanes.Clamp(TLanes.Load(sums), low, high), v1 = TLanes.Clamp(TLanes.Load(sums + count), low, high);
                    TLanes.Store(v0, target);
                    TLanes.Store(v1, target + count);
                    if (target == output) continue;
                    for (int n = 0; n < columns; n++) output[n] = sums[n];
                }
                bias = weights + (nint)depth * width;
            }
        }
    }
}
