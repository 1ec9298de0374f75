using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace EdgeKit.Runtime.Kernels.Arm;

/// <summary>
/// INT8 GEMM with the dot product extension. A tile is 4 rows by 16 columns in 16 registers: each step of 16 depths takes 16 weight vectors and one vector of every row, whose quadruplets
/// sdot picks by lane. A last panel of which 8 columns or fewer are new runs as half a tile, a single last row by itself.
/// </summary>
internal static unsafe class DotProdGemmInt8
{
    private const int Rows = 4, Columns = 16, Half = Columns / 2, Unit = 4;

    /// <summary>Bytes of a panel's biases and scales, and of a step's weights.</summary>
    private const int Head = 8 * Columns, Step = Columns * Unit;

    public static KernelEntry Entry => new()
    {
        Family = KernelFamily.GemmInt8,
        Isa = KernelIsa.DotProd,
        Supported = Dp.IsSupported,
        RowTile = Rows,
        ColumnTile = Columns,
        DepthUnit = Unit,
        Function = (delegate*<GemmInt8Call*, void>)&Run,
    };

    private static void Run(GemmInt8Call* call)
    {
        if (call->Min == sbyte.MinValue && call->Max == sbyte.MaxValue) Run<WholeRange>(call);
        else Run<ClampedRange>(call);
    }

    private static void Run<TRange>(GemmInt8Call* call) where TRange : struct, IOutputRange
    {
        byte* panel = call->Panels;
        nint panelBytes = Head + (nint)call->Taps * PanelPacking.RoundUp(call->Depth, Unit) * Columns;
        int tiled = call->RowCount % Rows == 1 ? call->RowCount - 1 : call->RowCount;
        for (int start = 0; start < call->Columns; start += Columns)
        {
            int first = PanelPacking.FirstColumn(start, Columns, call->Columns), fresh = call->Columns - start;
            sbyte* output = call->Output + first;
            if (tiled > 0)
            {
                if (fresh > Half) RunTiles<TRange>(call, panel, output, tiled);
                else if (first < start) RunHalfTiles<TRange>(call, panel, Half, output + Half, tiled);
                else RunHalfTiles<TRange>(call, panel, 0, output, tiled);
            }
            if (tiled < call->RowCount) RunRow<TRange>(call, panel, output + tiled * call->OutputStride, tiled);
            panel += panelBytes;
        }
    }

