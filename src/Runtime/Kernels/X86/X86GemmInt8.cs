using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

// AvxVnni is marked as preview in .NET 9 alone.
#pragma warning disable CA2252

namespace EdgeKit.Runtime.Kernels.X86;

/// <summary>
/// INT8 GEMM. Blocks of rows are gathered into a scratch that stays in the first-level cache, in the form that the instructions multiply; then pairs of panels one after the other go
/// over the block's tiles of <see cref="Rows"/> rows, so that a panel's weights are read once a block.
/// </summary>
internal static unsafe class X86GemmInt8
{
    private const int Rows = 6;

    /// <summary>Bytes of the scratch. Where not even a tile fits, the depth is gone through in parts.</summary>
    private const int ScratchBytes = 32768;

    /// <summary>Bytes of a cache line: also what whole vectors may reach past the scratch.</summary>
    private const int Line = 64;

    /// <summary>Most columns of a vector.</summary>
    private const int MaxColumns = 16;

    /// <summary>With AVX-VNNI.</summary>
    public static KernelEntry EntryVnni => Of<Int8LanesVnni, Vector256<int>>(KernelIsa.AvxVnni, AvxVnni.IsSupported ? &Run<Int8LanesVnni, Vector256<int>> : null);

    /// <summary>With AVX-512.</summary>
    public static KernelEntry Entry512 => Of<Int8Lanes512, Vector512<int>>(KernelIsa.Avx512, Avx512BW.IsSupported ? &Run<Int8Lanes512, Vector512<int>> : null);

    /// <summary>With AVX2.</summary>
    public static KernelEntry Entry256 => Of<Int8Lanes256, Vector256<int>>(KernelIsa.Avx2, Avx2.IsSupported ? &Run<Int8Lanes256, Vector256<int>> : null);

    /// <summary>With SSE4.1.</summary>
    public static KernelEntry Entry128 => Of<Int8Lanes128, Vector128<int>>(KernelIsa.Sse41, Sse41.IsSupported ? &Run<Int8Lanes128, Vector128<int>> : null);

    private static KernelEntry Of<TLanes, TVector>(KernelIsa isa, delegate*<GemmInt8Call*, void> function) where TLanes : struct, IInt8Lanes<TVector> => new()
    {
        Family = KernelFamily.GemmInt8,
        Isa = isa,
        Supported = function != null,
        RowTile = Rows,
        ColumnTile = TLanes.Columns,
        DepthUnit = TLanes.Unit,
        InputOffset = TLanes.Offset,
        Function = function,
    };

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<TLanes, TVector>(GemmInt8Call* call) where TLanes : struct, IInt8Lanes<TVector>
    {
        byte* scratch = stackalloc byte[ScratchBytes + Line];
        int* sums = stackalloc int[2 * Rows * MaxColumns];
        Block b = default;
        b.Scratch = scratch;
        b.Sums = sums;
        b.Bounds = new Int8Bounds(call->ZeroPoint, call->Min, call->Max);
        b.AllSteps = call->Taps * ((call->Depth + TLanes.Unit - 1) / TLanes.Unit);
        b.Steps = int.Min(b.AllSteps, (ScratchBytes / Rows - 2 * Line) / 4);
        // Rows lie one cache line more than a whole number of lines apart, so that they fall into different sets.
        b.Stride = PanelPacking.RoundUp(b.Steps * 4, Line) + Line;
        b.PanelBytes = (nint)TLanes.Columns * (8 + b.AllSteps * TLanes.Unit);
        int rows = ScratchBytes / b.Stride / Rows * Rows;
        for (int first = 0; first < call->RowCount; first += rows)
        {
            b.First = first;
            b.Count = int.Min(rows, call->RowCount - first);
            if (b.Steps == b.AllSteps) Gather<TLanes, TVector>(call, b, first, b.Count, 0, b.AllSteps);
            byte* panel = call->Panels;
            for (int column = 0; column < call->Columns; column += 2 * TLanes.Columns)
            {
                if (column + TLanes.Columns < call->Columns) RunPanels<TLanes, TVector, Two>(call, b, panel, column);
                else RunPanels<TLanes, TVector, One>(call, b, panel, column);
                panel += 2 * b.PanelBytes;
            }
        }
    }

