using System.Runtime.CompilerServices;
using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Kernels;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Runtime.Operators;

/// <summary>
/// Convolution, transposed convolution and products with constant matrices. Dense and grouped ones run as GEMM, direct for 1 x 1 kernels, else indirect: each output
/// position's taps are pointers to pixels or kernel rows as they lie, and next to nothing is copied. Depthwise ones have kernels of their own.
/// A unit of work is a tile of output positions, or for depthwise an output row.
/// </summary>
internal static unsafe class ConvOperator
{
    /// <summary>Bytes of input rows a kernel call goes through for every panel of weights: half of a small first-level cache.</summary>
    private const int BlockBytes = 16384;

    /// <summary>Row pointers held on the stack at a time, where one tile does not need more.</summary>
    private const int BlockPointers = 512;

    public static long Plan(ExecutionState* e, int index)
    {
        OperatorRecord* op = e->Operators + index;
        ConvGeometry g = ConvGeometry.Of(e, op);
        KernelFamily family = g.Depthwise
            ? g.Int8 ? KernelFamily.DepthwiseInt8 : KernelFamily.DepthwiseFloat
            : g.Int8 ? KernelFamily.GemmInt8 : KernelFamily.GemmFloat;
        KernelShape shape = default;
        shape.KernelH = g.P->KernelH;
        shape.KernelW = g.P->KernelW;
        shape.StrideW = g.P->StrideW;
        shape.DilationW = g.P->DilationW;
        int number = KernelRegistry.Find(family, e->Kernels, shape);
        KernelEntry kernel = KernelRegistry.At(number);
        OperatorState* s = e->States + index;
        s->KernelIndex = number;
        s->Kernel = kernel.Function;
        s->Units = g.Depthwise ? g.Positions / g.OutW : (g.Positions + kernel.RowTile - 1) / kernel.RowTile;
        return WeightsOffset(g) + (g.Depthwise
            ? DepthwisePacking.Bytes(kernel, g.P->KernelH, g.P->KernelW, g.OutC, g.Int8)
            : g.P->Groups * PanelPacking.MatrixBytes(kernel, g.Taps, g.Depth, g.GroupColumns, g.Int8));
    }

    /// <summary>Whether two convolutions of one kind have the same constants, kernel and geometry, so that one packing of the weights serves both.</summary>
    public static bool SharesWeights(ExecutionState* e, int a, int b)
    {
        OperatorRecord* first = e->Operators + a, second = e->Operators + b;
        if (e->States[a].KernelIndex != e->States[b].KernelIndex || first->InputCount != second->InputCount) return false;
        for (int i = 1; i < first->InputCount; i++)
            if (e->Data(e->Input(first, i)) != e->Data(e->Input(second, i))) return false;
        TensorRecord* x = e->Input(first, 0), other = e->Input(second, 0);
        bool same = x->Type == other->Type && x->ZeroPoint == other->ZeroPoint && x->PixelStride == other->PixelStride && e->Output(first)->PixelStride == e->Output(second)->PixelStride;
        for (int i = 0; i < 4; i++) same &= x->Dims[i] == other->Dims[i] && e->Output(first)->Dims[i] == e->Output(second)->Dims[i];
        for (int i = 0; i < OperatorRecord.ParameterWords; i++) same &= first->Parameters[i] == second->Parameters[i];
        return same;
    }

