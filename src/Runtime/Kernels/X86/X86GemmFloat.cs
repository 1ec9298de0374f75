using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace EdgeKit.Runtime.Kernels.X86;

/// <summary>
/// Float GEMM: tiles of up to 8 rows by 3 panels on AVX-512, 6 by 2 on AVX2, all sums in registers. Panels of one vector of columns; a few of them at a time go over all rows, so that
/// their weights stay in the cache.
/// </summary>
internal static unsafe class X86GemmFloat
{
    private const int Rows512 = 8, Panels512 = 3, Rows256 = 6, Panels256 = 2;

    /// <summary>With AVX-512.</summary>
    public static KernelEntry Entry512 => Of(KernelIsa.Avx512, Rows512, FloatLanes512.Columns, Avx512F.IsSupported ? &Run<FloatLanes512, Vector512<float>> : null);

    /// <summary>With AVX2 and FMA.</summary>
    public static KernelEntry Entry256 => Of(KernelIsa.Avx2, Rows256, FloatLanes256.Columns, Fma.IsSupported ? &Run<FloatLanes256, Vector256<float>> : null);

    private static KernelEntry Of(KernelIsa isa, int rows, int columns, delegate*<GemmFloatCall*, void> function) => new()
    {
        Family = KernelFamily.GemmFloat,
        Isa = isa,
        Supported = function != null,
        RowTile = rows,
        ColumnTile = columns,
        DepthUnit = 1,
        Function = function,
    };

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<TLanes, TVector>(GemmFloatCall* call) where TLanes : struct, IFloatLanes<TVector>
    {
        int most = TLanes.Columns == FloatLanes512.Columns ? Panels512 : Panels256, panels = (call->Columns + TLanes.Columns - 1) / TLanes.Columns;
        nint panelFloats = (nint)TLanes.Columns * (1 + (nint)call->Taps * call->Depth);
        var panel = (float*)call->Panels;
        for (int done = 0; done < panels; done += most)
        {
            int column = done * TLanes.Columns;
            if (most > 2 && panels - done > 2) RunPanels<TLanes, TVector, Three>(call, panel, panelFloats, column);
            else if (panels - done > 1) RunPanels<TLanes, TVector, Two>(call, panel, panelFloats, column);
            else RunPanels<TLanes, TVector, One>(call, panel, panelFloats, column);
            panel += most * panelFloats;
        }
    }

    /// <summary>One to three panels over all rows.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunPanels<TLanes, TVector, TPanels>(GemmFloatCall* call, float* panel, nint panelFloats, int column)
        where TLanes : struct, IFloatLanes<TVector> where TPanels : struct, ITileSize
    {
        int rows = TLanes.Columns == FloatLanes512.Columns ? Rows512 : Rows256;
        Tile t = default;
        t.Panel = panel;
        t.PanelFloats = panelFloats;
        t.Taps = call->Taps;
        t.Depth = call->Depth;
        t.Output0 = call->Output + PanelPacking.FirstColumn(column, TLanes.Columns, call->Columns);
        t.Output1 = call->Output + PanelPacking.FirstColumn(column + TLanes.Columns, TLanes.Columns, call->Columns);
        t.Output2 = call->Output + PanelPacking.FirstColumn(column + 2 * TLanes.Columns, TLanes.Columns, call->Columns);
        t.OutputStride = call->OutputStride;
        t.Min = call->Min;
        t.Max = call->Max;
        float** direct = stackalloc float*[Rows512];
        // Fewer columns than a vector has: whole vectors go to the side, and what exists is copied.
        bool narrow = call->Columns < TLanes.Columns;
        float* aside = stackalloc float[Rows512 * FloatLanes512.Columns];
        if (narrow)
        {
            t.Output0 = aside;
            t.OutputStride = TLanes.Columns;
        }
        for (int row = 0; row < call->RowCount; row += rows)
        {
            t.RowCount = int.Min(rows, call->RowCount - row);
            t.Rows = GemmRows.Tile(call, row, rows, direct);
            if (t.RowCount > 6) RunTile<TLanes, TVector, Eight, TPanels>(t);
            else if (t.RowCount > 4) RunTile<TLanes, TVector, Six, TPanels>(t);
            else if (t.RowCount > 2) RunTile<TLanes, TVector, Four, TPanels>(t);
            else if (t.RowCount > 1) RunTile<TLanes, TVector, Two, TPanels>(t);
            else RunTile<TLanes, TVector, One, TPanels>(t);
            if (narrow)
            {
                CopyColumns(aside, TLanes.Columns, call->Output + row * call->OutputStride, call->OutputStride, t.RowCount, call->Columns);
                continue;
            }
            t.Output0 += rows * t.OutputStride;
            t.Output1 += rows * t.OutputStride;
            t.Output2 += rows * t.OutputStride;
        }
    }

