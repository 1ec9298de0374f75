using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace EdgeKit.Runtime.Kernels.Arm;

/// <summary>
/// INT8 GEMM with the dot product extension: a tile of 4 rows by 16 columns in 16 registers; each step of 16 depths takes 16 weight vectors and one vector of every row,
/// whose quadruplets sdot picks by lane. Single rows have a tile of their own.
/// </summary>
internal static unsafe class DotProdGemmInt8
{
    private const int Rows = 4, Columns = 16, Unit = 4;

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
        byte* panel = call->Panels;
        nint panelBytes = Columns * (8 + (nint)call->Taps * PanelPacking.RoundUp(call->Depth, Unit));
        int tail = call->RowCount % Rows == 1 ? call->RowCount - 1 : call->RowCount;
        for (int start = 0; start < call->Columns; start += Columns)
        {
            sbyte* output = call->Output + PanelPacking.FirstColumn(start, Columns, call->Columns);
            if (tail > 0) RunTiles(call, panel, output, tail);
            if (tail < call->RowCount) RunRow(call, panel, output + tail * call->OutputStride, tail);
            panel += panelBytes;
        }
    }

    private static void RunTiles(GemmInt8Call* call, byte* panel, sbyte* output, int rowCount)
    {
        var requantize = new NeonRequantize(call->ZeroPoint, call->Min, call->Max);
        int columns = int.Min(Columns, call->Columns);
        sbyte** rows = call->Rows;
        sbyte* input = call->Input;
        nint inputStride = call->InputStride, outputStride = call->OutputStride, depth = call->Depth;
        for (int row = 0; row < rowCount; row += Rows)
        {
            // Rows past the last repeat it and write the same values again.
            bool has1 = row + 1 < rowCount, has2 = row + 2 < rowCount, has3 = row + 3 < rowCount;
            sbyte* w = (sbyte*)panel + 8 * Columns;
            Vector128<int> b0 = Vector128.Load((int*)panel), b1 = Vector128.Load((int*)panel + 4), b2 = Vector128.Load((int*)panel + 8), b3 = Vector128.Load((int*)panel + 12);
            Vector128<int> c00 = b0, c01 = b1, c02 = b2, c03 = b3;
            Vector128<int> c10 = b0, c11 = b1, c12 = b2, c13 = b3;
            Vector128<int> c20 = b0, c21 = b1, c22 = b2, c23 = b3;
            Vector128<int> c30 = b0, c31 = b1, c32 = b2, c33 = b3;
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
                    a1 = has1 ? a0 + inputStride : a0;
                    a2 = has2 ? a1 + inputStride : a1;
                    a3 = has3 ? a2 + inputStride : a2;
                    input = a3 + inputStride;
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

            var scales = (float*)panel + Columns;
            Vector128<float> f0 = Vector128.Load(scales), f1 = Vector128.Load(scales + 4), f2 = Vector128.Load(scales + 8), f3 = Vector128.Load(scales + 12);
            Vector128<sbyte> y0 = requantize.ToInt8(c00, c01, c02, c03, f0, f1, f2, f3);
            Vector128<sbyte> y1 = requantize.ToInt8(c10, c11, c12, c13, f0, f1, f2, f3);
            Vector128<sbyte> y2 = requantize.ToInt8(c20, c21, c22, c23, f0, f1, f2, f3);
            Vector128<sbyte> y3 = requantize.ToInt8(c30, c31, c32, c33, f0, f1, f2, f3);
            sbyte* o1 = has1 ? output + outputStride : output, o2 = has2 ? o1 + outputStride : o1, o3 = has3 ? o2 + outputStride : o2;
            if (columns == Columns)
            {
                y0.Store(output);
                y1.Store(o1);
                y2.Store(o2);
                y3.Store(o3);
            }
            else
            {
                NeonRequantize.StoreFirst(output, y0, columns);
                NeonRequantize.StoreFirst(o1, y1, columns);
                NeonRequantize.StoreFirst(o2, y2, columns);
                NeonRequantize.StoreFirst(o3, y3, columns);
            }
            output = o3 + outputStride;
        }
    }

    /// <summary>One row by 16 columns. In the indirect form the row is the first of its tile.</summary>
    private static void RunRow(GemmInt8Call* call, byte* panel, sbyte* output, int row)
    {
        var requantize = new NeonRequantize(call->ZeroPoint, call->Min, call->Max);
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
        NeonRequantize.StoreFirst(output, y, int.Min(Columns, call->Columns));
    }
}