    public static void Pack(ExecutionState* e, int index)
    {
        OperatorRecord* op = e->Operators + index;
        ConvGeometry g = ConvGeometry.Of(e, op);
        OperatorState* s = e->States + index;
        KernelEntry kernel = KernelRegistry.At(s->KernelIndex);
        byte* weights = e->Data(e->Input(op, 1));
        byte* bias = e->Data(e->Input(op, 2));
        float* scales = g.Int8 ? (float*)e->Data(e->Input(op, 3)) : null;
        int zeroPoint = e->Input(op, 0)->ZeroPoint;

        Unsafe.InitBlockUnaligned(s->Packed, g.Int8 ? (byte)zeroPoint : (byte)0, (uint)g.PaddingBytes);
        byte* packed = s->Packed + WeightsOffset(g);
        if (g.Depthwise)
        {
            if (g.Int8) DepthwisePacking.PackInt8(kernel, (sbyte*)weights, (int*)bias, scales, g.P->KernelH, g.P->KernelW, g.OutC, zeroPoint, packed);
            else DepthwisePacking.PackFloat(kernel, (float*)weights, (float*)bias, g.P->KernelH, g.P->KernelW, g.OutC, packed);
            return;
        }
        nint matrix = (nint)PanelPacking.MatrixBytes(kernel, g.Taps, g.Depth, g.GroupColumns, g.Int8);
        nint groupWeights = (nint)g.GroupColumns * g.Taps * g.Depth;
        for (int group = 0; group < g.P->Groups; group++)
        {
            int first = group * g.GroupColumns;
            if (g.Int8)
                PanelPacking.PackInt8(kernel, (sbyte*)weights + group * groupWeights, (int*)bias + first, scales + first, g.Taps, g.Depth, g.GroupColumns, zeroPoint, packed);
            else
                PanelPacking.PackFloat(kernel, (float*)weights + group * groupWeights, (float*)bias + first, g.Taps, g.Depth, g.GroupColumns, packed);
            packed += matrix;
        }
    }

    public static void Run(ExecutionState* e, int index, int begin, int end)
    {
        OperatorRecord* op = e->Operators + index;
        ConvGeometry g = ConvGeometry.Of(e, op);
        OperatorState* s = e->States + index;
        int zeroPoint = e->Output(op)->ZeroPoint;
        if (g.Depthwise) RunDepthwise(g, s, zeroPoint, begin, end);
        else RunGemm(g, s, zeroPoint, begin, end);
    }

    /// <summary>Units whose input is about so many bytes, at least those of one output row.</summary>
    public static int UnitsOfInput(ExecutionState* e, int index, int bytes)
    {
        ConvGeometry g = ConvGeometry.Of(e, e->Operators + index);
        long rowBytes = g.P->StrideH * (long)g.InW * g.InPixelBytes;
        return UnitsOf(g, e->States + index, (int)long.Min(g.Positions, long.Max(1, bytes / rowBytes) * g.OutW));
    }

    /// <summary>Units of operator <paramref name="producer"/> that the first <paramref name="units"/> units of its reader <paramref name="index"/> need.</summary>
    public static int UnitsBefore(ExecutionState* e, int index, int units, int producer)
    {
        ConvGeometry g = ConvGeometry.Of(e, e->Operators + index);
        int positions = g.Depthwise ? units * g.OutW : (int)long.Min(g.Positions, (long)units * KernelRegistry.At(e->States[index].KernelIndex).RowTile);
        int line = (positions - 1) / g.OutW;
        int lines = int.Clamp(line * g.P->StrideH - g.P->PadTop + (g.P->KernelH - 1) * g.P->DilationH + 1, 0, g.InH);
        int needed = g.Direct ? positions : lines * g.InW;
        return UnitsOf(ConvGeometry.Of(e, e->Operators + producer), e->States + producer, needed);
    }

    /// <summary>Units that hold the first <paramref name="positions"/> output positions.</summary>
    private static int UnitsOf(in ConvGeometry g, OperatorState* s, int positions)
    {
        int unit = g.Depthwise ? g.OutW : KernelRegistry.At(s->KernelIndex).RowTile;
        return (int)((positions + (long)unit - 1) / unit);
    }

