using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace EdgeKit.Runtime.Kernels.Arm;

/// <summary>
/// INT8 3 x 3 depthwise convolution with the dot product extension, 16 channels at a time, the block's weights in 12 registers. An input column's three rows are interleaved once, so that
/// each 32-bit lane holds one channel's three taps and sdot takes them in one step; at stride 1 a column serves three outputs.
/// </summary>
internal static unsafe class DotProdDepthwise3x3Int8
{
    private const int Channels = 16, Size = 3, Unit = 4;

    /// <summary>Bytes of a packed block: biases, scales, three kernel columns of four slots.</summary>
    private const int BlockBytes = Channels * (8 + Size * Unit);

    public static KernelEntry Stride1 => Of(1, &RunStride1);

    public static KernelEntry Stride2 => Of(2, &RunStride2);

    private static KernelEntry Of(int stride, delegate*<DepthwiseInt8Call*, void> function) => new()
    {
        Family = KernelFamily.DepthwiseInt8,
        Isa = KernelIsa.DotProd,
        Supported = Dp.IsSupported,
        KernelSize = Size,
        Stride = stride,
        RowTile = 1,
        ColumnTile = Channels,
        DepthUnit = Unit,
        TapOrder = TapOrder.Columns,
        Function = function,
    };

    private static void RunStride1(DepthwiseInt8Call* call)
    {
        if (call->Min == sbyte.MinValue && call->Max == sbyte.MaxValue) RunStride1<WholeRange>(call);
        else RunStride1<ClampedRange>(call);
    }

    private static void RunStride2(DepthwiseInt8Call* call)
    {
        if (call->Min == sbyte.MinValue && call->Max == sbyte.MaxValue) RunStride2<WholeRange>(call);
        else RunStride2<ClampedRange>(call);
    }