    private static void RunTiles<TRange>(GemmInt8Call* call, byte* panel, sbyte* output, int rowCount) where TRange : struct, IOutputRange
    {
        var requantize = new NeonRequantize<TRange>(call->ZeroPoint, call->Min, call->Max);
        int columns = int.Min(Columns, call->Columns);
        sbyte* scratch = stackalloc sbyte[Columns];
        sbyte** rows = call->Rows;
        sbyte* input = call->Input;
        nint depth = call->Depth;
        var bias = (int*)panel;
        float* scales = (float*)panel + Columns;
        sbyte* weights = (sbyte*)panel + Head;
        nint in1 = call->InputStride, in2 = 2 * in1, in3 = 3 * in1, out1 = call->OutputStride, out2 = 2 * out1, out3 = 3 * out1;
        for (int row = 0; row < rowCount; row += Rows)
        {
            if (rowCount - row < Rows)
            {
                // Rows past the last repeat it and write the same values again.
                if (rowCount - row < 3) (in2, out2) = (in1, out1);
                (in3, out3) = (in2, out2);
            }
            sbyte* w = weights;
            (Vector128<int> c00, Vector128<int> c01) = AdvSimd.Arm64.LoadPairVector128(bias);
            (Vector128<int> c02, Vector128<int> c03) = AdvSimd.Arm64.LoadPairVector128(bias + 8);
            (Vector128<int> c10, Vector128<int> c11) = AdvSimd.Arm64.LoadPairVector128(bias);
            (Vector128<int> c12, Vector128<int> c13) = AdvSimd.Arm64.LoadPairVector128(bias + 8);
            (Vector128<int> c20, Vector128<int> c21) = AdvSimd.Arm64.LoadPairVector128(bias);
            (Vector128<int> c22, Vector128<int> c23) = AdvSimd.Arm64.LoadPairVector128(bias + 8);
            (Vector128<int> c30, Vector128<int> c31) = AdvSimd.Arm64.LoadPairVector128(bias);
            (Vector128<int> c32, Vector128<int> c33) = AdvSimd.Arm64.LoadPairVector128(bias + 8);
            int taps = call->Taps;
            do
            {
                sbyte* a0 = input, a1 = input + in1, a2 = input + in2, a3 = input + in3;
                if (rows != null)
                {
                    a0 = rows[0];
                    a1 = rows[1];
                    a2 = rows[2];
                    a3 = rows[3];
                    rows += Rows;
                }
                Vector128<sbyte> x0, x1, x2, x3;
                nint k = depth - 32;
                for (; k >= 0; k -= 32)
                {
                    x0 = Vector128.Load(a0);
                    x1 = Vector128.Load(a1);
                    x2 = Vector128.Load(a2);
                    x3 = Vector128.Load(a3);
                    a0 += 16;
                    a1 += 16;
                    a2 += 16;
                    a3 += 16;
                    Dot(w, 0, x0, x1, x2, x3, 0, ref c00, ref c01, ref c02, ref c03, ref c10, ref c11, ref c12, ref c13, ref c20, ref c21, ref c22, ref c23, ref c30, ref c31, ref c32, ref c33);
                    Dot(w, Step, x0, x1, x2, x3, 1, ref c00, ref c01, ref c02, ref c03, ref c10, ref c11, ref c12, ref c13, ref c20, ref c21, ref c22, ref c23, ref c30, ref c31, ref c32, ref c33);
                    Dot(w, 2 * Step, x0, x1, x2, x3, 2, ref c00, ref c01, ref c02, ref c03, ref c10, ref c11, ref c12, ref c13, ref c20, ref c21, ref c22, ref c23, ref c30, ref c31, ref c32, ref c33);
                    Dot(w, 3 * Step, x0, x1, x2, x3, 3, ref c00, ref c01, ref c02, ref c03, ref c10, ref c11, ref c12, ref c13, ref c20, ref c21, ref c22, ref c23, ref c30, ref c31, ref c32, ref c33);
                    x0 = Vector128.Load(a0);
                    x1 = Vector128.Load(a1);
                    x2 = Vector128.Load(a2);
                    x3 = Vector128.Load(a3);
                    a0 += 16;
                    a1 += 16;
                    a2 += 16;
                    a3 += 16;
                    Dot(w, 4 * Step, x0, x1, x2, x3, 0, ref c00, ref c01, ref c02, ref c03, ref c10, ref c11, ref c12, ref c13, ref c20, ref c21, ref c22, ref c23, ref c30, ref c31, ref c32, ref c33);
                    Dot(w, 5 * Step, x0, x1, x2, x3, 1, ref c00, ref c01, ref c02, ref c03, ref c10, ref c11, ref c12, ref c13, ref c20, ref c21, ref c22, ref c23, ref c30, ref c31, ref c32, ref c33);
                    Dot(w, 6 * Step, x0, x1, x2, x3, 2, ref c00, ref c01, ref c02, ref c03, ref c10, ref c11, ref c12, ref c13, ref c20, ref c21, ref c22, ref c23, ref c30, ref c31, ref c32, ref c33);
                    Dot(w, 7 * Step, x0, x1, x2, x3, 3, ref c00, ref c01, ref c02, ref c03, ref c10, ref c11, ref c12, ref c13, ref c20, ref c21, ref c22, ref c23, ref c30, ref c31, ref c32, ref c33);
                    w += 8 * Step;
                }
                if (k >= -16)
                {
                    x0 = Vector128.Load(a0);
                    x1 = Vector128.Load(a1);
                    x2 = Vector128.Load(a2);
                    x3 = Vector128.Load(a3);
                    a0 += 16;
                    a1 += 16;
                    a2 += 16;
                    a3 += 16;
                    Dot(w, 0, x0, x1, x2, x3, 0, ref c00, ref c01, ref c02, ref c03, ref c10, ref c11, ref c12, ref c13, ref c20, ref c21, ref c22, ref c23, ref c30, ref c31, ref c32, ref c33);
                    Dot(w, Step, x0, x1, x2, x3, 1, ref c00, ref c01, ref c02, ref c03, ref c10, ref c11, ref c12, ref c13, ref c20, ref c21, ref c22, ref c23, ref c30, ref c31, ref c32, ref c33);
                    Dot(w, 2 * Step, x0, x1, x2, x3, 2, ref c00, ref c01, ref c02, ref c03, ref c10, ref c11, ref c12, ref c13, ref c20, ref c21, ref c22, ref c23, ref c30, ref c31, ref c32, ref c33);
                    Dot(w, 3 * Step, x0, x1, x2, x3, 3, ref c00, ref c01, ref c02, ref c03, ref c10, ref c11, ref c12, ref c13, ref c20, ref c21, ref c22, ref c23, ref c30, ref c31, ref c32, ref c33);
                    w += 4 * Step;
                    k -= 16;
                }
                if (k > -32)
                {
                    x0 = Vector128.Load(a0);
                    x1 = Vector128.Load(a1);
                    x2 = Vector128.Load(a2);
                    x3 = Vector128.Load(a3);
                    Dot(w, 0, x0, x1, x2, x3, 0, ref c00, ref c01, ref c02, ref c03, ref c10, ref c11, ref c12, ref c13, ref c20, ref c21, ref c22, ref c23, ref c30, ref c31, ref c32, ref c33);
                    if (k > -28) Dot(w, Step, x0, x1, x2, x3, 1, ref c00, ref c01, ref c02, ref c03, ref c10, ref c11, ref c12, ref c13, ref c20, ref c21, ref c22, ref c23, ref c30, ref c31, ref c32, ref c33);
                    if (k > -24) Dot(w, 2 * Step, x0, x1, x2, x3, 2, ref c00, ref c01, ref c02, ref c03, ref c10, ref c11, ref c12, ref c13, ref c20, ref c21, ref c22, ref c23, ref c30, ref c31, ref c32, ref c33);
                    if (k > -20) Dot(w, 3 * Step, x0, x1, x2, x3, 3, ref c00, ref c01, ref c02, ref c03, ref c10, ref c11, ref c12, ref c13, ref c20, ref c21, ref c22, ref c23, ref c30, ref c31, ref c32, ref c33);
                    w += ((depth & 15) + Unit - 1) / Unit * Step;
                }
            }
            while (--taps > 0);
            input += Rows * call->InputStride;

            (Vector128<float> f0, Vector128<float> f1) = AdvSimd.Arm64.LoadPairVector128(scales);
            (Vector128<float> f2, Vector128<float> f3) = AdvSimd.Arm64.LoadPairVector128(scales + 8);
            Vector128<sbyte> y0 = requantize.ToInt8(c00, c01, c02, c03, f0, f1, f2, f3);
            Vector128<sbyte> y1 = requantize.ToInt8(c10, c11, c12, c13, f0, f1, f2, f3);
            Vector128<sbyte> y2 = requantize.ToInt8(c20, c21, c22, c23, f0, f1, f2, f3);
            Vector128<sbyte> y3 = requantize.ToInt8(c30, c31, c32, c33, f0, f1, f2, f3);
            if (columns == Columns)
            {
                y0.Store(output);
                y1.Store(output + out1);
                y2.Store(output + out2);
                y3.Store(output + out3);
            }
            else
            {
                NeonStore.First(y0, output, columns, scratch);
                NeonStore.First(y1, output + out1, columns, scratch);
                NeonStore.First(y2, output + out2, columns, scratch);
                NeonStore.First(y3, output + out3, columns, scratch);
            }
            output += Rows * call->OutputStride;
        }
    }