    [SkipLocalsInit]
    private static void RunGemm(in ConvGeometry g, OperatorState* s, int zeroPoint, int begin, int end)
    {
        KernelEntry kernel = KernelRegistry.At(s->KernelIndex);
        int tile = kernel.RowTile;
        bool direct = g.Direct || g.Gathered;
        int tiles = direct ? BlockBytes / (g.Depth * g.ElementBytes * tile) : BlockPointers / (g.Taps * tile);
        int block = int.Max(1, tiles) * tile, limit = int.Min(end * tile, g.Positions);
        if (g.WholeRows) block = KernelRows.Block(g, tile, block);
        int pointers = direct ? 0 : block * g.Taps, copied = g.Gathered ? block * (int)g.WindowBytes : g.WholeRows ? KernelRows.CopyBytes(g, block) : 0;
        byte** rows = stackalloc byte*[pointers];
        byte* windows = stackalloc byte[copied + KernelContract.Slack];
        nint inputStride = g.Gathered ? g.WindowBytes : g.InPixelBytes;
        nint matrix = (nint)PanelPacking.MatrixBytes(kernel, g.Taps, g.Depth, g.GroupColumns, g.Int8);
        for (int first = begin * tile; first < limit; first += block)
        {
            int count = int.Min(block, limit - first);
            if (g.Gathered) GatherBlock(g, first, count, s->Packed, windows);
            else if (g.WholeRows) KernelRows.Point(g, first, count, tile, s->Packed, rows, windows);
            else if (!direct) PointBlock(g, first, count, tile, s->Packed, rows);
            for (int group = 0; group < g.P->Groups; group++)
            {
                // Pointers of the groups before are moved on by the channels of one: padding is as wide as a whole pixel.
                nint step = group == 0 ? 0 : (nint)g.Depth * g.ElementBytes;
                if (step != 0 && !direct) for (int i = 0; i < pointers; i++) rows[i] += step;
                byte* input = g.Gathered ? windows : g.Direct ? g.Input + first * g.InPixelBytes + group * step : null;
                byte* output = g.Output + first * g.OutPixelBytes + (nint)group * g.GroupColumns * g.ElementBytes;
                byte* panels = s->Packed + WeightsOffset(g) + group * matrix;
                if (g.Int8) CallInt8(g, s, input, inputStride, direct ? null : rows, panels, output, count, zeroPoint);
                else CallFloat(g, s, input, inputStride, direct ? null : rows, panels, output, count);
            }
        }
    }

    /// <summary>Points the tiles of <paramref name="count"/> positions; the last tile is filled up with its last position.</summary>
    private static void PointBlock(in ConvGeometry g, int first, int count, int tile, byte* padding, byte** rows)
    {
        int taps = g.Taps, line = first / g.OutW, x = first - line * g.OutW, lane = 0;
        g.Line(line, out byte* corners, out int insideFrom, out int insideTo);
        for (int i = 0; i < count; i++)
        {
            if (x >= insideFrom && x < insideTo) g.PointInside(corners + x * g.StepBytes, rows + lane, tile);
            else g.Point(line * g.OutW + x, padding, rows + lane, tile);
            if (++lane == tile)
            {
                lane = 0;
                rows += taps * tile;
            }
            if (++x == g.OutW && i + 1 < count)
            {
                x = 0;
                g.Line(++line, out corners, out insideFrom, out insideTo);
            }
        }
        if (lane == 0) return;
        for (; lane < tile; lane++)
        {
            for (int t = 0; t < taps; t++) rows[t * tile + lane] = rows[t * tile + lane - 1];
        }
    }

    /// <summary>Gathers the windows of <paramref name="count"/> positions.</summary>
    private static void GatherBlock(in ConvGeometry g, int first, int count, byte* padding, byte* windows)
    {
        int line = first / g.OutW, x = first - line * g.OutW;
        g.Line(line, out byte* corners, out int insideFrom, out int insideTo);
        for (int i = 0; i < count; i++)
        {
            if (x >= insideFrom && x < insideTo) g.GatherInside(corners + x * g.StepBytes, windows);
            else g.Gather(line, x, padding, windows);
            windows += g.WindowBytes;
            if (++x == g.OutW && i + 1 < count)
            {
                x = 0;
                g.Line(++line, out corners, out insideFrom, out insideTo);
            }
        }
    }

    private static void CallInt8(in ConvGeometry g, OperatorState* s, byte* input, nint inputStride, byte** rows, byte* panels, byte* output, int count, int zeroPoint)
    {
        GemmInt8Call call = default;
        call.Input = (sbyte*)input;
        call.InputStride = inputStride;
        call.Rows = (sbyte**)rows;
        call.Panels = panels;
        call.Output = (sbyte*)output;
        call.OutputStride = g.OutPixelBytes;
        call.RowCount = count;
        call.Taps = g.Taps;
        call.Depth = g.Depth;
        call.Columns = g.GroupColumns;
        call.ZeroPoint = zeroPoint;
        call.Min = g.P->MinInt8;
        call.Max = g.P->MaxInt8;
        ((delegate*<GemmInt8Call*, void>)s->Kernel)(&call);
    }

