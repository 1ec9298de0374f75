using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace EdgeKit.Runtime.Kernels.Arm;

/// <summary>
/// Float GEMM: a tile of 4 rows by 24 columns or fewer in up to 24 registers. Of each row four depths are loaded at a time and picked by lane; every sum takes its products in order,
/// one fused multiply-add each.
/// </summary>
internal static unsafe class NeonGemmFloat
{
    private const int Rows = 4, Columns = 24, Step = 4;

    public static KernelEntry Entry => new()
    {
        Family = KernelFamily.GemmFloat,
        Isa = KernelIsa.Neon,
        Supported = AdvSimd.Arm64.IsSupported,
        RowTile = Rows,
        ColumnTile = Columns,
        DepthUnit = 1,
        Function = (delegate*<GemmFloatCall*, void>)&Run,
    };

    private static void Run(GemmFloatCall* call)
    {
        byte* panel = call->Panels;
        nint panelBytes = sizeof(float) * Columns * (1 + (nint)call->Taps * call->Depth);
        for (int start = 0; start < call->Columns; start += Columns)
        {
            // Of a last panel that overlaps the one before, only the columns at its end are new.
            int fresh = int.Min(Columns, call->Columns - start), width = PanelPacking.RoundUp(fresh, 8);
            int first = PanelPacking.FirstColumn(start, Columns, call->Columns), skipped = first < start ? Columns - width : 0;
            switch (width)
            {
                case 8: RunPanel<Width8>(call, (float*)panel + skipped, first + skipped); break;
                case 16: RunPanel<Width16>(call, (float*)panel + skipped, first + skipped); break;
                default: RunPanel<Width24>(call, (float*)panel, first); break;
            }
            panel += panelBytes;
        }
    }