    private static void CopyColumns(float* source, nint sourceStride, float* target, nint targetStride, int rows, int columns)
    {
        for (int r = 0; r < rows; r++)
        {
            for (int n = 0; n < columns; n++) target[n] = source[n];
            source += sourceStride;
            target += targetStride;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunTile<TLanes, TVector, TRows, TPanels>(in Tile t)
        where TLanes : struct, IFloatLanes<TVector> where TRows : struct, ITileSize where TPanels : struct, ITileSize
    {
        int tile = TLanes.Columns == FloatLanes512.Columns ? Rows512 : Rows256, taps = t.Taps;
        nint second = t.PanelFloats, third = 2 * second, depth = t.Depth;
        float* w = t.Panel;
        TVector c00 = TLanes.Load(w), c01 = TPanels.Value > 1 ? TLanes.Load(w + second) : c00, c02 = TPanels.Value > 2 ? TLanes.Load(w + third) : c00;
        TVector c10 = c00, c11 = c01, c12 = c02, c20 = c00, c21 = c01, c22 = c02;
        TVector c30 = c00, c31 = c01, c32 = c02, c40 = c00, c41 = c01, c42 = c02;
        TVector c50 = c00, c51 = c01, c52 = c02, c60 = c00, c61 = c01, c62 = c02;
        TVector c70 = c00, c71 = c01, c72 = c02;
        w += TLanes.Columns;
        float** rows = t.Rows;
        do
        {
            float* a0 = rows[0], a1 = TRows.Value > 1 ? rows[1] : a0, a2 = TRows.Value > 2 ? rows[2] : a0, a3 = TRows.Value > 2 ? rows[3] : a0;
            float* a4 = TRows.Value > 4 ? rows[4] : a0, a5 = TRows.Value > 4 ? rows[5] : a0, a6 = TRows.Value > 6 ? rows[6] : a0, a7 = TRows.Value > 6 ? rows[7] : a0;
            rows += tile;
            for (nint k = 0; k < depth; k++)
            {
                TVector w0 = TLanes.Load(w), w1 = TPanels.Value > 1 ? TLanes.Load(w + second) : w0, w2 = TPanels.Value > 2 ? TLanes.Load(w + third) : w0;
                w += TLanes.Columns;
                TVector x = TLanes.Broadcast(a0 + k);
                c00 = TLanes.MultiplyAdd(x, w0, c00);
                if (TPanels.Value > 1) c01 = TLanes.MultiplyAdd(x, w1, c01);
                if (TPanels.Value > 2) c02 = TLanes.MultiplyAdd(x, w2, c02);
                if (TRows.Value > 1)
                {
                    x = TLanes.Broadcast(a1 + k);
                    c10 = TLanes.MultiplyAdd(x, w0, c10);
                    if (TPanels.Value > 1) c11 = TLanes.MultiplyAdd(x, w1, c11);
                    if (TPanels.Value > 2) c12 = TLanes.MultiplyAdd(x, w2, c12);
                }
                if (TRows.Value > 2)
                {
                    x = TLanes.Broadcast(a2 + k);
                    c20 = TLanes.MultiplyAdd(x, w0, c20);
                    if (TPanels.Value > 1) c21 = TLanes.MultiplyAdd(x, w1, c21);
                    if (TPanels.Value > 2) c22 = TLanes.MultiplyAdd(x, w2, c22);
                    x = TLanes.Broadcast(a3 + k);
                    c30 = TLanes.MultiplyAdd(x, w0, c30);
                    if (TPanels.Value > 1) c31 = TLanes.MultiplyAdd(x, w1, c31);
                    if (TPanels.Value > 2) c32 = TLanes.MultiplyAdd(x, w2, c32);
                }
                if (TRows.Value > 4)
                {
                    x = TLanes.Broadcast(a4 + k);
                    c40 = TLanes.MultiplyAdd(x, w0, c40);
                    if (TPanels.Value > 1) c41 = TLanes.MultiplyAdd(x, w1, c41);
                    if (TPanels.Value > 2) c42 = TLanes.MultiplyAdd(x, w2, c42);
                    x = TLanes.Broadcast(a5 + k);
                    c50 = TLanes.MultiplyAdd(x, w0, c50);
                    if (TPanels.Value > 1) c51 = TLanes.MultiplyAdd(x, w1, c51);
                    if (TPanels.Value > 2) c52 = TLanes.MultiplyAdd(x, w2, c52);
                }
                if (TRows.Value > 6)
                {
                    x = TLanes.Broadcast(a6 + k);
                    c60 = TLanes.MultiplyAdd(x, w0, c60);
                    if (TPanels.Value > 1) c61 = TLanes.MultiplyAdd(x, w1, c61);
                    if (TPanels.Value > 2) c62 = TLanes.MultiplyAdd(x, w2, c62);
                    x = TLanes.Broadcast(a7 + k);
                    c70 = TLanes.MultiplyAdd(x, w0, c70);
                    if (TPanels.Value > 1) c71 = TLanes.MultiplyAdd(x, w1, c71);
                    if (TPanels.Value > 2) c72 = TLanes.MultiplyAdd(x, w2, c72);
                }
            }
        }
        while (--taps > 0);

        Finish<TLanes, TVector, TPanels>(t, 0, c00, c01, c02);
        if (TRows.Value > 1) Finish<TLanes, TVector, TPanels>(t, 1, c10, c11, c12);
        if (TRows.Value > 2)
        {
            Finish<TLanes, TVector, TPanels>(t, 2, c20, c21, c22);
            if (t.RowCount < 4) return;
            Finish<TLanes, TVector, TPanels>(t, 3, c30, c31, c32);
        }
        if (TRows.Value > 4)
        {
            Finish<TLanes, TVector, TPanels>(t, 4, c40, c41, c42);
            if (t.RowCount < 6) return;
            Finish<TLanes, TVector, TPanels>(t, 5, c50, c51, c52);
        }
        if (TRows.Value > 6)
        {
            Finish<TLanes, TVector, TPanels>(t, 6, c60, c61, c62);
            if (t.RowCount < 8) return;
            Finish<TLanes, TVector, TPanels>(t, 7, c70, c71, c72);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish<TLanes, TVector, TPanels>(in Tile t, int row, TVector c0, TVector c1, TVector c2)
        where TLanes : struct, IFloatLanes<TVector> where TPanels : struct, ITileSize
    {
        nint at = row * t.OutputStride;
        c0 = TLanes.Clamp(c0, t.Min, t.Max);
        TLanes.Store(c0, t.Output0 + at);
        if (TPanels.Value > 1) TLanes.Store(TLanes.Clamp(c1, t.Min, t.Max), t.Output1 + at);
        if (TPanels.Value > 2) TLanes.Store(TLanes.Clamp(c2, t.Min, t.Max), t.Output2 + at);
    }

    /// <summary>A tile of rows by one to three panels.</summary>
    private struct Tile
    {
        /// <summary>Row pointers as in the indirect form.</summary>
        public float** Rows;
        /// <summary>The first panel; each of the others lies <see cref="PanelFloats"/> further.</summary>
        public float* Panel;
        public nint PanelFloats;
        public int Taps, Depth;
        /// <summary>Rows that exist.</summary>
        public int RowCount;
        /// <summary>Output of the first row in each panel.</summary>
        public float* Output0, Output1, Output2;
        public nint OutputStride;
        public float Min, Max;
    }
}
