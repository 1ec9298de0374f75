using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace EdgeKit.Runtime.Kernels.Arm;

/// <summary>
/// INT8 5 x 5 depthwise convolution with the dot product extension at any stride, 16 channels at a time. First the input columns of some outputs are interleaved to the stack: of each
/// column the upper four rows, and the last row of it and the next three columns. Then an output is five steps of the former, whose weights stay in 20 registers, and two of the latter,
/// the second for the last row's fifth tap alone.
/// </summary>
internal static unsafe class DotProdDepthwise5x5Int8
{
    private const int Channels = 16, Size = 5, Unit = 4, Groups = Size + 2;

    /// <summary>Outputs at a time, and bytes of an interleaved column: its upper rows, its last row.</summary>
    private const int Outputs = 32, ColumnBytes = 128;

    /// <summary>Bytes of a packed block: biases, scales, seven groups of four slots.</summary>
    private const int BlockBytes = Channels * (8 + Groups * Unit);

    public static KernelEntry Stride1 => Of(1);

    public static KernelEntry Stride2 => Of(2);

    private static KernelEntry Of(int stride) => new()
    {
        Family = KernelFamily.DepthwiseInt8,
        Isa = KernelIsa.DotProd,
        Supported = Dp.IsSupported,
        KernelSize = Size,
        Stride = stride,
        RowTile = 1,
        ColumnTile = Channels,
        DepthUnit = Unit,
        TapOrder = TapOrder.ColumnsThenLastRow,
        Function = (delegate*<DepthwiseInt8Call*, void>)&Run,
    };

    private static void Run(DepthwiseInt8Call* call)
    {
        if (call->Min == sbyte.MinValue && call->Max == sbyte.MaxValue) Run<WholeRange>(call);
        else Run<ClampedRange>(call);
    }

    [SkipLocalsInit]
    private static void Run<TRange>(DepthwiseInt8Call* call) where TRange : struct, IOutputRange
    {
        sbyte* columns = stackalloc sbyte[((Outputs - 1) * 2 + Size) * ColumnBytes];
        for (int start = 0; start < call->Channels; start += Channels)
        {
            int first = PanelPacking.FirstColumn(start, Channels, call->Channels);
            byte* block = call->Weights + start / Channels * BlockBytes;
            for (int x = 0; x < call->OutputWidth; x += Outputs)
            {
                int count = int.Min(Outputs, call->OutputWidth - x);
                Interleave(call, first, x * call->StrideW - call->PadLeft, (count - 1) * call->StrideW + Size, columns);
                Convolve<TRange>(call, block, columns, call->Output + x * call->OutputStride + first, count);
            }
        }
    }

    private static void Interleave(DepthwiseInt8Call* call, int first, int column, int count, sbyte* columns)
    {
        nint stride = call->InputStride;
        sbyte* padding = call->Padding + first;
        Vector128<sbyte> pad = Vector128.Load(padding);
        nint at = column * stride + first;
        sbyte* r0 = call->Rows[0] + at, r1 = call->Rows[1] + at, r2 = call->Rows[2] + at, r3 = call->Rows[3] + at, r4 = call->Rows[4] + at;
        int width = call->InputWidth;
        Vector128<sbyte> y0 = Vector128.Load((uint)column < (uint)width ? r4 : padding);
        Vector128<sbyte> y1 = Vector128.Load((uint)(column + 1) < (uint)width ? r4 + stride : padding);
        Vector128<sbyte> y2 = Vector128.Load((uint)(column + 2) < (uint)width ? r4 + 2 * stride : padding);
        r4 += 3 * stride;
        for (int end = column + count; column < end; column++)
        {
            Vector128<sbyte> v0, v1, v2, v3;
            if ((uint)column < (uint)width) DotProdColumns.Interleave(Vector128.Load(r0), Vector128.Load(r1), Vector128.Load(r2), Vector128.Load(r3), out v0, out v1, out v2, out v3);
            else DotProdColumns.Interleave(pad, pad, pad, pad, out v0, out v1, out v2, out v3);
            v0.Store(columns);
            v1.Store(columns + 16);
            v2.Store(columns + 32);
            v3.Store(columns + 48);
            Vector128<sbyte> y3 = Vector128.Load((uint)(column + 3) < (uint)width ? r4 : padding);
            DotProdColumns.Interleave(y0, y1, y2, y3, out v0, out v1, out v2, out v3);
            v0.Store(columns + 64);
            v1.Store(columns + 80);
            v2.Store(columns + 96);
            v3.Store(columns + 112);
            (y0, y1, y2) = (y1, y2, y3);
            columns += ColumnBytes;
            r0 += stride;
            r1 += stride;
            r2 += stride;
            r3 += stride;
            r4 += stride;
        }
    }

