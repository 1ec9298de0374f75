using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace EdgeKit.Runtime.Kernels.Arm;

/// <summary>
/// INT8 GEMM without the dot product extension: a tile of 2 rows by 48 columns or fewer. Of 16 depths a lane of 16 bits takes two products, and neighbouring lanes are added to 32 bits.
/// A row's pairs of depths are turned by one lane three times, so that each of four columns' lanes meets every pair and sums need no adding up at the end; the panels hold the weights in
/// the order in which they are met.
/// </summary>
internal static unsafe class NeonGemmInt8
{
    private const int Rows = 2, Columns = 48, Unit = 8;

    public static KernelEntry Entry => new()
    {
        Family = KernelFamily.GemmInt8,
        Isa = KernelIsa.Neon,
        Supported = AdvSimd.Arm64.IsSupported,
        RowTile = Rows,
        ColumnTile = Columns,
        DepthUnit = Unit,
        PairsTurned = true,
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
            // Of a last panel that overlaps the one before, only the columns at its end are new.
            int fresh = int.Min(Columns, call->Columns - start), width = PanelPacking.RoundUp(fresh, 8);
            int first = PanelPacking.FirstColumn(start, Columns, call->Columns), skipped = first < start ? Columns - width : 0;
            switch (width)
            {
                case 8: RunPanel<TRange, Width8>(call, panel, skipped, first + skipped); break;
                case 16: RunPanel<TRange, Width16>(call, panel, skipped, first + skipped); break;
                case 24: RunPanel<TRange, Width24>(call, panel, skipped, first + skipped); break;
                case 32: RunPanel<TRange, Width32>(call, panel, skipped, first + skipped); break;
                case 40: RunPanel<TRange, Width40>(call, panel, skipped, first + skipped); break;
                default: RunPanel<TRange, Width48>(call, panel, 0, first); break;
            }
            panel += panelBytes;
        }
    }

    /// <summary>The columns of a panel from <paramref name="skipped"/> on; the first of them is column <paramref name="first"/> of the output.</summary>
    private static void RunPanel<TRange, TWidth>(GemmInt8Call* call, byte* panel, int skipped, int first)
        where TRange : struct, IOutputRange
        where TWidth : struct, IWidth
    {
        sbyte* scratch = stackalloc sbyte[16];
        var requantize = new NeonRequantize<TRange>(call->ZeroPoint, call->Min, call->Max);
        int* bias = (int*)panel + skipped;
        float* scales = (float*)panel + Columns + skipped;
        sbyte* weights = (sbyte*)panel + 8 * Columns + 4 * skipped;
        sbyte* output = call->Output + first, input = call->Input;
        sbyte** rows = call->Rows;
        int columns = int.Min(4 * TWidth.Groups, call->Columns);
        nint inputStride = call->InputStride, outputStride = call->OutputStride, depth = call->Depth;
        for (int left = call->RowCount; left > 0; left -= Rows)
        {
            // A second row past the last repeats it and writes the same values again.
            if (left == 1) inputStride = outputStride = 0;
            sbyte* a0 = input, a1 = input + inputStride, w = weights;
            input = a1 + inputStride;
            Vector128<int> c00, c01, c10, c11;
            Load(bias, out c00, out c01, out c10, out c11);
            Vector128<int> c02 = default, c03 = default, c04 = default, c05 = default, c06 = default, c07 = default, c08 = default, c09 = default, c0a = default, c0b = default;
            Vector128<int> c12 = default, c13 = default, c14 = default, c15 = default, c16 = default, c17 = default, c18 = default, c19 = default, c1a = default, c1b = default;
            if (TWidth.Groups > 2) Load(bias + 8, out c02, out c03, out c12, out c13);
            if (TWidth.Groups > 4) Load(bias + 16, out c04, out c05, out c14, out c15);
            if (TWidth.Groups > 6) Load(bias + 24, out c06, out c07, out c16, out c17);
            if (TWidth.Groups > 8) Load(bias + 32, out c08, out c09, out c18, out c19);
            if (TWidth.Groups > 10) Load(bias + 40, out c0a, out c0b, out c1a, out c1b);
            int taps = call->Taps;
            do
            {
                if (rows != null)
                {
                    a0 = rows[0];
                    a1 = rows[1];
                    rows += Rows;
                }
                nint k = depth;
                for (; k > Unit; k -= 2 * Unit)
                {
                    Vector128<sbyte> x0 = Vector128.Load(a0), x1 = Vector128.Load(a1);
                    Vector64<sbyte> l0 = x0.GetLower(), l1 = x1.GetLower();
                    a0 += 16;
                    a1 += 16;
                    Step(ref c00, ref c10, ref c01, ref c11, x0, x1, l0, l1, w, 0);
                    if (TWidth.Groups > 2) Step(ref c02, ref c12, ref c03, ref c13, x0, x1, l0, l1, w, 32);
                    if (TWidth.Groups > 4) Step(ref c04, ref c14, ref c05, ref c15, x0, x1, l0, l1, w, 64);
                    if (TWidth.Groups > 6) Step(ref c06, ref c16, ref c07, ref c17, x0, x1, l0, l1, w, 96);
                    if (TWidth.Groups > 8) Step(ref c08, ref c18, ref c09, ref c19, x0, x1, l0, l1, w, 128);
                    if (TWidth.Groups > 10) Step(ref c0a, ref c1a, ref c0b, ref c1b, x0, x1, l0, l1, w, 160);

                    x0 = AdvSimd.ExtractVector128(x0, x0, 2);
                    x1 = AdvSimd.ExtractVector128(x1, x1, 2);
                    l0 = x0.GetLower();
                    l1 = x1.GetLower();
                    Step(ref c00, ref c10, ref c01, ref c11, x0, x1, l0, l1, w, 192);
                    if (TWidth.Groups > 2) Step(ref c02, ref c12, ref c03, ref c13, x0, x1, l0, l1, w, 224);
                    if (TWidth.Groups > 4) Step(ref c04, ref c14, ref c05, ref c15, x0, x1, l0, l1, w, 256);
                    if (TWidth.Groups > 6) Step(ref c06, ref c16, ref c07, ref c17, x0, x1, l0, l1, w, 288);
                    if (TWidth.Groups > 8) Step(ref c08, ref c18, ref c09, ref c19, x0, x1, l0, l1, w, 320);
                    if (TWidth.Groups > 10) Step(ref c0a, ref c1a, ref c0b, ref c1b, x0, x1, l0, l1, w, 352);

                    x0 = AdvSimd.ExtractVector128(x0, x0, 2);
                    x1 = AdvSimd.ExtractVector128(x1, x1, 2);
                    l0 = x0.GetLower();
                    l1 = x1.GetLower();
                    Step(ref c00, ref c10, ref c01, ref c11, x0, x1, l0, l1, w, 384);
                    if (TWidth.Groups > 2) Step(ref c02, ref c12, ref c03, ref c13, x0, x1, l0, l1, w, 416);
                    if (TWidth.Groups > 4) Step(ref c04, ref c14, ref c05, ref c15, x0, x1, l0, l1, w, 448);
                    if (TWidth.Groups > 6) Step(ref c06, ref c16, ref c07, ref c17, x0, x1, l0, l1, w, 480);
                    if (TWidth.Groups > 8) Step(ref c08, ref c18, ref c09, ref c19, x0, x1, l0, l1, w, 512);
                    if (TWidth.Groups > 10) Step(ref c0a, ref c1a, ref c0b, ref c1b, x0, x1, l0, l1, w, 544);

                    x0 = AdvSimd.ExtractVector128(x0, x0, 2);
                    x1 = AdvSimd.ExtractVector128(x1, x1, 2);
                    l0 = x0.GetLower();
                    l1 = x1.GetLower();
                    Step(ref c00, ref c10, ref c01, ref c11, x0, x1, l0, l1, w, 576);
                    if (TWidth.Groups > 2) Step(ref c02, ref c12, ref c03, ref c13, x0, x1, l0, l1, w, 608);
                    if (TWidth.Groups > 4) Step(ref c04, ref c14, ref c05, ref c15, x0, x1, l0, l1, w, 640);
                    if (TWidth.Groups > 6) Step(ref c06, ref c16, ref c07, ref c17, x0, x1, l0, l1, w, 672);
                    if (TWidth.Groups > 8) Step(ref c08, ref c18, ref c09, ref c19, x0, x1, l0, l1, w, 704);
                    if (TWidth.Groups > 10) Step(ref c0a, ref c1a, ref c0b, ref c1b, x0, x1, l0, l1, w, 736);
                    w += 2 * Unit * Columns;
                }
                if (k > 0)
                {
                    Vector64<sbyte> x0 = Vector64.Load(a0), x1 = Vector64.Load(a1);
                    // A group has half the bytes here.
                    sbyte* h = w - 2 * skipped;
                    for (int turn = 0; turn < 4; turn++)
                    {
                        Step(ref c00, ref c10, ref c01, ref c11, x0, x1, h, 0);
                        if (TWidth.Groups > 2) Step(ref c02, ref c12, ref c03, ref c13, x0, x1, h, 16);
                        if (TWidth.Groups > 4) Step(ref c04, ref c14, ref c05, ref c15, x0, x1, h, 32);
                        if (TWidth.Groups > 6) Step(ref c06, ref c16, ref c07, ref c17, x0, x1, h, 48);
                        if (TWidth.Groups > 8) Step(ref c08, ref c18, ref c09, ref c19, x0, x1, h, 64);
                        if (TWidth.Groups > 10) Step(ref c0a, ref c1a, ref c0b, ref c1b, x0, x1, h, 80);
                        x0 = AdvSimd.ExtractVector64(x0, x0, 2);
                        x1 = AdvSimd.ExtractVector64(x1, x1, 2);
                        h += Unit / 4 * Columns;
                    }
                    w += Unit * Columns;
                }
            }
            while (--taps > 0);

            sbyte* second = output + outputStride;
            Store<TRange>(requantize, TWidth.Groups - 0, scales + 0, output + 0, second + 0, columns - 0, scratch, c00, c01, c02, c03, c10, c11, c12, c13);
            if (TWidth.Groups > 4) Store<TRange>(requantize, TWidth.Groups - 4, scales + 16, output + 16, second + 16, columns - 16, scratch, c04, c05, c06, c07, c14, c15, c16, c17);
            if (TWidth.Groups > 8) Store<TRange>(requantize, TWidth.Groups - 8, scales + 32, output + 32, second + 32, columns - 32, scratch, c08, c09, c0a, c0b, c18, c19, c1a, c1b);
            output = second + outputStride;
        }
    }

    /// <summary>Both rows' sums of 8 columns start from the biases.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load(int* bias, out Vector128<int> c00, out Vector128<int> c01, out Vector128<int> c10, out Vector128<int> c11)
    {
        (c00, c01) = AdvSimd.Arm64.LoadPairVector128(bias);
        (c10, c11) = AdvSimd.Arm64.LoadPairVector128(bias);
    }

    /// <summary>Adds the products of both rows with 16 weights of each of two groups of columns; <paramref name="l0"/> and <paramref name="l1"/> are the rows' lower halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step(ref Vector128<int> c00, ref Vector128<int> c10, ref Vector128<int> c01, ref Vector128<int> c11,
        Vector128<sbyte> x0, Vector128<sbyte> x1, Vector64<sbyte> l0, Vector64<sbyte> l1, sbyte* w, int offset)
    {
        Vector128<sbyte> w0 = Vector128.Load(w + offset), w1 = Vector128.Load(w + offset + 16);
        // Upper halves first: then the code generator takes the lower in place.
        Vector128<short> p00 = AdvSimd.MultiplyWideningUpper(x0, w0), p10 = AdvSimd.MultiplyWideningUpper(x1, w0);
        Vector64<sbyte> low0 = w0.GetLower();
        c00 = AdvSimd.AddPairwiseWideningAndAdd(c00, AdvSimd.MultiplyWideningLowerAndAdd(p00, l0, low0));
        c10 = AdvSimd.AddPairwiseWideningAndAdd(c10, AdvSimd.MultiplyWideningLowerAndAdd(p10, l1, low0));
        Vector128<short> p01 = AdvSimd.MultiplyWideningUpper(x0, w1), p11 = AdvSimd.MultiplyWideningUpper(x1, w1);
        Vector64<sbyte> low1 = w1.GetLower();
        c01 = AdvSimd.AddPairwiseWideningAndAdd(c01, AdvSimd.MultiplyWideningLowerAndAdd(p01, l0, low1));
        c11 = AdvSimd.AddPairwiseWideningAndAdd(c11, AdvSimd.MultiplyWideningLowerAndAdd(p11, l1, low1));
    }

    /// <summary>As above with 8 weights of each group.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step(ref Vector128<int> c00, ref Vector128<int> c10, ref Vector128<int> c01, ref Vector128<int> c11, Vector64<sbyte> x0, Vector64<sbyte> x1, sbyte* w, int offset)
    {
        Vector64<sbyte> w0 = Vector64.Load(w + offset), w1 = Vector64.Load(w + offset + 8);
        c00 = AdvSimd.AddPairwiseWideningAndAdd(c00, AdvSimd.MultiplyWideningLower(x0, w0));
        c10 = AdvSimd.AddPairwiseWideningAndAdd(c10, AdvSimd.MultiplyWideningLower(x1, w0));
        c01 = AdvSimd.AddPairwiseWideningAndAdd(c01, AdvSimd.MultiplyWideningLower(x0, w1));
        c11 = AdvSimd.AddPairwiseWideningAndAdd(c11, AdvSimd.MultiplyWideningLower(x1, w1));
    }

    /// <summary>Requantizes and writes 16 columns of both rows; 8 where only two groups are left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TRange>(in NeonRequantize<TRange> requantize, int groups, float* scales, sbyte* output0, sbyte* output1, int columns, sbyte* scratch,
        Vector128<int> s00, Vector128<int> s01, Vector128<int> s02, Vector128<int> s03, Vector128<int> s10, Vector128<int> s11, Vector128<int> s12, Vector128<int> s13)
        where TRange : struct, IOutputRange
    {
        Vector128<float> f0 = Vector128.Load(scales), f1 = Vector128.Load(scales + 4);
        if (groups == 2)
        {
            NeonPairs.Store(requantize.ToInt8(s00, s01, s10, s11, f0, f1, f0, f1), output0, output1, columns, scratch);
            return;
        }
        Vector128<float> f2 = Vector128.Load(scales + 8), f3 = Vector128.Load(scales + 12);
        Vector128<sbyte> y0 = requantize.ToInt8(s00, s01, s02, s03, f0, f1, f2, f3), y1 = requantize.ToInt8(s10, s11, s12, s13, f0, f1, f2, f3);
        if (groups > 4 || columns == 16)
        {
            y0.Store(output0);
            y1.Store(output1);
        }
        else
        {
            NeonStore.First(y0, output0, columns, scratch);
            NeonStore.First(y1, output1, columns, scratch);
        }
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

    private readonly struct Width32 : IWidth
    {
        public static int Groups => 8;
    }

    private readonly struct Width40 : IWidth
    {
        public static int Groups => 10;
    }

    private readonly struct Width48 : IWidth
    {
        public static int Groups => 12;
    }
}
