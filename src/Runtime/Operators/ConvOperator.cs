using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Kernels;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Runtime.Operators;

/// <summary>
/// Convolution, transposed convolution and products with constant matrices. Dense and grouped ones run as indirect GEMM: each output position's taps are pointers to
/// pixels as they lie, so nothing is copied. Depthwise ones have kernels of their own.
/// </summary>
internal static unsafe class ConvOperator
{
    private const int DepthwisePositions = 32;

    public static long Plan(ExecutionState* e, int index)
    {
        OperatorRecord* op = e->Operators + index;
        ConvGeometry g = ConvGeometry.Of(e, op);
        KernelFamily family = g.Depthwise
            ? g.Int8 ? KernelFamily.DepthwiseInt8 : KernelFamily.DepthwiseFloat
            : g.Int8 ? KernelFamily.GemmInt8 : KernelFamily.GemmFloat;
        int number = KernelRegistry.Find(family, e->Kernels);
        KernelEntry kernel = KernelRegistry.At(number);
        OperatorState* s = e->States + index;
        s->KernelIndex = number;
        s->Kernel = kernel.Function;
        s->Units = g.Depthwise ? g.Positions / g.OutW : (g.Positions + kernel.RowTile - 1) / kernel.RowTile;
        return PaddingBytes(g) + (g.Depthwise
            ? DepthwisePacking.Bytes(kernel, g.Taps, g.OutC, g.Int8)
            : g.P->Groups * PanelPacking.MatrixBytes(kernel, g.Taps, g.GroupDepth, g.GroupColumns, g.Int8));
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

        byte* packed = s->Packed;
        for (int i = 0; i < g.InC * g.ElementBytes; i++) packed[i] = g.Int8 ? (byte)zeroPoint : (byte)0;
        packed += PaddingBytes(g);
        if (g.Depthwise)
        {
            if (g.Int8) DepthwisePacking.PackInt8(kernel, (sbyte*)weights, (int*)bias, scales, g.Taps, g.OutC, zeroPoint, packed);
            else DepthwisePacking.PackFloat(kernel, (float*)weights, (float*)bias, g.Taps, g.OutC, packed);
            return;
        }
        nint matrix = (nint)PanelPacking.MatrixBytes(kernel, g.Taps, g.GroupDepth, g.GroupColumns, g.Int8);
        nint groupWeights = (nint)g.GroupColumns * g.Taps * g.GroupDepth;
        for (int group = 0; group < g.P->Groups; group++)
        {
            int first = group * g.GroupColumns;
            if (g.Int8)
                PanelPacking.PackInt8(kernel, (sbyte*)weights + group * groupWeights, (int*)bias + first, scales + first, g.Taps, g.GroupDepth, g.GroupColumns, zeroPoint, packed);
            else
                PanelPacking.PackFloat(kernel, (float*)weights + group * groupWeights, (float*)bias + first, g.Taps, g.GroupDepth, g.GroupColumns, packed);
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

    private static void RunGemm(in ConvGeometry g, OperatorState* s, int zeroPoint, int begin, int end)
    {
        KernelEntry kernel = KernelRegistry.At(s->KernelIndex);
        int tile = kernel.RowTile;
        byte** rows = stackalloc byte*[g.Taps * tile];
        byte* padding = s->Packed;
        nint matrix = (nint)PanelPacking.MatrixBytes(kernel, g.Taps, g.GroupDepth, g.GroupColumns, g.Int8);
        for (int unit = begin; unit < end; unit++)
        {
            int first = unit * tile;
            int count = int.Min(tile, g.Positions - first);
            for (int r = 0; r < tile; r++) g.Point(first + int.Min(r, count - 1), padding, rows + r, tile);
            byte* panels = s->Packed + PaddingBytes(g);
            for (int group = 0; group < g.P->Groups; group++)
            {
                byte* output = g.Output + first * g.OutPixelBytes + (nint)group * g.GroupColumns * g.ElementBytes;
                if (g.Int8)
                {
                    GemmInt8Call call = default;
                    call.Rows = (sbyte**)rows;
                    call.Panels = panels;
                    call.Output = (sbyte*)output;
                    call.OutputStride = g.OutPixelBytes;
                    call.RowCount = count;
                    call.Taps = g.Taps;
                    call.Depth = g.GroupDepth;
                    call.Columns = g.GroupColumns;
                    call.ZeroPoint = zeroPoint;
                    call.Min = g.P->MinInt8;
                    call.Max = g.P->MaxInt8;
                    ((delegate*<GemmInt8Call*, void>)s->Kernel)(&call);
                }
                else
                {
                    GemmFloatCall call = default;
                    call.Rows = (float**)rows;
                    call.Panels = panels;
                    call.Output = (float*)output;
                    call.OutputStride = g.OutPixelBytes / g.ElementBytes;
                    call.RowCount = count;
                    call.Taps = g.Taps;
                    call.Depth = g.GroupDepth;
                    call.Columns = g.GroupColumns;
                    call.Min = g.P->MinFloat;
                    call.Max = g.P->MaxFloat;
                    ((delegate*<GemmFloatCall*, void>)s->Kernel)(&call);
                }
                panels += matrix;
                // The next group reads the next channels of the same pixels; the padding row is as wide as a whole pixel, so it moves along.
                nint step = (nint)g.GroupDepth * g.ElementBytes;
                for (int i = 0; i < g.Taps * tile; i++) rows[i] += step;
            }
        }
    }

    private static void RunDepthwise(in ConvGeometry g, OperatorState* s, int zeroPoint, int begin, int end)
    {
        int chunk = int.Min(DepthwisePositions, g.OutW);
        byte** rows = stackalloc byte*[g.Taps * chunk];
        for (int line = begin; line < end; line++)
        {
            for (int x = 0; x < g.OutW; x += chunk)
            {
                int first = line * g.OutW + x;
                int count = int.Min(chunk, g.OutW - x);
                for (int i = 0; i < count; i++) g.Point(first + i, s->Packed, rows + i * g.Taps, 1);
                byte* output = g.Output + first * g.OutPixelBytes;
                if (g.Int8)
                {
                    DepthwiseInt8Call call = default;
                    call.Rows = (sbyte**)rows;
                    call.Weights = s->Packed + PaddingBytes(g);
                    call.Output = (sbyte*)output;
                    call.OutputStride = g.OutPixelBytes;
                    call.Width = count;
                    call.Taps = g.Taps;
                    call.Channels = g.OutC;
                    call.ZeroPoint = zeroPoint;
                    call.Min = g.P->MinInt8;
                    call.Max = g.P->MaxInt8;
                    ((delegate*<DepthwiseInt8Call*, void>)s->Kernel)(&call);
                }
                else
                {
                    DepthwiseFloatCall call = default;
                    call.Rows = (float**)rows;
                    call.Weights = s->Packed + PaddingBytes(g);
                    call.Output = (float*)output;
                    call.OutputStride = g.OutPixelBytes / g.ElementBytes;
                    call.Width = count;
                    call.Taps = g.Taps;
                    call.Channels = g.OutC;
                    call.Min = g.P->MinFloat;
                    call.Max = g.P->MaxFloat;
                    ((delegate*<DepthwiseFloatCall*, void>)s->Kernel)(&call);
                }
            }
        }
    }

    /// <summary>The packed weights start with one pixel of padding values for taps outside the map.</summary>
    private static nint PaddingBytes(in ConvGeometry g) => (g.InC * g.ElementBytes + Executor.Alignment - 1) & ~(nint)(Executor.Alignment - 1);
}