    /// <summary>The 8 columns of a panel from column <paramref name="half"/> on.</summary>
    private static void RunHalfTiles<TRange>(GemmInt8Call* call, byte* panel, int half, sbyte* output, int rowCount) where TRange : struct, IOutputRange
    {
        var requantize = new NeonRequantize<TRange>(call->ZeroPoint, call->Min, call->Max);
        int columns = int.Min(Half, call->Columns);
        sbyte* scratch = stackalloc sbyte[Columns];
        sbyte** rows = call->Rows;
        sbyte* input = call->Input;
        nint depth = call->Depth;
        int* bias = (int*)panel + half;
        float* scales = (float*)panel + Columns + half;
        sbyte* weights = (sbyte*)panel + Head + half * Unit;
        nint in1 = call->InputStride, in2 = 2 * in1, in3 = 3 * in1, out1 = call->OutputStride, out2 = 2 * out1, out3 = 3 * out1;
        for (int row = 0; row < rowCount; row += Rows)
        {
            if (rowCount - row < Rows)
            {
                // Rows past the last repeat it and write the same values again.
                if (rowCount - row < 3) (in2, out2) = (in1, out1);
                (in3, out3) = (in2, out2);
            }
            sbyte* w = weights;
            (Vector128<int> c00, Vector128<int> c01) = AdvSimd.Arm64.LoadPairVector128(bias);
            (Vector128<int> c10, Vector128<int> c11) = AdvSimd.Arm64.LoadPairVector128(bias);
            (Vector128<int> c20, Vector128<int> c21) = AdvSimd.Arm64.LoadPairVector128(bias);
            (Vector128<int> c30, Vector128<int> c31) = AdvSimd.Arm64.LoadPairVector128(bias);
            int taps = call->Taps;
            do
            {
                sbyte* a0 = input, a1 = input + in1, a2 = input + in2, a3 = input + in3;
                if (rows != null)
                {
                    a0 = rows[0];
                    a1 = rows[1];
                    a2 = rows[2];
                    a3 = rows[3];
                    rows += Rows;
                }
                Vector128<sbyte> x0, x1, x2, x3;
                nint k = depth - 16;
                for (; k >= 0; k -= 16)
                {
                    x0 = Vector128.Load(a0);
                    x1 = Vector128.Load(a1);
                    x2 = Vector128.Load(a2);
                    x3 = Vector128.Load(a3);
                    a0 += 16;
                    a1 += 16;
                    a2 += 16;
                    a3 += 16;
                    DotHalf(w, 0, x0, x1, x2, x3, 0, ref c00, ref c01, ref c10, ref c11, ref c20, ref c21, ref c30, ref c31);
                    DotHalf(w, Step, x0, x1, x2, x3, 1, ref c00, ref c01, ref c10, ref c11, ref c20, ref c21, ref c30, ref c31);
                    DotHalf(w, 2 * Step, x0, x1, x2, x3, 2, ref c00, ref c01, ref c10, ref c11, ref c20, ref c21, ref c30, ref c31);
                    DotHalf(w, 3 * Step, x0, x1, x2, x3, 3, ref c00, ref c01, ref c10, ref c11, ref c20, ref c21, ref c30, ref c31);
                    w += 4 * Step;
                }
                if (k > -16)
                {
                    x0 = Vector128.Load(a0);
                    x1 = Vector128.Load(a1);
                    x2 = Vector128.Load(a2);
                    x3 = Vector128.Load(a3);
                    DotHalf(w, 0, x0, x1, x2, x3, 0, ref c00, ref c01, ref c10, ref c11, ref c20, ref c21, ref c30, ref c31);
                    if (k > -12) DotHalf(w, Step, x0, x1, x2, x3, 1, ref c00, ref c01, ref c10, ref c11, ref c20, ref c21, ref c30, ref c31);
                    if (k > -8) DotHalf(w, 2 * Step, x0, x1, x2, x3, 2, ref c00, ref c01, ref c10, ref c11, ref c20, ref c21, ref c30, ref c31);
                    if (k > -4) DotHalf(w, 3 * Step, x0, x1, x2, x3, 3, ref c00, ref c01, ref c10, ref c11, ref c20, ref c21, ref c30, ref c31);
                    w += ((depth & 15) + Unit - 1) / Unit * Step;
                }
            }
            while (--taps > 0);
            input += Rows * call->InputStride;

            (Vector128<float> f0, Vector128<float> f1) = AdvSimd.Arm64.LoadPairVector128(scales);
            Vector128<sbyte> y01 = requantize.ToInt8(c00, c01, c10, c11, f0, f1, f0, f1), y23 = requantize.ToInt8(c20, c21, c30, c31, f0, f1, f0, f1);
            if (columns == Half)
            {
                y01.GetLower().Store(output);
                AdvSimd.StoreSelectedScalar((long*)(output + out1), y01.AsInt64(), 1);
                y23.GetLower().Store(output + out2);
                AdvSimd.StoreSelectedScalar((long*)(output + out3), y23.AsInt64(), 1);
            }
            else
            {
                NeonStore.First(y01, output, columns, scratch);
                NeonStore.First(AdvSimd.ExtractVector128(y01, y01, 8), output + out1, columns, scratch);
                NeonStore.First(y23, output + out2, columns, scratch);
                NeonStore.First(AdvSimd.ExtractVector128(y23, y23, 8), output + out3, columns, scratch);
            }
            output += Rows * call->OutputStride;
        }
    }