    /// <summary>The columns of a panel whose biases start at <paramref name="bias"/>; the first of them is column <paramref name="first"/> of the output.</summary>
    private static void RunPanel<TWidth>(GemmFloatCall* call, float* bias, int first) where TWidth : struct, IWidth
    {
        float* scratch = stackalloc float[Columns];
        Vector128<float> low = Vector128.Create(call->Min), high = Vector128.Create(call->Max);
        float* output = call->Output + first, input = call->Input;
        float** rows = call->Rows;
        int columns = int.Min(4 * TWidth.Groups, call->Columns);
        nint in1 = call->InputStride, in2 = 2 * in1, in3 = 3 * in1, out1 = call->OutputStride, out2 = 2 * out1, out3 = 3 * out1;
        for (int left = call->RowCount; left > 0; left -= Rows)
        {
            if (left < Rows)
            {
                // Rows past the last repeat it and write the same values again.
                if (left < 2) in1 = out1 = 0;
                if (left < 3) (in2, out2) = (in1, out1);
                (in3, out3) = (in2, out2);
            }
            float* a0 = input, a1 = input + in1, a2 = input + in2, a3 = input + in3, w = bias + Columns;
            input = a3 + in1;
            Vector128<float> c00 = Vector128.Load(bias), c01 = Vector128.Load(bias + 4), c02 = default, c03 = default, c04 = default, c05 = default;
            if (TWidth.Groups > 2) (c02, c03) = (Vector128.Load(bias + 8), Vector128.Load(bias + 12));
            if (TWidth.Groups > 4) (c04, c05) = (Vector128.Load(bias + 16), Vector128.Load(bias + 20));
            Vector128<float> c10 = c00, c11 = c01, c12 = c02, c13 = c03, c14 = c04, c15 = c05;
            Vector128<float> c20 = c00, c21 = c01, c22 = c02, c23 = c03, c24 = c04, c25 = c05;
            Vector128<float> c30 = c00, c31 = c01, c32 = c02, c33 = c03, c34 = c04, c35 = c05;
            int taps = call->Taps;
            do
            {
                if (rows != null)
                {
                    a0 = rows[0];
                    a1 = rows[1];
                    a2 = rows[2];
                    a3 = rows[3];
                    rows += Rows;
                }
                nint k = call->Depth;
                for (; k >= Step; k -= Step)
                {
                    Vector128<float> x0 = Vector128.Load(a0), x1 = Vector128.Load(a1), x2 = Vector128.Load(a2), x3 = Vector128.Load(a3), w0, w1;
                    a0 += Step;
                    a1 += Step;
                    a2 += Step;
                    a3 += Step;
                    w0 = Vector128.Load(w);
                    w1 = Vector128.Load(w + 4);
                    c00 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c00, w0, x0, 0);
                    c10 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c10, w0, x1, 0);
                    c20 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c20, w0, x2, 0);
                    c30 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c30, w0, x3, 0);
                    c01 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c01, w1, x0, 0);
                    c11 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c11, w1, x1, 0);
                    c21 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c21, w1, x2, 0);
                    c31 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c31, w1, x3, 0);
                    if (TWidth.Groups > 2)
                    {
                        w0 = Vector128.Load(w + 8);
                        w1 = Vector128.Load(w + 12);
                        c02 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c02, w0, x0, 0);
                        c12 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c12, w0, x1, 0);
                        c22 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c22, w0, x2, 0);
                        c32 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c32, w0, x3, 0);
                        c03 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c03, w1, x0, 0);
                        c13 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c13, w1, x1, 0);
                        c23 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c23, w1, x2, 0);
                        c33 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c33, w1, x3, 0);
                    }
                    if (TWidth.Groups > 4)
                    {
                        w0 = Vector128.Load(w + 16);
                        w1 = Vector128.Load(w + 20);
                        c04 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c04, w0, x0, 0);
                        c14 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c14, w0, x1, 0);
                        c24 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c24, w0, x2, 0);
                        c34 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c34, w0, x3, 0);
                        c05 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c05, w1, x0, 0);
                        c15 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c15, w1, x1, 0);
                        c25 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c25, w1, x2, 0);
                        c35 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c35, w1, x3, 0);
                    }

                    w0 = Vector128.Load(w + 24);
                    w1 = Vector128.Load(w + 28);
                    c00 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c00, w0, x0, 1);
                    c10 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c10, w0, x1, 1);
                    c20 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c20, w0, x2, 1);
                    c30 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c30, w0, x3, 1);
                    c01 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c01, w1, x0, 1);
                    c11 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c11, w1, x1, 1);
                    c21 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c21, w1, x2, 1);
                    c31 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c31, w1, x3, 1);
                    if (TWidth.Groups > 2)
                    {
                        w0 = Vector128.Load(w + 32);
                        w1 = Vector128.Load(w + 36);
                        c02 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c02, w0, x0, 1);
                        c12 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c12, w0, x1, 1);
                        c22 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c22, w0, x2, 1);
                        c32 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c32, w0, x3, 1);
                        c03 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c03, w1, x0, 1);
                        c13 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c13, w1, x1, 1);
                        c23 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c23, w1, x2, 1);
                        c33 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c33, w1, x3, 1);
                    }
                    if (TWidth.Groups > 4)
                    {
                        w0 = Vector128.Load(w + 40);
                        w1 = Vector128.Load(w + 44);
                        c04 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c04, w0, x0, 1);
                        c14 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c14, w0, x1, 1);
                        c24 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c24, w0, x2, 1);
                        c34 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c34, w0, x3, 1);
                        c05 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c05, w1, x0, 1);
                        c15 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c15, w1, x1, 1);
                        c25 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c25, w1, x2, 1);
                        c35 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c35, w1, x3, 1);
                    }

                    w0 = Vector128.Load(w + 48);
                    w1 = Vector128.Load(w + 52);
                    c00 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c00, w0, x0, 2);
                    c10 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c10, w0, x1, 2);
                    c20 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c20, w0, x2, 2);
                    c30 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c30, w0, x3, 2);
                    c01 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c01, w1, x0, 2);
                    c11 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c11, w1, x1, 2);
                    c21 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c21, w1, x2, 2);
                    c31 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c31, w1, x3, 2);
                    if (TWidth.Groups > 2)
                    {
                        w0 = Vector128.Load(w + 56);
                        w1 = Vector128.Load(w + 60);
                        c02 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c02, w0, x0, 2);
                        c12 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c12, w0, x1, 2);
                        c22 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c22, w0, x2, 2);
                        c32 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c32, w0, x3, 2);
                        c03 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c03, w1, x0, 2);
                        c13 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c13, w1, x1, 2);
                        c23 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c23, w1, x2, 2);
                        c33 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c33, w1, x3, 2);
                    }
                    if (TWidth.Groups > 4)
                    {
                        w0 = Vector128.Load(w + 64);
                        w1 = Vector128.Load(w + 68);
                        c04 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c04, w0, x0, 2);
                        c14 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c14, w0, x1, 2);
                        c24 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c24, w0, x2, 2);
                        c34 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c34, w0, x3, 2);
                        c05 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c05, w1, x0, 2);
                        c15 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c15, w1, x1, 2);
                        c25 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c25, w1, x2, 2);
                        c35 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c35, w1, x3, 2);
                    }

                    w0 = Vector128.Load(w + 72);
                    w1 = Vector128.Load(w + 76);
                    c00 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c00, w0, x0, 3);
                    c10 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c10, w0, x1, 3);
                    c20 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c20, w0, x2, 3);
                    c30 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c30, w0, x3, 3);
                    c01 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c01, w1, x0, 3);
                    c11 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c11, w1, x1, 3);
                    c21 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c21, w1, x2, 3);
                    c31 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c31, w1, x3, 3);
                    if (TWidth.Groups > 2)
                    {
                        w0 = Vector128.Load(w + 80);
                        w1 = Vector128.Load(w + 84);
                        c02 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c02, w0, x0, 3);
                        c12 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c12, w0, x1, 3);
                        c22 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c22, w0, x2, 3);
                        c32 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c32, w0, x3, 3);
                        c03 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c03, w1, x0, 3);
                        c13 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c13, w1, x1, 3);
                        c23 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c23, w1, x2, 3);
                        c33 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c33, w1, x3, 3);
                    }
                    if (TWidth.Groups > 4)
                    {
                        w0 = Vector128.Load(w + 88);
                        w1 = Vector128.Load(w + 92);
                        c04 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c04, w0, x0, 3);
                        c14 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c14, w0, x1, 3);
                        c24 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c24, w0, x2, 3);
                        c34 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c34, w0, x3, 3);
                        c05 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c05, w1, x0, 3);
                        c15 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c15, w1, x1, 3);
                        c25 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c25, w1, x2, 3);
                        c35 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c35, w1, x3, 3);
                    }
                    w += Step * Columns;
                }
                for (; k > 0; k--)
                {
                    Vector128<float> x0 = Vector128.Create(*a0++), x1 = Vector128.Create(*a1++), x2 = Vector128.Create(*a2++), x3 = Vector128.Create(*a3++), w0, w1;
                    w0 = Vector128.Load(w);
                    w1 = Vector128.Load(w + 4);
                    c00 = AdvSimd.FusedMultiplyAdd(c00, w0, x0);
                    c10 = AdvSimd.FusedMultiplyAdd(c10, w0, x1);
                    c20 = AdvSimd.FusedMultiplyAdd(c20, w0, x2);
                    c30 = AdvSimd.FusedMultiplyAdd(c30, w0, x3);
                    c01 = AdvSimd.FusedMultiplyAdd(c01, w1, x0);
                    c11 = AdvSimd.FusedMultiplyAdd(c11, w1, x1);
                    c21 = AdvSimd.FusedMultiplyAdd(c21, w1, x2);
                    c31 = AdvSimd.FusedMultiplyAdd(c31, w1, x3);
                    if (TWidth.Groups > 2)
                    {
                        w0 = Vector128.Load(w + 8);
                        w1 = Vector128.Load(w + 12);
                        c02 = AdvSimd.FusedMultiplyAdd(c02, w0, x0);
                        c12 = AdvSimd.FusedMultiplyAdd(c12, w0, x1);
                        c22 = AdvSimd.FusedMultiplyAdd(c22, w0, x2);
                        c32 = AdvSimd.FusedMultiplyAdd(c32, w0, x3);
                        c03 = AdvSimd.FusedMultiplyAdd(c03, w1, x0);
                        c13 = AdvSimd.FusedMultiplyAdd(c13, w1, x1);
                        c23 = AdvSimd.FusedMultiplyAdd(c23, w1, x2);
                        c33 = AdvSimd.FusedMultiplyAdd(c33, w1, x3);
                    }
                    if (TWidth.Groups > 4)
                    {
                        w0 = Vector128.Load(w + 16);
                        w1 = Vector128.Load(w + 20);
                        c04 = AdvSimd.FusedMultiplyAdd(c04, w0, x0);
                        c14 = AdvSimd.FusedMultiplyAdd(c14, w0, x1);
                        c24 = AdvSimd.FusedMultiplyAdd(c24, w0, x2);
                        c34 = AdvSimd.FusedMultiplyAdd(c34, w0, x3);
                        c05 = AdvSimd.FusedMultiplyAdd(c05, w1, x0);
                        c15 = AdvSimd.FusedMultiplyAdd(c15, w1, x1);
                        c25 = AdvSimd.FusedMultiplyAdd(c25, w1, x2);
                        c35 = AdvSimd.FusedMultiplyAdd(c35, w1, x3);
                    }
                    w += Columns;
                }
            }
            while (--taps > 0);

            Store<TWidth>(output, columns, scratch, low, high, c00, c01, c02, c03, c04, c05);
            Store<TWidth>(output + out1, columns, scratch, low, high, c10, c11, c12, c13, c14, c15);
            Store<TWidth>(output + out2, columns, scratch, low, high, c20, c21, c22, c23, c24, c25);
            Store<TWidth>(output + out3, columns, scratch, low, high, c30, c31, c32, c33, c34, c35);
            output += out3 + out1;
        }
    }

    /// <summary>Clamps and writes one row's columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TWidth>(float* output, int columns, float* scratch, Vector128<float> low, Vector128<float> high,
        Vector128<float> s0, Vector128<float> s1, Vector128<float> s2, Vector128<float> s3, Vector128<float> s4, Vector128<float> s5) where TWidth : struct, IWidth
    {
        float* target = columns == 4 * TWidth.Groups ? output : scratch;
        AdvSimd.Min(AdvSimd.Max(s0, low), high).Store(target);
        AdvSimd.Min(AdvSimd.Max(s1, low), high).Store(target + 4);
        if (TWidth.Groups > 2)
        {
            AdvSimd.Min(AdvSimd.Max(s2, low), high).Store(target + 8);
            AdvSimd.Min(AdvSimd.Max(s3, low), high).Store(target + 12);
        }
        if (TWidth.Groups > 4)
        {
            AdvSimd.Min(AdvSimd.Max(s4, low), high).Store(target + 16);
            AdvSimd.Min(AdvSimd.Max(s5, low), high).Store(target + 20);
        }
        if (target == output) return;
        for (nint n = 0; n < columns; n++) output[n] = scratch[n];
    }

    /// <summary>How many columns of a panel are computed.</summary>
    private interface IWidth
    {
        /// <summary>Groups of four columns.</summary>
        static abstract int Groups { get; }
    }

    private readonly struct Width8 : IWidth
    {
        public static int Groups => 2;
    }

    private readonly struct Width16 : IWidth
    {
        public static int Groups => 4;
    }

    private readonly struct Width24 : IWidth
    {
        public static int Groups => 6;
    }
}