    private static void RunStride1<TRange>(DepthwiseInt8Call* call) where TRange : struct, IOutputRange
    {
        sbyte* scratch = stackalloc sbyte[Channels];
        var requantize = new NeonRequantize<TRange>(call->ZeroPoint, call->Min, call->Max);
        nint stride = call->InputStride, outputStride = call->OutputStride;
        int channels = int.Min(Channels, call->Channels);
        for (int start = 0; start < call->Channels; start += Channels)
        {
            int first = PanelPacking.FirstColumn(start, Channels, call->Channels);
            var bias = (int*)(call->Weights + start / Channels * BlockBytes);
            float* scales = (float*)bias + Channels;
            LoadWeights((sbyte*)(scales + Channels), out Vector128<sbyte> w00, out Vector128<sbyte> w01, out Vector128<sbyte> w02, out Vector128<sbyte> w03,
                out Vector128<sbyte> w10, out Vector128<sbyte> w11, out Vector128<sbyte> w12, out Vector128<sbyte> w13,
                out Vector128<sbyte> w20, out Vector128<sbyte> w21, out Vector128<sbyte> w22, out Vector128<sbyte> w23);
            sbyte* r0 = call->Rows[0] + first, r1 = call->Rows[1] + first, r2 = call->Rows[2] + first, padding = call->Padding + first, output = call->Output + first;
            Vector128<int> s0, s1, s2, s3;
            Vector128<sbyte> p0, p1, p2, p3, q0, q1, q2, q3, n0, n1, n2, n3;

            // Columns p, q and n of the first output; from there on one new column an output.
            int column = -call->PadLeft;
            if ((uint)column < (uint)call->InputWidth) DotProdColumns.Interleave(r0 + column * stride, r1 + column * stride, r2 + column * stride, out p0, out p1, out p2, out p3);
            else DotProdColumns.Interleave(padding, padding, padding, out p0, out p1, out p2, out p3);
            column++;
            if ((uint)column < (uint)call->InputWidth) DotProdColumns.Interleave(r0 + column * stride, r1 + column * stride, r2 + column * stride, out q0, out q1, out q2, out q3);
            else DotProdColumns.Interleave(padding, padding, padding, out q0, out q1, out q2, out q3);
            column++;
            r0 += column * stride;
            r1 += column * stride;
            r2 += column * stride;
            int x = 0, inside = column < 0 ? 0 : int.Min(call->OutputWidth, call->InputWidth - column);
            for (; x <= inside - 3; x += 3)
            {
                DotProdColumns.Interleave(r0, r1, r2, out n0, out n1, out n2, out n3);
                DotProdColumns.Start(bias, w00, w01, w02, w03, p0, p1, p2, p3, out s0, out s1, out s2, out s3);
                DotProdColumns.Add(w10, w11, w12, w13, q0, q1, q2, q3, ref s0, ref s1, ref s2, ref s3);
                DotProdColumns.Add(w20, w21, w22, w23, n0, n1, n2, n3, ref s0, ref s1, ref s2, ref s3);
                DotProdColumns.Store(requantize, s0, s1, s2, s3, scales, output, channels, scratch);

                DotProdColumns.Interleave(r0 + stride, r1 + stride, r2 + stride, out p0, out p1, out p2, out p3);
                DotProdColumns.Start(bias, w00, w01, w02, w03, q0, q1, q2, q3, out s0, out s1, out s2, out s3);
                DotProdColumns.Add(w10, w11, w12, w13, n0, n1, n2, n3, ref s0, ref s1, ref s2, ref s3);
                DotProdColumns.Add(w20, w21, w22, w23, p0, p1, p2, p3, ref s0, ref s1, ref s2, ref s3);
                DotProdColumns.Store(requantize, s0, s1, s2, s3, scales, output + outputStride, channels, scratch);

                DotProdColumns.Interleave(r0 + 2 * stride, r1 + 2 * stride, r2 + 2 * stride, out q0, out q1, out q2, out q3);
                DotProdColumns.Start(bias, w00, w01, w02, w03, n0, n1, n2, n3, out s0, out s1, out s2, out s3);
                DotProdColumns.Add(w10, w11, w12, w13, p0, p1, p2, p3, ref s0, ref s1, ref s2, ref s3);
                DotProdColumns.Add(w20, w21, w22, w23, q0, q1, q2, q3, ref s0, ref s1, ref s2, ref s3);
                DotProdColumns.Store(requantize, s0, s1, s2, s3, scales, output + 2 * outputStride, channels, scratch);
                r0 += 3 * stride;
                r1 += 3 * stride;
                r2 += 3 * stride;
                output += 3 * outputStride;
            }
            for (column += x; x < call->OutputWidth; x++, column++)
            {
                if ((uint)column < (uint)call->InputWidth) DotProdColumns.Interleave(r0, r1, r2, out n0, out n1, out n2, out n3);
                else DotProdColumns.Interleave(padding, padding, padding, out n0, out n1, out n2, out n3);
                DotProdColumns.Start(bias, w00, w01, w02, w03, p0, p1, p2, p3, out s0, out s1, out s2, out s3);
                DotProdColumns.Add(w10, w11, w12, w13, q0, q1, q2, q3, ref s0, ref s1, ref s2, ref s3);
                DotProdColumns.Add(w20, w21, w22, w23, n0, n1, n2, n3, ref s0, ref s1, ref s2, ref s3);
                DotProdColumns.Store(requantize, s0, s1, s2, s3, scales, output, channels, scratch);
                (p0, p1, p2, p3) = (q0, q1, q2, q3);
                (q0, q1, q2, q3) = (n0, n1, n2, n3);
                r0 += stride;
                r1 += stride;
                r2 += stride;
                output += outputStride;
            }
        }
    }