    private static void Convolve<TRange>(DepthwiseInt8Call* call, byte* block, sbyte* columns, sbyte* output, int count) where TRange : struct, IOutputRange
    {
        sbyte* scratch = stackalloc sbyte[Channels];
        var requantize = new NeonRequantize<TRange>(call->ZeroPoint, call->Min, call->Max);
        int channels = int.Min(Channels, call->Channels);
        nint step = call->StrideW * ColumnBytes;
        var bias = (int*)block;
        float* scales = (float*)block + Channels;
        sbyte* w = (sbyte*)block + 8 * Channels;
        (Vector128<sbyte> w00, Vector128<sbyte> w01) = AdvSimd.Arm64.LoadPairVector128(w);
        (Vector128<sbyte> w02, Vector128<sbyte> w03) = AdvSimd.Arm64.LoadPairVector128(w + 32);
        (Vector128<sbyte> w10, Vector128<sbyte> w11) = AdvSimd.Arm64.LoadPairVector128(w + 64);
        (Vector128<sbyte> w12, Vector128<sbyte> w13) = AdvSimd.Arm64.LoadPairVector128(w + 96);
        (Vector128<sbyte> w20, Vector128<sbyte> w21) = AdvSimd.Arm64.LoadPairVector128(w + 128);
        (Vector128<sbyte> w22, Vector128<sbyte> w23) = AdvSimd.Arm64.LoadPairVector128(w + 160);
        (Vector128<sbyte> w30, Vector128<sbyte> w31) = AdvSimd.Arm64.LoadPairVector128(w + 192);
        (Vector128<sbyte> w32, Vector128<sbyte> w33) = AdvSimd.Arm64.LoadPairVector128(w + 224);
        (Vector128<sbyte> w40, Vector128<sbyte> w41) = AdvSimd.Arm64.LoadPairVector128(w + 256);
        (Vector128<sbyte> w42, Vector128<sbyte> w43) = AdvSimd.Arm64.LoadPairVector128(w + 288);
        w += Size * 64;
        for (; count > 0; count--)
        {
            (Vector128<int> s0, Vector128<int> s1) = AdvSimd.Arm64.LoadPairVector128(bias);
            (Vector128<int> s2, Vector128<int> s3) = AdvSimd.Arm64.LoadPairVector128(bias + 8);
            Add(columns, w00, w01, w02, w03, ref s0, ref s1, ref s2, ref s3);
            Add(columns + ColumnBytes, w10, w11, w12, w13, ref s0, ref s1, ref s2, ref s3);
            Add(columns + 2 * ColumnBytes, w20, w21, w22, w23, ref s0, ref s1, ref s2, ref s3);
            Add(columns + 3 * ColumnBytes, w30, w31, w32, w33, ref s0, ref s1, ref s2, ref s3);
            Add(columns + 4 * ColumnBytes, w40, w41, w42, w43, ref s0, ref s1, ref s2, ref s3);
            Add(columns + 64, Vector128.Load(w), Vector128.Load(w + 16), Vector128.Load(w + 32), Vector128.Load(w + 48), ref s0, ref s1, ref s2, ref s3);
            Add(columns + ColumnBytes + 64, Vector128.Load(w + 64), Vector128.Load(w + 80), Vector128.Load(w + 96), Vector128.Load(w + 112), ref s0, ref s1, ref s2, ref s3);
            DotProdColumns.Store(requantize, s0, s1, s2, s3, scales, output, channels, scratch);
            columns += step;
            output += call->OutputStride;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(sbyte* column, Vector128<sbyte> w0, Vector128<sbyte> w1, Vector128<sbyte> w2, Vector128<sbyte> w3,
        ref Vector128<int> s0, ref Vector128<int> s1, ref Vector128<int> s2, ref Vector128<int> s3)
    {
        DotProdColumns.Add(w0, w1, w2, w3, Vector128.Load(column), Vector128.Load(column + 16), Vector128.Load(column + 32), Vector128.Load(column + 48), ref s0, ref s1, ref s2, ref s3);
    }
}