    /// <summary>One or two panels over the tiles of a block.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunPanels<TLanes, TVector, TPanels>(GemmInt8Call* call, in Block b, byte* panel, int column)
        where TLanes : struct, IInt8Lanes<TVector> where TPanels : struct, ITileSize
    {
        Tile t = default;
        t.Input = b.Scratch;
        t.InputStride = b.Stride;
        t.Panel = panel;
        t.PanelBytes = b.PanelBytes;
        t.Weights = (sbyte*)panel + 8 * TLanes.Columns;
        t.Steps = b.Steps;
        sbyte* output = call->Output + b.First * call->OutputStride;
        t.Output0 = output + PanelPacking.FirstColumn(column, TLanes.Columns, call->Columns);
        t.Output1 = output + PanelPacking.FirstColumn(column + TLanes.Columns, TLanes.Columns, call->Columns);
        t.OutputStride = call->OutputStride;
        t.Bounds = b.Bounds;
        // Fewer columns than a vector has: whole vectors go to the side, and what exists is copied.
        bool narrow = call->Columns < TLanes.Columns;
        sbyte* aside = stackalloc sbyte[Rows * MaxColumns];
        if (narrow)
        {
            t.Output0 = aside;
            t.OutputStride = TLanes.Columns;
        }
        for (int row = 0; row < b.Count; row += Rows)
        {
            t.RowCount = int.Min(Rows, b.Count - row);
            if (b.Steps < b.AllSteps) RunParts<TLanes, TVector, TPanels>(call, b, ref t, row);
            else RunTile<TLanes, TVector, TPanels>(t);
            t.Input += Rows * t.InputStride;
            if (narrow)
            {
                CopyColumns(aside, TLanes.Columns, output + row * call->OutputStride, call->OutputStride, t.RowCount, call->Columns);
                continue;
            }
            t.Output0 += Rows * t.OutputStride;
            t.Output1 += Rows * t.OutputStride;
        }
    }

    private static void CopyColumns(sbyte* source, nint sourceStride, sbyte* target, nint targetStride, int rows, int columns)
    {
        for (int r = 0; r < rows; r++)
        {
            for (int n = 0; n < columns; n++) target[n] = source[n];
            source += sourceStride;
            target += targetStride;
        }
    }