    private static void CallFloat(in ConvGeometry g, OperatorState* s, byte* input, nint inputStride, byte** rows, byte* panels, byte* output, int count)
    {
        GemmFloatCall call = default;
        call.Input = (float*)input;
        call.InputStride = inputStride / g.ElementBytes;
        call.Rows = (float**)rows;
        call.Panels = panels;
        call.Output = (float*)output;
        call.OutputStride = g.OutPixelBytes / g.ElementBytes;
        call.RowCount = count;
        call.Taps = g.Taps;
        call.Depth = g.Depth;
        call.Columns = g.GroupColumns;
        call.Min = g.P->MinFloat;
        call.Max = g.P->MaxFloat;
        ((delegate*<GemmFloatCall*, void>)s->Kernel)(&call);
    }

    private static void RunDepthwise(in ConvGeometry g, OperatorState* s, int zeroPoint, int begin, int end)
    {
        byte** rows = stackalloc byte*[g.P->KernelH];
        byte* weights = s->Packed + WeightsOffset(g);
        nint rowBytes = g.InW * g.InPixelBytes;
        for (int line = begin; line < end; line++)
        {
            int top = line % g.OutH * g.P->StrideH - g.P->PadTop;
            byte* map = g.Input + line / g.OutH * g.InH * rowBytes;
            for (int ky = 0; ky < g.P->KernelH; ky++)
            {
                int iy = top + ky * g.P->DilationH;
                rows[ky] = (uint)iy < (uint)g.InH ? map + iy * rowBytes : s->Packed;
            }
            byte* output = g.Output + (nint)line * g.OutW * g.OutPixelBytes;
            if (g.Int8) CallInt8(g, s, rows, weights, output, zeroPoint);
            else CallFloat(g, s, rows, weights, output);
        }
    }

    private static void CallInt8(in ConvGeometry g, OperatorState* s, byte** rows, byte* weights, byte* output, int zeroPoint)
    {
        DepthwiseInt8Call call = default;
        call.Rows = (sbyte**)rows;
        call.Padding = (sbyte*)s->Packed;
        call.InputStride = g.InPixelBytes;
        call.Weights = weights;
        call.Output = (sbyte*)output;
        call.OutputStride = g.OutPixelBytes;
        call.InputWidth = g.InW;
        call.OutputWidth = g.OutW;
        call.PadLeft = g.P->PadLeft;
        call.KernelH = g.P->KernelH;
        call.KernelW = g.P->KernelW;
        call.StrideW = g.P->StrideW;
        call.DilationW = g.P->DilationW;
        call.Channels = g.OutC;
        call.ZeroPoint = zeroPoint;
        call.Min = g.P->MinInt8;
        call.Max = g.P->MaxInt8;
        ((delegate*<DepthwiseInt8Call*, void>)s->Kernel)(&call);
    }

    private static void CallFloat(in ConvGeometry g, OperatorState* s, byte** rows, byte* weights, byte* output)
    {
        DepthwiseFloatCall call = default;
        call.Rows = (float**)rows;
        call.Padding = (float*)s->Packed;
        call.InputStride = g.InPixelBytes / g.ElementBytes;
        call.Weights = weights;
        call.Output = (float*)output;
        call.OutputStride = g.OutPixelBytes / g.ElementBytes;
        call.InputWidth = g.InW;
        call.OutputWidth = g.OutW;
        call.PadLeft = g.P->PadLeft;
        call.KernelH = g.P->KernelH;
        call.KernelW = g.P->KernelW;
        call.StrideW = g.P->StrideW;
        call.DilationW = g.P->DilationW;
        call.Channels = g.OutC;
        call.Min = g.P->MinFloat;
        call.Max = g.P->MaxFloat;
        ((delegate*<DepthwiseFloatCall*, void>)s->Kernel)(&call);
    }

    /// <summary>The packed weights start with the padding values.</summary>
    private static nint WeightsOffset(in ConvGeometry g) => ((nint)g.PaddingBytes + Executor.Alignment - 1) & ~(nint)(Executor.Alignment - 1);
}
