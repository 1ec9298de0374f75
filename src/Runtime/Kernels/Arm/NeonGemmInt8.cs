using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace EdgeKit.Runtime.Kernels.Arm;

/// <summary>
/// INT8 GEMM without the dot product extension: a tile of 2 rows by 8 columns, each sum spread over the 4 lanes of a register. 16 depths are 8 products of 16 bits, 8 more added to
/// them, and the sums of neighbours added to 32 bits. Only at the end are the 4 lanes added up.
/// </summary>
internal static unsafe class NeonGemmInt8
{
    private const int Rows = 2, Columns = 8, Unit = 16;

    public static KernelEntry Entry => new()
    {
        Family = KernelFamily.GemmInt8,
        Isa = KernelIsa.Neon,
        Supported = AdvSimd.Arm64.IsSupported,
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
        for (int start = 0; start < call->Columns; start += Columns)
        {
            RunPanel<TRange>(call, panel, call->Output + PanelPacking.FirstColumn(start, Columns, call->Columns));
            panel += panelBytes;
        }
    }

    private static void RunPanel<TRange>(GemmInt8Call* call, byte* panel, sbyte* output) where TRange : struct, IOutputRange
    {
        sbyte* scratch = stackalloc sbyte[16];
        var requantize = new NeonRequantize<TRange>(call->ZeroPoint, call->Min, call->Max);
        int columns = int.Min(Columns, call->Columns);
        sbyte** rows = call->Rows;
        sbyte* input = call->Input;
        nint inputStride = call->InputStride, outputStride = call->OutputStride;
        for (int left = call->RowCount; left > 0; left -= Rows)
        {
            // A second row past the last repeats it and writes the same values again.
            sbyte* a0 = input, a1 = left > 1 ? input + inputStride : input;
            input = a1 + inputStride;
            if (rows != null)
            {
                a0 = rows[0];
                a1 = rows[1];
                rows += Rows;
            }
            var w = (sbyte*)panel + 8 * Columns;
            nint depth = call->Depth;
            int taps = call->Taps;

            Vector128<sbyte> x0 = Vector128.Load(a0), x1 = Vector128.Load(a1), w0 = Vector128.Load(w), w1 = Vector128.Load(w + 16);
            Vector64<sbyte> l0 = x0.GetLower(), l1 = x1.GetLower();
            Vector128<int> c00 = First(x0, l0, w0), c10 = First(x1, l1, w0), c01 = First(x0, l0, w1), c11 = First(x1, l1, w1);
            w0 = Vector128.Load(w + 32);
            w1 = Vector128.Load(w + 48);
            Vector128<int> c02 = First(x0, l0, w0), c12 = First(x1, l1, w0), c03 = First(x0, l0, w1), c13 = First(x1, l1, w1);
            w0 = Vector128.Load(w + 64);
            w1 = Vector128.Load(w + 80);
            Vector128<int> c04 = First(x0, l0, w0), c14 = First(x1, l1, w0), c05 = First(x0, l0, w1), c15 = First(x1, l1, w1);
            w0 = Vector128.Load(w + 96);
            w1 = Vector128.Load(w + 112);
            Vector128<int> c06 = First(x0, l0, w0), c16 = First(x1, l1, w0), c07 = First(x0, l0, w1), c17 = First(x1, l1, w1);
            w += 128;
            a0 += 16;
            a1 += 16;
            nint k = depth - 16;
            while (true)
            {
                for (; k > 8; k -= 16)
                {
                    x0 = Vector128.Load(a0);
                    x1 = Vector128.Load(a1);
                    a0 += 16;
                    a1 += 16;
                    l0 = x0.GetLower();
                    l1 = x1.GetLower();
                    w0 = Vector128.Load(w);
                    w1 = Vector128.Load(w + 16);
                    Step(ref c00, ref c10, x0, x1, l0, l1, w0);
                    Step(ref c01, ref c11, x0, x1, l0, l1, w1);
                    w0 = Vector128.Load(w + 32);
                    w1 = Vector128.Load(w + 48);
                    Step(ref c02, ref c12, x0, x1, l0, l1, w0);
                    Step(ref c03, ref c13, x0, x1, l0, l1, w1);
                    w0 = Vector128.Load(w + 64);
                    w1 = Vector128.Load(w + 80);
                    Step(ref c04, ref c14, x0, x1, l0, l1, w0);
                    Step(ref c05, ref c15, x0, x1, l0, l1, w1);
                    w0 = Vector128.Load(w + 96);
                    w1 = Vector128.Load(w + 112);
                    Step(ref c06, ref c16, x0, x1, l0, l1, w0);
                    Step(ref c07, ref c17, x0, x1, l0, l1, w1);
                    w += 128;
                }
                if (k > 0)
                {
                    l0 = Vector64.Load(a0);
                    l1 = Vector64.Load(a1);
                    HalfStep(ref c00, ref c10, l0, l1, w);
                    HalfStep(ref c01, ref c11, l0, l1, w + 16);
                    HalfStep(ref c02, ref c12, l0, l1, w + 32);
                    HalfStep(ref c03, ref c13, l0, l1, w + 48);
                    HalfStep(ref c04, ref c14, l0, l1, w + 64);
                    HalfStep(ref c05, ref c15, l0, l1, w + 80);
                    HalfStep(ref c06, ref c16, l0, l1, w + 96);
                    HalfStep(ref c07, ref c17, l0, l1, w + 112);
                    w += 128;
                }
                if (--taps == 0) break;
                a0 = rows[0];
                a1 = rows[1];
                rows += Rows;
                k = depth;
            }

            var bias = (int*)panel;
            Vector128<int> b0 = Vector128.Load(bias), b1 = Vector128.Load(bias + 4);
            Vector128<float> f0 = Vector128.Load((float*)(bias + 8)), f1 = Vector128.Load((float*)(bias + 12));
            Vector128<sbyte> y = requantize.ToInt8(b0 + Sum(c00, c01, c02, c03), b1 + Sum(c04, c05, c06, c07), b0 + Sum(c10, c11, c12, c13), b1 + Sum(c14, c15, c16, c17), f0, f1, f0, f1);
            sbyte* second = left > 1 ? output + outputStride : output;
            NeonPairs.Store(y, output, second, columns, scratch);
            output = second + outputStride;
        }
    }