    /// <summary>One row by 16 columns. In the indirect form the row is the first of its tile.</summary>
    private static void RunRow<TRange>(GemmInt8Call* call, byte* panel, sbyte* output, int row) where TRange : struct, IOutputRange
    {
        var requantize = new NeonRequantize<TRange>(call->ZeroPoint, call->Min, call->Max);
        sbyte* scratch = stackalloc sbyte[Columns];
        sbyte* w = (sbyte*)panel + Head;
        (Vector128<int> c0, Vector128<int> c1) = AdvSimd.Arm64.LoadPairVector128((int*)panel);
        (Vector128<int> c2, Vector128<int> c3) = AdvSimd.Arm64.LoadPairVector128((int*)panel + 8);
        for (int t = 0; t < call->Taps; t++)
        {
            sbyte* a = call->Rows == null ? call->Input + row * call->InputStride : call->Rows[(nint)row * call->Taps + t * Rows];
            nint k = call->Depth;
            for (; k >= 16; k -= 16)
            {
                Vector128<sbyte> x = Vector128.Load(a);
                DotRow(w, 0, x, 0, ref c0, ref c1, ref c2, ref c3);
                DotRow(w, Step, x, 1, ref c0, ref c1, ref c2, ref c3);
                DotRow(w, 2 * Step, x, 2, ref c0, ref c1, ref c2, ref c3);
                DotRow(w, 3 * Step, x, 3, ref c0, ref c1, ref c2, ref c3);
                a += 16;
                w += 4 * Step;
            }
            for (; k > 0; k -= Unit)
            {
                DotRow(w, 0, Vector128.Create(*(int*)a).AsSByte(), 0, ref c0, ref c1, ref c2, ref c3);
                a += Unit;
                w += Step;
            }
        }
        var scales = (float*)panel + Columns;
        Vector128<sbyte> y = requantize.ToInt8(c0, c1, c2, c3, Vector128.Load(scales), Vector128.Load(scales + 4), Vector128.Load(scales + 8), Vector128.Load(scales + 12));
        if (call->Columns >= Columns) y.Store(output);
        else NeonStore.First(y, output, call->Columns, scratch);
    }

