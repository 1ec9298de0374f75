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
        nint panelBytes = Columns * (8 + (nint)call->Taps * PanelPacking.RoundUp(call->Depth, Unit));
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
        sbyte* weights = (sbyte*)panel + 8 * Columns;
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
                sbyte* a0, a1, a2, a3;
                if (rows != null)
                {
                    a0 = rows[0];
                    a1 = rows[1];
                    a2 = rows[2];
                    a3 = rows[3];
                    rows += Rows;
                }
                else
                {
                    a0 = input;
                    a1 = input + in1;
                    a2 = input + in2;
                    a3 = input + in3;
                }
                nint k = depth;
                for (; k >= 16; k -= 16)
                {
                    Vector128<sbyte> x0 = Vector128.Load(a0), x1 = Vector128.Load(a1), x2 = Vector128.Load(a2), x3 = Vector128.Load(a3), w0, w1, w2, w3;
                    a0 += 16;
                    a1 += 16;
                    a2 += 16;
                    a3 += 16;
                    w0 = Vector128.Load(w);
                    w1 = Vector128.Load(w + 16);
                    w2 = Vector128.Load(w + 32);
                    w3 = Vector128.Load(w + 48);
                    c00 = Dp.DotProductBySelectedQuadruplet(c00, w0, x0, 0);
                    c10 = Dp.DotProductBySelectedQuadruplet(c10, w0, x1, 0);
                    c20 = Dp.DotProductBySelectedQuadruplet(c20, w0, x2, 0);
                    c30 = Dp.DotProductBySelectedQuadruplet(c30, w0, x3, 0);
                    c01 = Dp.DotProductBySelectedQuadruplet(c01, w1, x0, 0);
                    c11 = Dp.DotProductBySelectedQuadruplet(c11, w1, x1, 0);
                    c21 = Dp.DotProductBySelectedQuadruplet(c21, w1, x2, 0);
                    c31 = Dp.DotProductBySelectedQuadruplet(c31, w1, x3, 0);
                    c02 = Dp.DotProductBySelectedQuadruplet(c02, w2, x0, 0);
                    c12 = Dp.DotProductBySelectedQuadruplet(c12, w2, x1, 0);
                    c22 = Dp.DotProductBySelectedQuadruplet(c22, w2, x2, 0);
                    c32 = Dp.DotProductBySelectedQuadruplet(c32, w2, x3, 0);
                    c03 = Dp.DotProductBySelectedQuadruplet(c03, w3, x0, 0);
                    c13 = Dp.DotProductBySelectedQuadruplet(c13, w3, x1, 0);
                    c23 = Dp.DotProductBySelectedQuadruplet(c23, w3, x2, 0);
                    c33 = Dp.DotProductBySelectedQuadruplet(c33, w3, x3, 0);
                    w0 = Vector128.Load(w + 64);
                    w1 = Vector128.Load(w + 80);
                    w2 = Vector128.Load(w + 96);
                    w3 = Vector128.Load(w + 112);
                    c00 = Dp.DotProductBySelectedQuadruplet(c00, w0, x0, 1);
                    c10 = Dp.DotProductBySelectedQuadruplet(c10, w0, x1, 1);
                    c20 = Dp.DotProductBySelectedQuadruplet(c20, w0, x2, 1);
                    c30 = Dp.DotProductBySelectedQuadruplet(c30, w0, x3, 1);
                    c01 = Dp.DotProductBySelectedQuadruplet(c01, w1, x0, 1);
                    c11 = Dp.DotProductBySelectedQuadruplet(c11, w1, x1, 1);
                    c21 = Dp.DotProductBySelectedQuadruplet(c21, w1, x2, 1);
                    c31 = Dp.DotProductBySelectedQuadruplet(c31, w1, x3, 1);
                    c02 = Dp.DotProductBySelectedQuadruplet(c02, w2, x0, 1);
                    c12 = Dp.DotProductBySelectedQuadruplet(c12, w2, x1, 1);
                    c22 = Dp.DotProductBySelectedQuadruplet(c22, w2, x2, 1);
                    c32 = Dp.DotProductBySelectedQuadruplet(c32, w2, x3, 1);
                    c03 = Dp.DotProductBySelectedQuadruplet(c03, w3, x0, 1);
                    c13 = Dp.DotProductBySelectedQuadruplet(c13, w3, x1, 1);
                    c23 = Dp.DotProductBySelectedQuadruplet(c23, w3, x2, 1);
                    c33 = Dp.DotProductBySelectedQuadruplet(c33, w3, x3, 1);
                    w0 = Vector128.Load(w + 128);
                    w1 = Vector128.Load(w + 144);
                    w2 = Vector128.Load(w + 160);
                    w3 = Vector128.Load(w + 176);
                    c00 = Dp.DotProductBySelectedQuadruplet(c00, w0, x0, 2);
                    c10 = Dp.DotProductBySelectedQuadruplet(c10, w0, x1, 2);
                    c20 = Dp.DotProductBySelectedQuadruplet(c20, w0, x2, 2);
                    c30 = Dp.DotProductBySelectedQuadruplet(c30, w0, x3, 2);
                    c01 = Dp.DotProductBySelectedQuadruplet(c01, w1, x0, 2);
                    c11 = Dp.DotProductBySelectedQuadruplet(c11, w1, x1, 2);
                    c21 = Dp.DotProductBySelectedQuadruplet(c21, w1, x2, 2);
                    c31 = Dp.DotProductBySelectedQuadruplet(c31, w1, x3, 2);
                    c02 = Dp.DotProductBySelectedQuadruplet(c02, w2, x0, 2);
                    c12 = Dp.DotProductBySelectedQuadruplet(c12, w2, x1, 2);
                    c22 = Dp.DotProductBySelectedQuadruplet(c22, w2, x2, 2);
                    c32 = Dp.DotProductBySelectedQuadruplet(c32, w2, x3, 2);
                    c03 = Dp.DotProductBySelectedQuadruplet(c03, w3, x0, 2);
                    c13 = Dp.DotProductBySelectedQuadruplet(c13, w3, x1, 2);
                    c23 = Dp.DotProductBySelectedQuadruplet(c23, w3, x2, 2);
                    c33 = Dp.DotProductBySelectedQuadruplet(c33, w3, x3, 2);
                    w0 = Vector128.Load(w + 192);
                    w1 = Vector128.Load(w + 208);
                    w2 = Vector128.Load(w + 224);
                    w3 = Vector128.Load(w + 240);
                    c00 = Dp.DotProductBySelectedQuadruplet(c00, w0, x0, 3);
                    c10 = Dp.DotProductBySelectedQuadruplet(c10, w0, x1, 3);
                    c20 = Dp.DotProductBySelectedQuadruplet(c20, w0, x2, 3);
                    c30 = Dp.DotProductBySelectedQuadruplet(c30, w0, x3, 3);
                    c01 = Dp.DotProductBySelectedQuadruplet(c01, w1, x0, 3);
                    c11 = Dp.DotProductBySelectedQuadruplet(c11, w1, x1, 3);
                    c21 = Dp.DotProductBySelectedQuadruplet(c21, w1, x2, 3);
                    c31 = Dp.DotProductBySelectedQuadruplet(c31, w1, x3, 3);
                    c02 = Dp.DotProductBySelectedQuadruplet(c02, w2, x0, 3);
                    c12 = Dp.DotProductBySelectedQuadruplet(c12, w2, x1, 3);
                    c22 = Dp.DotProductBySelectedQuadruplet(c22, w2, x2, 3);
                    c32 = Dp.DotProductBySelectedQuadruplet(c32, w2, x3, 3);
                    c03 = Dp.DotProductBySelectedQuadruplet(c03, w3, x0, 3);
                    c13 = Dp.DotProductBySelectedQuadruplet(c13, w3, x1, 3);
                    c23 = Dp.DotProductBySelectedQuadruplet(c23, w3, x2, 3);
                    c33 = Dp.DotProductBySelectedQuadruplet(c33, w3, x3, 3);
                    w += 256;
                }
                if (k > 0)
                {
                    Vector128<sbyte> x0 = Vector128.Load(a0), x1 = Vector128.Load(a1), x2 = Vector128.Load(a2), x3 = Vector128.Load(a3), w0, w1, w2, w3;
                    w0 = Vector128.Load(w);
                    w1 = Vector128.Load(w + 16);
                    w2 = Vector128.Load(w + 32);
                    w3 = Vector128.Load(w + 48);
                    c00 = Dp.DotProductBySelectedQuadruplet(c00, w0, x0, 0);
                    c10 = Dp.DotProductBySelectedQuadruplet(c10, w0, x1, 0);
                    c20 = Dp.DotProductBySelectedQuadruplet(c20, w0, x2, 0);
                    c30 = Dp.DotProductBySelectedQuadruplet(c30, w0, x3, 0);
                    c01 = Dp.DotProductBySelectedQuadruplet(c01, w1, x0, 0);
                    c11 = Dp.DotProductBySelectedQuadruplet(c11, w1, x1, 0);
                    c21 = Dp.DotProductBySelectedQuadruplet(c21, w1, x2, 0);
                    c31 = Dp.DotProductBySelectedQuadruplet(c31, w1, x3, 0);
                    c02 = Dp.DotProductBySelectedQuadruplet(c02, w2, x0, 0);
                    c12 = Dp.DotProductBySelectedQuadruplet(c12, w2, x1, 0);
                    c22 = Dp.DotProductBySelectedQuadruplet(c22, w2, x2, 0);
                    c32 = Dp.DotProductBySelectedQuadruplet(c32, w2, x3, 0);
                    c03 = Dp.DotProductBySelectedQuadruplet(c03, w3, x0, 0);
                    c13 = Dp.DotProductBySelectedQuadruplet(c13, w3, x1, 0);
                    c23 = Dp.DotProductBySelectedQuadruplet(c23, w3, x2, 0);
                    c33 = Dp.DotProductBySelectedQuadruplet(c33, w3, x3, 0);
                    w += 64;
                    if (k > 4)
                    {
                        w0 = Vector128.Load(w);
                        w1 = Vector128.Load(w + 16);
                        w2 = Vector128.Load(w + 32);
                        w3 = Vector128.Load(w + 48);
                        c00 = Dp.DotProductBySelectedQuadruplet(c00, w0, x0, 1);
                        c10 = Dp.DotProductBySelectedQuadruplet(c10, w0, x1, 1);
                        c20 = Dp.DotProductBySelectedQuadruplet(c20, w0, x2, 1);
                        c30 = Dp.DotProductBySelectedQuadruplet(c30, w0, x3, 1);
                        c01 = Dp.DotProductBySelectedQuadruplet(c01, w1, x0, 1);
                        c11 = Dp.DotProductBySelectedQuadruplet(c11, w1, x1, 1);
                        c21 = Dp.DotProductBySelectedQuadruplet(c21, w1, x2, 1);
                        c31 = Dp.DotProductBySelectedQuadruplet(c31, w1, x3, 1);
                        c02 = Dp.DotProductBySelectedQuadruplet(c02, w2, x0, 1);
                        c12 = Dp.DotProductBySelectedQuadruplet(c12, w2, x1, 1);
                        c22 = Dp.DotProductBySelectedQuadruplet(c22, w2, x2, 1);
                        c32 = Dp.DotProductBySelectedQuadruplet(c32, w2, x3, 1);
                        c03 = Dp.DotProductBySelectedQuadruplet(c03, w3, x0, 1);
                        c13 = Dp.DotProductBySelectedQuadruplet(c13, w3, x1, 1);
                        c23 = Dp.DotProductBySelectedQuadruplet(c23, w3, x2, 1);
                        c33 = Dp.DotProductBySelectedQuadruplet(c33, w3, x3, 1);
                        w += 64;
                    }
                    if (k > 8)
                    {
                        w0 = Vector128.Load(w);
                        w1 = Vector128.Load(w + 16);
                        w2 = Vector128.Load(w + 32);
                        w3 = Vector128.Load(w + 48);
                        c00 = Dp.DotProductBySelectedQuadruplet(c00, w0, x0, 2);
                        c10 = Dp.DotProductBySelectedQuadruplet(c10, w0, x1, 2);
                        c20 = Dp.DotProductBySelectedQuadruplet(c20, w0, x2, 2);
                        c30 = Dp.DotProductBySelectedQuadruplet(c30, w0, x3, 2);
                        c01 = Dp.DotProductBySelectedQuadruplet(c01, w1, x0, 2);
                        c11 = Dp.DotProductBySelectedQuadruplet(c11, w1, x1, 2);
                        c21 = Dp.DotProductBySelectedQuadruplet(c21, w1, x2, 2);
                        c31 = Dp.DotProductBySelectedQuadruplet(c31, w1, x3, 2);
                        c02 = Dp.DotProductBySelectedQuadruplet(c02, w2, x0, 2);
                        c12 = Dp.DotProductBySelectedQuadruplet(c12, w2, x1, 2);
                        c22 = Dp.DotProductBySelectedQuadruplet(c22, w2, x2, 2);
                        c32 = Dp.DotProductBySelectedQuadruplet(c32, w2, x3, 2);
                        c03 = Dp.DotProductBySelectedQuadruplet(c03, w3, x0, 2);
                        c13 = Dp.DotProductBySelectedQuadruplet(c13, w3, x1, 2);
                        c23 = Dp.DotProductBySelectedQuadruplet(c23, w3, x2, 2);
                        c33 = Dp.DotProductBySelectedQuadruplet(c33, w3, x3, 2);
                        w += 64;
                    }
                    if (k > 12)
                    {
                        w0 = Vector128.Load(w);
                        w1 = Vector128.Load(w + 16);
                        w2 = Vector128.Load(w + 32);
                        w3 = Vector128.Load(w + 48);
                        c00 = Dp.DotProductBySelectedQuadruplet(c00, w0, x0, 3);
                        c10 = Dp.DotProductBySelectedQuadruplet(c10, w0, x1, 3);
                        c20 = Dp.DotProductBySelectedQuadruplet(c20, w0, x2, 3);
                        c30 = Dp.DotProductBySelectedQuadruplet(c30, w0, x3, 3);
                        c01 = Dp.DotProductBySelectedQuadruplet(c01, w1, x0, 3);
                        c11 = Dp.DotProductBySelectedQuadruplet(c11, w1, x1, 3);
                        c21 = Dp.DotProductBySelectedQuadruplet(c21, w1, x2, 3);
                        c31 = Dp.DotProductBySelectedQuadruplet(c31, w1, x3, 3);
                        c02 = Dp.DotProductBySelectedQuadruplet(c02, w2, x0, 3);
                        c12 = Dp.DotProductBySelectedQuadruplet(c12, w2, x1, 3);
                        c22 = Dp.DotProductBySelectedQuadruplet(c22, w2, x2, 3);
                        c32 = Dp.DotProductBySelectedQuadruplet(c32, w2, x3, 3);
                        c03 = Dp.DotProductBySelectedQuadruplet(c03, w3, x0, 3);
                        c13 = Dp.DotProductBySelectedQuadruplet(c13, w3, x1, 3);
                        c23 = Dp.DotProductBySelectedQuadruplet(c23, w3, x2, 3);
                        c33 = Dp.DotProductBySelectedQuadruplet(c33, w3, x3, 3);
                        w += 64;
                    }
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
        sbyte* weights = (sbyte*)panel + 8 * Columns + half * Unit;
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
                sbyte* a0, a1, a2, a3;
                if (rows != null)
                {
                    a0 = rows[0];
                    a1 = rows[1];
                    a2 = rows[2];
                    a3 = rows[3];
                    rows += Rows;
                }
                else
                {
                    a0 = input;
                    a1 = input + in1;
                    a2 = input + in2;
                    a3 = input + in3;
                }
                nint k = depth;
                for (; k >= 16; k -= 16)
                {
                    Vector128<sbyte> x0 = Vector128.Load(a0), x1 = Vector128.Load(a1), x2 = Vector128.Load(a2), x3 = Vector128.Load(a3), w0, w1;
                    a0 += 16;
                    a1 += 16;
                    a2 += 16;
                    a3 += 16;
                    w0 = Vector128.Load(w);
                    w1 = Vector128.Load(w + 16);
                    c00 = Dp.DotProductBySelectedQuadruplet(c00, w0, x0, 0);
                    c10 = Dp.DotProductBySelectedQuadruplet(c10, w0, x1, 0);
                    c20 = Dp.DotProductBySelectedQuadruplet(c20, w0, x2, 0);
                    c30 = Dp.DotProductBySelectedQuadruplet(c30, w0, x3, 0);
                    c01 = Dp.DotProductBySelectedQuadruplet(c01, w1, x0, 0);
                    c11 = Dp.DotProductBySelectedQuadruplet(c11, w1, x1, 0);
                    c21 = Dp.DotProductBySelectedQuadruplet(c21, w1, x2, 0);
                    c31 = Dp.DotProductBySelectedQuadruplet(c31, w1, x3, 0);
                    w0 = Vector128.Load(w + 64);
                    w1 = Vector128.Load(w + 80);
                    c00 = Dp.DotProductBySelectedQuadruplet(c00, w0, x0, 1);
                    c10 = Dp.DotProductBySelectedQuadruplet(c10, w0, x1, 1);
                    c20 = Dp.DotProductBySelectedQuadruplet(c20, w0, x2, 1);
                    c30 = Dp.DotProductBySelectedQuadruplet(c30, w0, x3, 1);
                    c01 = Dp.DotProductBySelectedQuadruplet(c01, w1, x0, 1);
                    c11 = Dp.DotProductBySelectedQuadruplet(c11, w1, x1, 1);
                    c21 = Dp.DotProductBySelectedQuadruplet(c21, w1, x2, 1);
                    c31 = Dp.DotProductBySelectedQuadruplet(c31, w1, x3, 1);
                    w0 = Vector128.Load(w + 128);
                    w1 = Vector128.Load(w + 144);
                    c00 = Dp.DotProductBySelectedQuadruplet(c00, w0, x0, 2);
                    c10 = Dp.DotProductBySelectedQuadruplet(c10, w0, x1, 2);
                    c20 = Dp.DotProductBySelectedQuadruplet(c20, w0, x2, 2);
                    c30 = Dp.DotProductBySelectedQuadruplet(c30, w0, x3, 2);
                    c01 = Dp.DotProductBySelectedQuadruplet(c01, w1, x0, 2);
                    c11 = Dp.DotProductBySelectedQuadruplet(c11, w1, x1, 2);
                    c21 = Dp.DotProductBySelectedQuadruplet(c21, w1, x2, 2);
                    c31 = Dp.DotProductBySelectedQuadruplet(c31, w1, x3, 2);
                    w0 = Vector128.Load(w + 192);
                    w1 = Vector128.Load(w + 208);
                    c00 = Dp.DotProductBySelectedQuadruplet(c00, w0, x0, 3);
                    c10 = Dp.DotProductBySelectedQuadruplet(c10, w0, x1, 3);
                    c20 = Dp.DotProductBySelectedQuadruplet(c20, w0, x2, 3);
                    c30 = Dp.DotProductBySelectedQuadruplet(c30, w0, x3, 3);
                    c01 = Dp.DotProductBySelectedQuadruplet(c01, w1, x0, 3);
                    c11 = Dp.DotProductBySelectedQuadruplet(c11, w1, x1, 3);
                    c21 = Dp.DotProductBySelectedQuadruplet(c21, w1, x2, 3);
                    c31 = Dp.DotProductBySelectedQuadruplet(c31, w1, x3, 3);
                    w += 256;
                }
                if (k > 0)
                {
                    Vector128<sbyte> x0 = Vector128.Load(a0), x1 = Vector128.Load(a1), x2 = Vector128.Load(a2), x3 = Vector128.Load(a3), w0, w1;
                    w0 = Vector128.Load(w);
                    w1 = Vector128.Load(w + 16);
                    c00 = Dp.DotProductBySelectedQuadruplet(c00, w0, x0, 0);
                    c10 = Dp.DotProductBySelectedQuadruplet(c10, w0, x1, 0);
                    c20 = Dp.DotProductBySelectedQuadruplet(c20, w0, x2, 0);
                    c30 = Dp.DotProductBySelectedQuadruplet(c30, w0, x3, 0);
                    c01 = Dp.DotProductBySelectedQuadruplet(c01, w1, x0, 0);
                    c11 = Dp.DotProductBySelectedQuadruplet(c11, w1, x1, 0);
                    c21 = Dp.DotProductBySelectedQuadruplet(c21, w1, x2, 0);
                    c31 = Dp.DotProductBySelectedQuadruplet(c31, w1, x3, 0);
                    w += 64;
                    if (k > 4)
                    {
                        w0 = Vector128.Load(w);
                        w1 = Vector128.Load(w + 16);
                        c00 = Dp.DotProductBySelectedQuadruplet(c00, w0, x0, 1);
                        c10 = Dp.DotProductBySelectedQuadruplet(c10, w0, x1, 1);
                        c20 = Dp.DotProductBySelectedQuadruplet(c20, w0, x2, 1);
                        c30 = Dp.DotProductBySelectedQuadruplet(c30, w0, x3, 1);
                        c01 = Dp.DotProductBySelectedQuadruplet(c01, w1, x0, 1);
                        c11 = Dp.DotProductBySelectedQuadruplet(c11, w1, x1, 1);
                        c21 = Dp.DotProductBySelectedQuadruplet(c21, w1, x2, 1);
                        c31 = Dp.DotProductBySelectedQuadruplet(c31, w1, x3, 1);
                        w += 64;
                    }
                    if (k > 8)
                    {
                        w0 = Vector128.Load(w);
                        w1 = Vector128.Load(w + 16);
                        c00 = Dp.DotProductBySelectedQuadruplet(c00, w0, x0, 2);
                        c10 = Dp.DotProductBySelectedQuadruplet(c10, w0, x1, 2);
                        c20 = Dp.DotProductBySelectedQuadruplet(c20, w0, x2, 2);
                        c30 = Dp.DotProductBySelectedQuadruplet(c30, w0, x3, 2);
                        c01 = Dp.DotProductBySelectedQuadruplet(c01, w1, x0, 2);
                        c11 = Dp.DotProductBySelectedQuadruplet(c11, w1, x1, 2);
                        c21 = Dp.DotProductBySelectedQuadruplet(c21, w1, x2, 2);
                        c31 = Dp.DotProductBySelectedQuadruplet(c31, w1, x3, 2);
                        w += 64;
                    }
                    if (k > 12)
                    {
                        w0 = Vector128.Load(w);
                        w1 = Vector128.Load(w + 16);
                        c00 = Dp.DotProductBySelectedQuadruplet(c00, w0, x0, 3);
                        c10 = Dp.DotProductBySelectedQuadruplet(c10, w0, x1, 3);
                        c20 = Dp.DotProductBySelectedQuadruplet(c20, w0, x2, 3);
                        c30 = Dp.DotProductBySelectedQuadruplet(c30, w0, x3, 3);
                        c01 = Dp.DotProductBySelectedQuadruplet(c01, w1, x0, 3);
                        c11 = Dp.DotProductBySelectedQuadruplet(c11, w1, x1, 3);
                        c21 = Dp.DotProductBySelectedQuadruplet(c21, w1, x2, 3);
                        c31 = Dp.DotProductBySelectedQuadruplet(c31, w1, x3, 3);
                        w += 64;
                    }
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
        sbyte* w = (sbyte*)panel + 8 * Columns;
        Vector128<int> c0 = Vector128.Load((int*)panel), c1 = Vector128.Load((int*)panel + 4), c2 = Vector128.Load((int*)panel + 8), c3 = Vector128.Load((int*)panel + 12);
        for (int t = 0; t < call->Taps; t++)
        {
            sbyte* a = call->Rows == null ? call->Input + row * call->InputStride : call->Rows[(nint)row * call->Taps + t * Rows];
            nint k = call->Depth;
            for (; k >= 16; k -= 16)
            {
                Vector128<sbyte> x = Vector128.Load(a);
                a += 16;
                c0 = Dp.DotProductBySelectedQuadruplet(c0, Vector128.Load(w), x, 0);
                c1 = Dp.DotProductBySelectedQuadruplet(c1, Vector128.Load(w + 16), x, 0);
                c2 = Dp.DotProductBySelectedQuadruplet(c2, Vector128.Load(w + 32), x, 0);
                c3 = Dp.DotProductBySelectedQuadruplet(c3, Vector128.Load(w + 48), x, 0);
                c0 = Dp.DotProductBySelectedQuadruplet(c0, Vector128.Load(w + 64), x, 1);
                c1 = Dp.DotProductBySelectedQuadruplet(c1, Vector128.Load(w + 80), x, 1);
                c2 = Dp.DotProductBySelectedQuadruplet(c2, Vector128.Load(w + 96), x, 1);
                c3 = Dp.DotProductBySelectedQuadruplet(c3, Vector128.Load(w + 112), x, 1);
                c0 = Dp.DotProductBySelectedQuadruplet(c0, Vector128.Load(w + 128), x, 2);
                c1 = Dp.DotProductBySelectedQuadruplet(c1, Vector128.Load(w + 144), x, 2);
                c2 = Dp.DotProductBySelectedQuadruplet(c2, Vector128.Load(w + 160), x, 2);
                c3 = Dp.DotProductBySelectedQuadruplet(c3, Vector128.Load(w + 176), x, 2);
                c0 = Dp.DotProductBySelectedQuadruplet(c0, Vector128.Load(w + 192), x, 3);
                c1 = Dp.DotProductBySelectedQuadruplet(c1, Vector128.Load(w + 208), x, 3);
                c2 = Dp.DotProductBySelectedQuadruplet(c2, Vector128.Load(w + 224), x, 3);
                c3 = Dp.DotProductBySelectedQuadruplet(c3, Vector128.Load(w + 240), x, 3);
                w += 256;
            }
            for (; k > 0; k -= Unit)
            {
                Vector128<sbyte> x = Vector128.Create(*(int*)a).AsSByte();
                a += Unit;
                c0 = Dp.DotProductBySelectedQuadruplet(c0, Vector128.Load(w), x, 0);
                c1 = Dp.DotProductBySelectedQuadruplet(c1, Vector128.Load(w + 16), x, 0);
                c2 = Dp.DotProductBySelectedQuadruplet(c2, Vector128.Load(w + 32), x, 0);
                c3 = Dp.DotProductBySelectedQuadruplet(c3, Vector128.Load(w + 48), x, 0);
                w += 64;
            }
        }
        var scales = (float*)panel + Columns;
        Vector128<sbyte> y = requantize.ToInt8(c0, c1, c2, c3, Vector128.Load(scales), Vector128.Load(scales + 4), Vector128.Load(scales + 8), Vector128.Load(scales + 12));
        if (call->Columns >= Columns) y.Store(output);
        else NeonStore.First(y, output, call->Columns, scratch);
    }
}
