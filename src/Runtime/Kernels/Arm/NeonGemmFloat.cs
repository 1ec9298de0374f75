using System.Diagnostics.CodeAnalysis;
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
                    Vector128<float> x0 = Vector128.Load(a0), x1 = Vector128.Load(a1), x2 = Vector128.Load(a2), x3 = Vector128.Load(a3);
                    a0 += Step;
                    a1 += Step;
                    a2 += Step;
                    a3 += Step;
                    Multiply(w, 0, x0, x1, x2, x3, 0, ref c00, ref c01, ref c10, ref c11, ref c20, ref c21, ref c30, ref c31);
                    if (TWidth.Groups > 2) Multiply(w, 8, x0, x1, x2, x3, 0, ref c02, ref c03, ref c12, ref c13, ref c22, ref c23, ref c32, ref c33);
                    if (TWidth.Groups > 4) Multiply(w, 16, x0, x1, x2, x3, 0, ref c04, ref c05, ref c14, ref c15, ref c24, ref c25, ref c34, ref c35);
                    Multiply(w, 24, x0, x1, x2, x3, 1, ref c00, ref c01, ref c10, ref c11, ref c20, ref c21, ref c30, ref c31);
                    if (TWidth.Groups > 2) Multiply(w, 32, x0, x1, x2, x3, 1, ref c02, ref c03, ref c12, ref c13, ref c22, ref c23, ref c32, ref c33);
                    if (TWidth.Groups > 4) Multiply(w, 40, x0, x1, x2, x3, 1, ref c04, ref c05, ref c14, ref c15, ref c24, ref c25, ref c34, ref c35);
                    Multiply(w, 48, x0, x1, x2, x3, 2, ref c00, ref c01, ref c10, ref c11, ref c20, ref c21, ref c30, ref c31);
                    if (TWidth.Groups > 2) Multiply(w, 56, x0, x1, x2, x3, 2, ref c02, ref c03, ref c12, ref c13, ref c22, ref c23, ref c32, ref c33);
                    if (TWidth.Groups > 4) Multiply(w, 64, x0, x1, x2, x3, 2, ref c04, ref c05, ref c14, ref c15, ref c24, ref c25, ref c34, ref c35);
                    Multiply(w, 72, x0, x1, x2, x3, 3, ref c00, ref c01, ref c10, ref c11, ref c20, ref c21, ref c30, ref c31);
                    if (TWidth.Groups > 2) Multiply(w, 80, x0, x1, x2, x3, 3, ref c02, ref c03, ref c12, ref c13, ref c22, ref c23, ref c32, ref c33);
                    if (TWidth.Groups > 4) Multiply(w, 88, x0, x1, x2, x3, 3, ref c04, ref c05, ref c14, ref c15, ref c24, ref c25, ref c34, ref c35);
                    w += Step * Columns;
                }
                for (; k > 0; k--)
                {
                    Vector128<float> x0 = Vector128.Create(*a0++), x1 = Vector128.Create(*a1++), x2 = Vector128.Create(*a2++), x3 = Vector128.Create(*a3++);
                    Multiply(w, 0, x0, x1, x2, x3, 0, ref c00, ref c01, ref c10, ref c11, ref c20, ref c21, ref c30, ref c31);
                    if (TWidth.Groups > 2) Multiply(w, 8, x0, x1, x2, x3, 0, ref c02, ref c03, ref c12, ref c13, ref c22, ref c23, ref c32, ref c33);
                    if (TWidth.Groups > 4) Multiply(w, 16, x0, x1, x2, x3, 0, ref c04, ref c05, ref c14, ref c15, ref c24, ref c25, ref c34, ref c35);
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

    /// <summary>One depth by 8 columns: element <paramref name="lane"/> of four rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Multiply(float* w, [ConstantExpected] int offset, Vector128<float> x0, Vector128<float> x1, Vector128<float> x2, Vector128<float> x3, [ConstantExpected(Max = (byte)3)] byte lane,
        ref Vector128<float> c00, ref Vector128<float> c01, ref Vector128<float> c10, ref Vector128<float> c11,
        ref Vector128<float> c20, ref Vector128<float> c21, ref Vector128<float> c30, ref Vector128<float> c31)
    {
        Vector128<float> w0 = Vector128.Load(w + offset), w1 = Vector128.Load(w + offset + 4);
        c00 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c00, w0, x0, lane);
        c10 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c10, w0, x1, lane);
        c20 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c20, w0, x2, lane);
        c30 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c30, w0, x3, lane);
        c01 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c01, w1, x0, lane);
        c11 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c11, w1, x1, lane);
        c21 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c21, w1, x2, lane);
        c31 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(c31, w1, x3, lane);
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