    private static void RunStride2<TRange>(DepthwiseInt8Call* call) where TRange : struct, IOutputRange
    {
        sbyte* scratch = stackalloc sbyte[Channels];
        var requantize = new NeonRequantize<TRange>(call->ZeroPoint, call->Min, call->Max);
        nint stride = call->InputStride, outputStride = call->OutputStride;
        int channels = int.Min(Channels, call->Channels);
        for (int start = 0; start < call->Channels; start += Channels)
        {
            int first = PanelPacking.FirstColumn(start, Channels, call->Channels);
            var bias = (int*)(call->Weights + start / Channels * BlockBytes);
            float* scales = (float*)bias + Channels;
            LoadWeights((sbyte*)(scales + Channels), out Vector128<sbyte> w00, out Vector128<sbyte> w01, out Vector128<sbyte> w02, out Vector128<sbyte> w03,
                out Vector128<sbyte> w10, out Vector128<sbyte> w11, out Vector128<sbyte> w12, out Vector128<sbyte> w13,
                out Vector128<sbyte> w20, out Vector128<sbyte> w21, out Vector128<sbyte> w22, out Vector128<sbyte> w23);
            sbyte* r0 = call->Rows[0] + first, r1 = call->Rows[1] + first, r2 = call->Rows[2] + first, padding = call->Padding + first, output = call->Output + first;
            Vector128<int> s0, s1, s2, s3;
            Vector128<sbyte> c0, c1, c2, c3;

            // The last column of one output is the first of the next, so its products start the next sum at once.
            int column = -call->PadLeft;
            if ((uint)column < (uint)call->InputWidth) DotProdColumns.Interleave(r0 + column * stride, r1 + column * stride, r2 + column * stride, out c0, out c1, out c2, out c3);
            else DotProdColumns.Interleave(padding, padding, padding, out c0, out c1, out c2, out c3);
            DotProdColumns.Start(bias, w00, w01, w02, w03, c0, c1, c2, c3, out s0, out s1, out s2, out s3);
            column++;
            r0 += column * stride;
            r1 += column * stride;
            r2 += column * stride;
            int x = 0, inside = column < 0 ? 0 : int.Min(call->OutputWidth, (call->InputWidth - column) / 2);
            for (; x < inside; x++)
            {
                DotProdColumns.Interleave(r0, r1, r2, out c0, out c1, out c2, out c3);
                DotProdColumns.Add(w10, w11, w12, w13, c0, c1, c2, c3, ref s0, ref s1, ref s2, ref s3);
                DotProdColumns.Interleave(r0 + stride, r1 + stride, r2 + stride, out c0, out c1, out c2, out c3);
                DotProdColumns.Add(w20, w21, w22, w23, c0, c1, c2, c3, ref s0, ref s1, ref s2, ref s3);
                DotProdColumns.Store(requantize, s0, s1, s2, s3, scales, output, channels, scratch);
                DotProdColumns.Start(bias, w00, w01, w02, w03, c0, c1, c2, c3, out s0, out s1, out s2, out s3);
                r0 += 2 * stride;
                r1 += 2 * stride;
                r2 += 2 * stride;
                output += outputStride;
            }
            for (column += 2 * x; x < call->OutputWidth; x++, column += 2)
            {
                if ((uint)column < (uint)call->InputWidth) DotProdColumns.Interleave(r0, r1, r2, out c0, out c1, out c2, out c3);
                else DotProdColumns.Interleave(padding, padding, padding, out c0, out c1, out c2, out c3);
                DotProdColumns.Add(w10, w11, w12, w13, c0, c1, c2, c3, ref s0, ref s1, ref s2, ref s3);
                if ((uint)(column + 1) < (uint)call->InputWidth) DotProdColumns.Interleave(r0 + stride, r1 + stride, r2 + stride, out c0, out c1, out c2, out c3);
                else DotProdColumns.Interleave(padding, padding, padding, out c0, out c1, out c2, out c3);
                DotProdColumns.Add(w20, w21, w22, w23, c0, c1, c2, c3, ref s0, ref s1, ref s2, ref s3);
                DotProdColumns.Store(requantize, s0, s1, s2, s3, scales, output, channels, scratch);
                DotProdColumns.Start(bias, w00, w01, w02, w03, c0, c1, c2, c3, out s0, out s1, out s2, out s3);
                r0 += 2 * stride;
                r1 += 2 * stride;
                r2 += 2 * stride;
                output += outputStride;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void LoadWeights(sbyte* w, out Vector128<sbyte> w00, out Vector128<sbyte> w01, out Vector128<sbyte> w02, out Vector128<sbyte> w03,
        out Vector128<sbyte> w10, out Vector128<sbyte> w11, out Vector128<sbyte> w12, out Vector128<sbyte> w13,
        out Vector128<sbyte> w20, out Vector128<sbyte> w21, out Vector128<sbyte> w22, out Vector128<sbyte> w23)
    {
        (w00, w01) = AdvSimd.Arm64.LoadPairVector128(w);
        (w02, w03) = AdvSimd.Arm64.LoadPairVector128(w + 32);
        (w10, w11) = AdvSimd.Arm64.LoadPairVector128(w + 64);
        (w12, w13) = AdvSimd.Arm64.LoadPairVector128(w + 96);
        (w20, w21) = AdvSimd.Arm64.LoadPairVector128(w + 128);
        (w22, w23) = AdvSimd.Arm64.LoadPairVector128(w + 160);
    }
}
