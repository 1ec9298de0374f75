using System.Runtime.CompilerServices;
using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Kernels.Elementwise;
using EdgeKit.Runtime.Plan;

namespace EdgeKit.Runtime.Operators;

/// <summary>
/// Max and average pooling, one output row a unit. Views of channels are taken on both sides. A maximum over INT8 keeps codes, so input and output share scale and zero point.
/// An INT8 average is the int32 sum of (q − zero point) times fl(s_in / fl(s_out · count)), requantized.
/// A window that no element lies in, as ceil mode can make one, averages to 0 and has the lowest value as its maximum.
/// </summary>
internal static unsafe class PoolOperator
{
    /// <summary>Channels whose sums are held at a time.</summary>
    private const int Block = 256;

    public static void Plan(ExecutionState* e, int index)
    {
        OperatorRecord* op = e->Operators + index;
        TensorRecord* y = e->Output(op);
        var p = (PoolParameters*)op->Parameters;
        Work.Plan(e, index, (long)y->Dims[0] * y->Dims[1], y->ElementCount * p->KernelH * p->KernelW);
    }

    public static void Run(ExecutionState* e, int index, int begin, int end)
    {
        OperatorRecord* op = e->Operators + index;
        TensorRecord* x = e->Input(op, 0), y = e->Output(op);
        var p = (PoolParameters*)op->Parameters;
        Work.ToRows(e, index, (long)y->Dims[0] * y->Dims[1], ref begin, ref end);
        nint inPixel = (nint)x->PixelStride * x->ElementBytes, outPixel = (nint)y->PixelStride * y->ElementBytes;
        for (int line = begin; line < end; line++)
        {
            Taps rows = Taps.Of(line % y->Dims[1], p->KernelH, p->StrideH, p->DilationH, p->PadTop, p->PadBottom, x->Dims[1]);
            byte* map = e->Data(x) + (nint)(line / y->Dims[1]) * x->Dims[1] * x->Dims[2] * inPixel;
            for (int ox = 0; ox < y->Dims[2]; ox++)
            {
                Taps columns = Taps.Of(ox, p->KernelW, p->StrideW, p->DilationW, p->PadLeft, p->PadRight, x->Dims[2]);
                Window window = default;
                window.Pixels = map + ((nint)rows.First * x->Dims[2] + columns.First) * inPixel;
                window.RowStep = p->DilationH * x->Dims[2] * inPixel;
                window.ColumnStep = p->DilationW * inPixel;
                window.Rows = rows.Inside;
                window.Columns = columns.Inside;
                byte* output = e->Data(y) + ((nint)line * y->Dims[2] + ox) * outPixel;
                int counted = int.Max(1, p->Function == PoolFunction.AverageWithPadding ? rows.Padded * columns.Padded : rows.Inside * columns.Inside);
                int channels = y->Dims[3];
                if (x->Type == PlanType.Float) FloatWindow(window, p->Function, counted, (float*)output, channels);
                else if (p->Function == PoolFunction.Max) WindowLoops.Max(window, (sbyte*)output, channels);
                else AverageInt8(window, x->ZeroPoint, x->Scale / (y->Scale * counted), y->ZeroPoint, (sbyte*)output, channels);
            }
        }
    }

    private static void FloatWindow(in Window window, PoolFunction function, int counted, float* output, int channels)
    {
        if (function == PoolFunction.Max) WindowLoops.Fold<Max>(window, float.NegativeInfinity, output, channels);
        else WindowLoops.Fold<Add>(window, 0, output, channels);
        if (function == PoolFunction.Max) return;
        for (int c = 0; c < channels; c++) output[c] /= counted;
    }

    [SkipLocalsInit]
    private static void AverageInt8(in Window window, int zeroPoint, float scale, int outZeroPoint, sbyte* output, int channels)
    {
        int* sums = stackalloc int[Block];
        int start = -zeroPoint * window.Rows * window.Columns;
        for (int first = 0; first < channels; first += Block)
        {
            int count = int.Min(Block, channels - first);
            Window block = window;
            block.Pixels += first;
            WindowLoops.Sum(block, sums, count, start);
            RowLoops.Requantized(sums, output + first, count, scale, outZeroPoint);
        }
    }

    /// <summary>The taps of a window along one dimension.</summary>
    private struct Taps
    {
        /// <summary>Where the first tap inside the map lies.</summary>
        public int First;
        /// <summary>Taps inside the map.</summary>
        public int Inside;
        /// <summary>Taps inside the map or its padding.</summary>
        public int Padded;

        public static Taps Of(int o, int kernel, int stride, int dilation, int before, int after, int size)
        {
            Taps s = default;
            if (dilation == 1)
            {
                int start = o * stride - before;
                s.First = int.Max(start, 0);
                s.Inside = int.Max(0, int.Min(start + kernel, size) - s.First);
                s.Padded = int.Max(0, int.Min(kernel, size + after - start));
                return s;
            }
            for (int k = 0; k < kernel; k++)
            {
                int i = o * stride + k * dilation - before;
                if (i < size + after) s.Padded++;
                if ((uint)i >= (uint)size) continue;
                if (s.Inside++ == 0) s.First = i;
            }
            return s;
        }
    }
}