    /// <summary>The 16 products of x and w in 4 sums; <paramref name="low"/> is the lower half of x. Upper halves first: then the code generator takes the lower of w in place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> First(Vector128<sbyte> x, Vector64<sbyte> low, Vector128<sbyte> w) =>
        AdvSimd.AddPairwiseWidening(AdvSimd.MultiplyWideningLowerAndAdd(AdvSimd.MultiplyWideningUpper(x, w), low, w.GetLower()));

    /// <summary>Adds the products of both rows with 16 weights of one column.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step(ref Vector128<int> c0, ref Vector128<int> c1, Vector128<sbyte> x0, Vector128<sbyte> x1, Vector64<sbyte> l0, Vector64<sbyte> l1, Vector128<sbyte> w)
    {
        Vector128<short> p0 = AdvSimd.MultiplyWideningUpper(x0, w), p1 = AdvSimd.MultiplyWideningUpper(x1, w);
        Vector64<sbyte> low = w.GetLower();
        c0 = AdvSimd.AddPairwiseWideningAndAdd(c0, AdvSimd.MultiplyWideningLowerAndAdd(p0, l0, low));
        c1 = AdvSimd.AddPairwiseWideningAndAdd(c1, AdvSimd.MultiplyWideningLowerAndAdd(p1, l1, low));
    }

    /// <summary>As <see cref="Step"/> with 8 weights.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void HalfStep(ref Vector128<int> c0, ref Vector128<int> c1, Vector64<sbyte> l0, Vector64<sbyte> l1, sbyte* w)
    {
        Vector64<sbyte> low = Vector64.Load(w);
        c0 = AdvSimd.AddPairwiseWideningAndAdd(c0, AdvSimd.MultiplyWideningLower(l0, low));
        c1 = AdvSimd.AddPairwiseWideningAndAdd(c1, AdvSimd.MultiplyWideningLower(l1, low));
    }

    /// <summary>The sums of the lanes of 4 vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Sum(Vector128<int> a, Vector128<int> b, Vector128<int> c, Vector128<int> d) =>
        AdvSimd.Arm64.AddPairwise(AdvSimd.Arm64.AddPairwise(a, b), AdvSimd.Arm64.AddPairwise(c, d));
}