    /// <summary>A step of 4 depths by 16 columns: quadruplet <paramref name="lane"/> of four rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Dot(sbyte* w, [ConstantExpected] int offset, Vector128<sbyte> x0, Vector128<sbyte> x1, Vector128<sbyte> x2, Vector128<sbyte> x3, [ConstantExpected(Max = (byte)3)] byte lane,
        ref Vector128<int> c00, ref Vector128<int> c01, ref Vector128<int> c02, ref Vector128<int> c03,
        ref Vector128<int> c10, ref Vector128<int> c11, ref Vector128<int> c12, ref Vector128<int> c13,
        ref Vector128<int> c20, ref Vector128<int> c21, ref Vector128<int> c22, ref Vector128<int> c23,
        ref Vector128<int> c30, ref Vector128<int> c31, ref Vector128<int> c32, ref Vector128<int> c33)
    {
        Vector128<sbyte> w0 = Vector128.Load(w + offset), w1 = Vector128.Load(w + offset + 16), w2 = Vector128.Load(w + offset + 32), w3 = Vector128.Load(w + offset + 48);
        c00 = Dp.DotProductBySelectedQuadruplet(c00, w0, x0, lane);
        c10 = Dp.DotProductBySelectedQuadruplet(c10, w0, x1, lane);
        c20 = Dp.DotProductBySelectedQuadruplet(c20, w0, x2, lane);
        c30 = Dp.DotProductBySelectedQuadruplet(c30, w0, x3, lane);
        c01 = Dp.DotProductBySelectedQuadruplet(c01, w1, x0, lane);
        c11 = Dp.DotProductBySelectedQuadruplet(c11, w1, x1, lane);
        c21 = Dp.DotProductBySelectedQuadruplet(c21, w1, x2, lane);
        c31 = Dp.DotProductBySelectedQuadruplet(c31, w1, x3, lane);
        c02 = Dp.DotProductBySelectedQuadruplet(c02, w2, x0, lane);
        c12 = Dp.DotProductBySelectedQuadruplet(c12, w2, x1, lane);
        c22 = Dp.DotProductBySelectedQuadruplet(c22, w2, x2, lane);
        c32 = Dp.DotProductBySelectedQuadruplet(c32, w2, x3, lane);
        c03 = Dp.DotProductBySelectedQuadruplet(c03, w3, x0, lane);
        c13 = Dp.DotProductBySelectedQuadruplet(c13, w3, x1, lane);
        c23 = Dp.DotProductBySelectedQuadruplet(c23, w3, x2, lane);
        c33 = Dp.DotProductBySelectedQuadruplet(c33, w3, x3, lane);
    }

    /// <summary>As <see cref="Dot"/> by 8 columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void DotHalf(sbyte* w, [ConstantExpected] int offset, Vector128<sbyte> x0, Vector128<sbyte> x1, Vector128<sbyte> x2, Vector128<sbyte> x3, [ConstantExpected(Max = (byte)3)] byte lane,
        ref Vector128<int> c00, ref Vector128<int> c01,
        ref Vector128<int> c10, ref Vector128<int> c11,
        ref Vector128<int> c20, ref Vector128<int> c21,
        ref Vector128<int> c30, ref Vector128<int> c31)
    {
        Vector128<sbyte> w0 = Vector128.Load(w + offset), w1 = Vector128.Load(w + offset + 16);
        c00 = Dp.DotProductBySelectedQuadruplet(c00, w0, x0, lane);
        c10 = Dp.DotProductBySelectedQuadruplet(c10, w0, x1, lane);
        c20 = Dp.DotProductBySelectedQuadruplet(c20, w0, x2, lane);
        c30 = Dp.DotProductBySelectedQuadruplet(c30, w0, x3, lane);
        c01 = Dp.DotProductBySelectedQuadruplet(c01, w1, x0, lane);
        c11 = Dp.DotProductBySelectedQuadruplet(c11, w1, x1, lane);
        c21 = Dp.DotProductBySelectedQuadruplet(c21, w1, x2, lane);
        c31 = Dp.DotProductBySelectedQuadruplet(c31, w1, x3, lane);
    }

    /// <summary>A step of 4 depths by 16 columns for one row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void DotRow(sbyte* w, [ConstantExpected] int offset, Vector128<sbyte> x, [ConstantExpected(Max = (byte)3)] byte lane, ref Vector128<int> c0, ref Vector128<int> c1, ref Vector128<int> c2, ref Vector128<int> c3)
    {
        c0 = Dp.DotProductBySelectedQuadruplet(c0, Vector128.Load(w + offset), x, lane);
        c1 = Dp.DotProductBySelectedQuadruplet(c1, Vector128.Load(w + offset + 16), x, lane);
        c2 = Dp.DotProductBySelectedQuadruplet(c2, Vector128.Load(w + offset + 32), x, lane);
        c3 = Dp.DotProductBySelectedQuadruplet(c3, Vector128.Load(w + offset + 48), x, lane);
    }
}