    /// <summary>A tile that is too deep for the scratch: part by part, the sums in memory between them.</summary>
    private static void RunParts<TLanes, TVector, TPanels>(GemmInt8Call* call, in Block b, ref Tile t, int row)
        where TLanes : struct, IInt8Lanes<TVector> where TPanels : struct, ITileSize
    {
        t.Input = b.Scratch;
        for (int start = 0; start < b.AllSteps; start += b.Steps)
        {
            t.Steps = int.Min(b.Steps, b.AllSteps - start);
            t.Weights = (sbyte*)t.Panel + TLanes.Columns * (8 + (nint)start * TLanes.Unit);
            t.SumsIn = start == 0 ? null : b.Sums;
            t.SumsOut = start + t.Steps == b.AllSteps ? null : b.Sums;
            Gather<TLanes, TVector>(call, b, b.First + row, t.RowCount, start, t.Steps);
            RunTile<TLanes, TVector, TPanels>(t);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void RunTile<TLanes, TVector, TPanels>(in Tile t) where TLanes : struct, IInt8Lanes<TVector> where TPanels : struct, ITileSize
    {
        if (t.RowCount > 4) RunTile<TLanes, TVector, Six, TPanels>(t);
        else if (t.RowCount > 2) RunTile<TLanes, TVector, Four, TPanels>(t);
        else if (t.RowCount > 1) RunTile<TLanes, TVector, Two, TPanels>(t);
        else RunTile<TLanes, TVector, One, TPanels>(t);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunTile<TLanes, TVector, TRows, TPanels>(in Tile t)
        where TLanes : struct, IInt8Lanes<TVector> where TRows : struct, ITileSize where TPanels : struct, ITileSize
    {
        nint stride = t.InputStride, other = t.PanelBytes;
        byte* a0 = t.Input, a1 = a0 + stride, a2 = a1 + stride, a3 = a2 + stride, a4 = a3 + stride, a5 = a4 + stride;
        sbyte* w = t.Weights;
        TVector c00 = TLanes.Load((int*)t.Panel), c01 = TPanels.Value > 1 ? TLanes.Load((int*)(t.Panel + other)) : c00;
        TVector c10 = c00, c11 = c01, c20 = c00, c21 = c01, c30 = c00, c31 = c01, c40 = c00, c41 = c01, c50 = c00, c51 = c01;
        if (t.SumsIn != null)
        {
            int* sums = t.SumsIn;
            c00 = TLanes.Load(sums);
            c01 = TLanes.Load(sums + TLanes.Columns);
            c10 = TLanes.Load(sums + 2 * TLanes.Columns);
            c11 = TLanes.Load(sums + 3 * TLanes.Columns);
            c20 = TLanes.Load(sums + 4 * TLanes.Columns);
            c21 = TLanes.Load(sums + 5 * TLanes.Columns);
            c30 = TLanes.Load(sums + 6 * TLanes.Columns);
            c31 = TLanes.Load(sums + 7 * TLanes.Columns);
            c40 = TLanes.Load(sums + 8 * TLanes.Columns);
            c41 = TLanes.Load(sums + 9 * TLanes.Columns);
            c50 = TLanes.Load(sums + 10 * TLanes.Columns);
            c51 = TLanes.Load(sums + 11 * TLanes.Columns);
        }
        nint end = (nint)t.Steps * 4;
        for (nint k = 0; k < end; k += 4)
        {
            TVector wa = TLanes.Weights(w), wb = TPanels.Value > 1 ? TLanes.Weights(w + other) : wa;
            w += TLanes.Unit * TLanes.Columns;
            TVector x = TLanes.Broadcast(a0 + k);
            c00 = TLanes.MultiplyAdd(c00, x, wa);
            if (TPanels.Value > 1) c01 = TLanes.MultiplyAdd(c01, x, wb);
            if (TRows.Value > 1)
            {
                x = TLanes.Broadcast(a1 + k);
                c10 = TLanes.MultiplyAdd(c10, x, wa);
                if (TPanels.Value > 1) c11 = TLanes.MultiplyAdd(c11, x, wb);
            }
            if (TRows.Value > 2)
            {
                x = TLanes.Broadcast(a2 + k);
                c20 = TLanes.MultiplyAdd(c20, x, wa);
                if (TPanels.Value > 1) c21 = TLanes.MultiplyAdd(c21, x, wb);
                x = TLanes.Broadcast(a3 + k);
                c30 = TLanes.MultiplyAdd(c30, x, wa);
                if (TPanels.Value > 1) c31 = TLanes.MultiplyAdd(c31, x, wb);
            }
            if (TRows.Value > 4)
            {
                x = TLanes.Broadcast(a4 + k);
                c40 = TLanes.MultiplyAdd(c40, x, wa);
                if (TPanels.Value > 1) c41 = TLanes.MultiplyAdd(c41, x, wb);
                x = TLanes.Broadcast(a5 + k);
                c50 = TLanes.MultiplyAdd(c50, x, wa);
                if (TPanels.Value > 1) c51 = TLanes.MultiplyAdd(c51, x, wb);
            }
        }
        if (t.SumsOut != null)
        {
            int* sums = t.SumsOut;
            TLanes.Store(c00, sums);
            TLanes.Store(c01, sums + TLanes.Columns);
            TLanes.Store(c10, sums + 2 * TLanes.Columns);
            TLanes.Store(c11, sums + 3 * TLanes.Columns);
            TLanes.Store(c20, sums + 4 * TLanes.Columns);
            TLanes.Store(c21, sums + 5 * TLanes.Columns);
            TLanes.Store(c30, sums + 6 * TLanes.Columns);
            TLanes.Store(c31, sums + 7 * TLanes.Columns);
            TLanes.Store(c40, sums + 8 * TLanes.Columns);
            TLanes.Store(c41, sums + 9 * TLanes.Columns);
            TLanes.Store(c50, sums + 10 * TLanes.Columns);
            TLanes.Store(c51, sums + 11 * TLanes.Columns);
            return;
        }
        nint at = 0;
        Finish<TLanes, TVector, TPanels>(t, ref at, c00, c01);
        if (TRows.Value > 1) Finish<TLanes, TVector, TPanels>(t, ref at, c10, c11);
        if (TRows.Value > 2)
        {
            Finish<TLanes, TVector, TPanels>(t, ref at, c20, c21);
            if (TRows.Value == 4 && t.RowCount < 4) return;
            Finish<TLanes, TVector, TPanels>(t, ref at, c30, c31);
        }
        if (TRows.Value > 4)
        {
            Finish<TLanes, TVector, TPanels>(t, ref at, c40, c41);
            if (t.RowCount < 6) return;
            Finish<TLanes, TVector, TPanels>(t, ref at, c50, c51);
        }
    }

    /// <summary>Writes the outputs of a row, <paramref name="at"/> bytes from the first row's.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish<TLanes, TVector, TPanels>(in Tile t, ref nint at, TVector c0, TVector c1)
        where TLanes : struct, IInt8Lanes<TVector> where TPanels : struct, ITileSize
    {
        float* scales = (float*)t.Panel + TLanes.Columns;
        if (TPanels.Value > 1) TLanes.Requantize(c0, c1, scales, (float*)((byte*)scales + t.PanelBytes), t.Bounds, t.Output0 + at, t.Output1 + at);
        else TLanes.Requantize(c0, scales, t.Bounds, t.Output0 + at);
        at += t.OutputStride;
    }

    /// <summary>Brings steps <paramref name="start"/> and on of some rows into the scratch. The last step of a tap may take in what lies past it, which has no weight.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Gather<TLanes, TVector>(GemmInt8Call* call, in Block b, int first, int rows, int start, int steps) where TLanes : struct, IInt8Lanes<TVector>
    {
        if (call->Rows == null)
        {
            sbyte* source = call->Input + first * call->InputStride + start * TLanes.Unit;
            byte* line = b.Scratch;
            for (int r = 0; r < rows; r++)
            {
                TLanes.Convert(source, line, steps * TLanes.Unit);
                source += call->InputStride;
                line += b.Stride;
            }
            return;
        }
        int tapSteps = b.AllSteps / call->Taps, firstTap = start / tapSteps, firstStep = start % tapSteps;
        for (int r = first; r < first + rows; r++)
        {
            sbyte** taps = call->Rows + ((nint)(r / Rows) * call->Taps + firstTap) * Rows + r % Rows;
            byte* target = b.Scratch + (r - first) * b.Stride, end = target + steps * 4;
            for (int step = firstStep; target < end; step = 0)
            {
                int count = int.Min(tapSteps - step, (int)(end - target) / 4);
                TLanes.Convert(*taps + step * TLanes.Unit, target, count * TLanes.Unit);
                target += count * 4;
                taps += Rows;
            }
        }
    }

    /// <summary>A block of rows in the scratch.</summary>
    private struct Block
    {
        public byte* Scratch;
        public int* Sums;
        /// <summary>First row and rows.</summary>
        public int First, Count;
        /// <summary>Steps of the whole depth, and of what the scratch holds.</summary>
        public int AllSteps, Steps;
        /// <summary>Bytes from one row of the scratch to the next.</summary>
        public int Stride;
        public nint PanelBytes;
        public Int8Bounds Bounds;
    }

    /// <summary>A tile of rows by one or two panels.</summary>
    private struct Tile
    {
        public byte* Input;
        public nint InputStride;
        /// <summary>The first panel; the second lies <see cref="PanelBytes"/> further.</summary>
        public byte* Panel;
        public nint PanelBytes;
        public sbyte* Weights;
        public int Steps;
        /// <summary>Rows that exist; the scratch has all of a tile's.</summary>
        public int RowCount;
        /// <summary>The sums of the depth before; null at its start.</summary>
        public int* SumsIn;
        /// <summary>Where the sums go where the depth goes on, else null.</summary>
        public int* SumsOut;
        /// <summary>Output of the first row in each panel.</summary>
        public sbyte* Output0, Output1;
        public nint OutputStride;
        public Int8Bounds Bounds;
    }
}
