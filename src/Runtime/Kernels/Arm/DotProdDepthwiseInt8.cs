using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace EdgeKit.Runtime.Kernels.Arm;

/// <summary>
/// INT8 3 x 3 depthwise convolution with the dot product extension, 16 channels at a time. An input column's three rows are interleaved once, so that each 32-bit lane holds one channel's
/// three taps and sdot takes them in one step; at stride 1 a column serves three outputs.
/// </summary>
internal static unsafe class DotProdDepthwiseInt8
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
        TapsByColumn = true,
        Function = function,
    };

    private static void RunStride1(DepthwiseInt8Call* call)
    {
        if (call->Min == sbyte.MinValue && call->Max == sbyte.MaxValue) RunStride1<WholeRange>(call);
        else RunStride1<ClampedRange>(call);
    }

    private static void RunStride1<TRange>(DepthwiseInt8Call* call) where TRange : struct, IOutputRange
    {
        sbyte* scratch = stackalloc sbyte[Channels];
        var requantize = new NeonRequantize<TRange>(call->ZeroPoint, call->Min, call->Max);
        for (int start = 0; start < call->Channels; start += Channels)
        {
            int first = PanelPacking.FirstColumn(start, Channels, call->Channels), channels = int.Min(Channels, call->Channels);
            var bias = (int*)(call->Weights + start / Channels * BlockBytes);
            var scales = (float*)bias + Channels;
            var w = (sbyte*)(scales + Channels);
            Vector128<sbyte> w00 = Vector128.Load(w + 0), w01 = Vector128.Load(w + 16), w02 = Vector128.Load(w + 32), w03 = Vector128.Load(w + 48);
            Vector128<sbyte> w10 = Vector128.Load(w + 64), w11 = Vector128.Load(w + 80), w12 = Vector128.Load(w + 96), w13 = Vector128.Load(w + 112);
            Vector128<sbyte> w20 = Vector128.Load(w + 128), w21 = Vector128.Load(w + 144), w22 = Vector128.Load(w + 160), w23 = Vector128.Load(w + 176);
            sbyte* r0 = call->Rows[0] + first, r1 = call->Rows[1] + first, r2 = call->Rows[2] + first, padding = call->Padding + first;
            sbyte* output = call->Output + first;
            nint stride = call->InputStride, outputStride = call->OutputStride;
            Vector128<int> s0, s1, s2, s3;
            Vector128<float> f0, f1, f2, f3;
            Vector128<sbyte> y;
            Vector128<sbyte> p0, p1, p2, p3, q0, q1, q2, q3, n0, n1, n2, n3;
            // The next column to read, and how many outputs have it inside the map.
            int column = -call->PadLeft;
            if (column >= 0) Column(r0 + column * stride, r1 + column * stride, r2 + column * stride, out p0, out p1, out p2, out p3);
            else Column(padding, padding, padding, out p0, out p1, out p2, out p3);
            column++;
            if ((uint)column < (uint)call->InputWidth) Column(r0 + column * stride, r1 + column * stride, r2 + column * stride, out q0, out q1, out q2, out q3);
            else Column(padding, padding, padding, out q0, out q1, out q2, out q3);
            column++;
            int x = 0, inside = column < 0 ? 0 : int.Min(call->OutputWidth, call->InputWidth - column);
            r0 += column * stride;
            r1 += column * stride;
            r2 += column * stride;
            for (; x <= inside - 3; x += 3)
            {
                Column(r0, r1, r2, out n0, out n1, out n2, out n3);
                (s0, s1) = AdvSimd.Arm64.LoadPairVector128(bias);
                (s2, s3) = AdvSimd.Arm64.LoadPairVector128(bias + 8);
                s0 = Dp.DotProduct(s0, w00, p0);
                s1 = Dp.DotProduct(s1, w01, p1);
                s2 = Dp.DotProduct(s2, w02, p2);
                s3 = Dp.DotProduct(s3, w03, p3);
                s0 = Dp.DotProduct(s0, w10, q0);
                s1 = Dp.DotProduct(s1, w11, q1);
                s2 = Dp.DotProduct(s2, w12, q2);
                s3 = Dp.DotProduct(s3, w13, q3);
                s0 = Dp.DotProduct(s0, w20, n0);
                s1 = Dp.DotProduct(s1, w21, n1);
                s2 = Dp.DotProduct(s2, w22, n2);
                s3 = Dp.DotProduct(s3, w23, n3);
                (f0, f1) = AdvSimd.Arm64.LoadPairVector128(scales);
                (f2, f3) = AdvSimd.Arm64.LoadPairVector128(scales + 8);
                y = requantize.ToInt8(s0, s1, s2, s3, f0, f1, f2, f3);
                if (channels == Channels) y.Store(output);
                else NeonStore.First(y, output, channels, scratch);
                output += outputStride;
                Column(r0 + stride, r1 + stride, r2 + stride, out p0, out p1, out p2, out p3);
                (s0, s1) = AdvSimd.Arm64.LoadPairVector128(bias);
                (s2, s3) = AdvSimd.Arm64.LoadPairVector128(bias + 8);
                s0 = Dp.DotProduct(s0, w00, q0);
                s1 = Dp.DotProduct(s1, w01, q1);
                s2 = Dp.DotProduct(s2, w02, q2);
                s3 = Dp.DotProduct(s3, w03, q3);
                s0 = Dp.DotProduct(s0, w10, n0);
                s1 = Dp.DotProduct(s1, w11, n1);
                s2 = Dp.DotProduct(s2, w12, n2);
                s3 = Dp.DotProduct(s3, w13, n3);
                s0 = Dp.DotProduct(s0, w20, p0);
                s1 = Dp.DotProduct(s1, w21, p1);
                s2 = Dp.DotProduct(s2, w22, p2);
                s3 = Dp.DotProduct(s3, w23, p3);
                (f0, f1) = AdvSimd.Arm64.LoadPairVector128(scales);
                (f2, f3) = AdvSimd.Arm64.LoadPairVector128(scales + 8);
                y = requantize.ToInt8(s0, s1, s2, s3, f0, f1, f2, f3);
                if (channels == Channels) y.Store(output);
                else NeonStore.First(y, output, channels, scratch);
                output += outputStride;
                Column(r0 + 2 * stride, r1 + 2 * stride, r2 + 2 * stride, out q0, out q1, out q2, out q3);
                (s0, s1) = AdvSimd.Arm64.LoadPairVector128(bias);
                (s2, s3) = AdvSimd.Arm64.LoadPairVector128(bias + 8);
                s0 = Dp.DotProduct(s0, w00, n0);
                s1 = Dp.DotProduct(s1, w01, n1);
                s2 = Dp.DotProduct(s2, w02, n2);
                s3 = Dp.DotProduct(s3, w03, n3);
                s0 = Dp.DotProduct(s0, w10, p0);
                s1 = Dp.DotProduct(s1, w11, p1);
                s2 = Dp.DotProduct(s2, w12, p2);
                s3 = Dp.DotProduct(s3, w13, p3);
                s0 = Dp.DotProduct(s0, w20, q0);
                s1 = Dp.DotProduct(s1, w21, q1);
                s2 = Dp.DotProduct(s2, w22, q2);
                s3 = Dp.DotProduct(s3, w23, q3);
                (f0, f1) = AdvSimd.Arm64.LoadPairVector128(scales);
                (f2, f3) = AdvSimd.Arm64.LoadPairVector128(scales + 8);
                y = requantize.ToInt8(s0, s1, s2, s3, f0, f1, f2, f3);
                if (channels == Channels) y.Store(output);
                else NeonStore.First(y, output, channels, scratch);
                output += outputStride;
                r0 += 3 * stride;
                r1 += 3 * stride;
                r2 += 3 * stride;
            }
            for (column += x; x < call->OutputWidth; x++, column++)
            {
                if ((uint)column < (uint)call->InputWidth) Column(r0, r1, r2, out n0, out n1, out n2, out n3);
                else Column(padding, padding, padding, out n0, out n1, out n2, out n3);
                (s0, s1) = AdvSimd.Arm64.LoadPairVector128(bias);
                (s2, s3) = AdvSimd.Arm64.LoadPairVector128(bias + 8);
                s0 = Dp.DotProduct(s0, w00, p0);
                s1 = Dp.DotProduct(s1, w01, p1);
                s2 = Dp.DotProduct(s2, w02, p2);
                s3 = Dp.DotProduct(s3, w03, p3);
                s0 = Dp.DotProduct(s0, w10, q0);
                s1 = Dp.DotProduct(s1, w11, q1);
                s2 = Dp.DotProduct(s2, w12, q2);
                s3 = Dp.DotProduct(s3, w13, q3);
                s0 = Dp.DotProduct(s0, w20, n0);
                s1 = Dp.DotProduct(s1, w21, n1);
                s2 = Dp.DotProduct(s2, w22, n2);
                s3 = Dp.DotProduct(s3, w23, n3);
                (f0, f1) = AdvSimd.Arm64.LoadPairVector128(scales);
                (f2, f3) = AdvSimd.Arm64.LoadPairVector128(scales + 8);
                y = requantize.ToInt8(s0, s1, s2, s3, f0, f1, f2, f3);
                if (channels == Channels) y.Store(output);
                else NeonStore.First(y, output, channels, scratch);
                output += outputStride;
                (p0, p1, p2, p3) = (q0, q1, q2, q3);
                (q0, q1, q2, q3) = (n0, n1, n2, n3);
                r0 += stride;
                r1 += stride;
                r2 += stride;
            }
        }
    }

    private static void RunStride2(DepthwiseInt8Call* call)
    {
        if (call->Min == sbyte.MinValue && call->Max == sbyte.MaxValue) RunStride2<WholeRange>(call);
        else RunStride2<ClampedRange>(call);
    }

    private static void RunStride2<TRange>(DepthwiseInt8Call* call) where TRange : struct, IOutputRange
    {
        sbyte* scratch = stackalloc sbyte[Channels];
        var requantize = new NeonRequantize<TRange>(call->ZeroPoint, call->Min, call->Max);
        for (int start = 0; start < call->Channels; start += Channels)
        {
            int first = PanelPacking.FirstColumn(start, Channels, call->Channels), channels = int.Min(Channels, call->Channels);
            var bias = (int*)(call->Weights + start / Channels * BlockBytes);
            var scales = (float*)bias + Channels;
            var w = (sbyte*)(scales + Channels);
            Vector128<sbyte> w00 = Vector128.Load(w + 0), w01 = Vector128.Load(w + 16), w02 = Vector128.Load(w + 32), w03 = Vector128.Load(w + 48);
            Vector128<sbyte> w10 = Vector128.Load(w + 64), w11 = Vector128.Load(w + 80), w12 = Vector128.Load(w + 96), w13 = Vector128.Load(w + 112);
            Vector128<sbyte> w20 = Vector128.Load(w + 128), w21 = Vector128.Load(w + 144), w22 = Vector128.Load(w + 160), w23 = Vector128.Load(w + 176);
            sbyte* r0 = call->Rows[0] + first, r1 = call->Rows[1] + first, r2 = call->Rows[2] + first, padding = call->Padding + first;
            sbyte* output = call->Output + first;
            nint stride = call->InputStride, outputStride = call->OutputStride;
            Vector128<int> s0, s1, s2, s3;
            Vector128<float> f0, f1, f2, f3;
            Vector128<sbyte> y;
            Vector128<sbyte> c0, c1, c2, c3;
            int column = -call->PadLeft;
            if (column >= 0) Column(r0 + column * stride, r1 + column * stride, r2 + column * stride, out c0, out c1, out c2, out c3);
            else Column(padding, padding, padding, out c0, out c1, out c2, out c3);
            column++;
            r0 += column * stride;
            r1 += column * stride;
            r2 += column * stride;
            for (int x = 0; x < call->OutputWidth; x++, column += 2)
            {
                // The last column of one output is the first of the next.
                (s0, s1) = AdvSimd.Arm64.LoadPairVector128(bias);
                (s2, s3) = AdvSimd.Arm64.LoadPairVector128(bias + 8);
                s0 = Dp.DotProduct(s0, w00, c0);
                s1 = Dp.DotProduct(s1, w01, c1);
                s2 = Dp.DotProduct(s2, w02, c2);
                s3 = Dp.DotProduct(s3, w03, c3);
                if ((uint)column < (uint)call->InputWidth) Column(r0, r1, r2, out c0, out c1, out c2, out c3);
                else Column(padding, padding, padding, out c0, out c1, out c2, out c3);
                s0 = Dp.DotProduct(s0, w10, c0);
                s1 = Dp.DotProduct(s1, w11, c1);
                s2 = Dp.DotProduct(s2, w12, c2);
                s3 = Dp.DotProduct(s3, w13, c3);
                if ((uint)(column + 1) < (uint)call->InputWidth) Column(r0 + stride, r1 + stride, r2 + stride, out c0, out c1, out c2, out c3);
                else Column(padding, padding, padding, out c0, out c1, out c2, out c3);
                s0 = Dp.DotProduct(s0, w20, c0);
                s1 = Dp.DotProduct(s1, w21, c1);
                s2 = Dp.DotProduct(s2, w22, c2);
                s3 = Dp.DotProduct(s3, w23, c3);
                (f0, f1) = AdvSimd.Arm64.LoadPairVector128(scales);
                (f2, f3) = AdvSimd.Arm64.LoadPairVector128(scales + 8);
                y = requantize.ToInt8(s0, s1, s2, s3, f0, f1, f2, f3);
                if (channels == Channels) y.Store(output);
                else NeonStore.First(y, output, channels, scratch);
                output += outputStride;
                r0 += 2 * stride;
                r1 += 2 * stride;
                r2 += 2 * stride;
            }
        }
    }

    /// <summary>Three rows of a pixel as four vectors of (row 0, row 1, row 2, anything) for each of four channels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Column(sbyte* r0, sbyte* r1, sbyte* r2, out Vector128<sbyte> v0, out Vector128<sbyte> v1, out Vector128<sbyte> v2, out Vector128<sbyte> v3)
    {
        Vector128<sbyte> x0 = Vector128.Load(r0), x1 = Vector128.Load(r1), x2 = Vector128.Load(r2);
        Vector128<short> low01 = AdvSimd.Arm64.ZipLow(x0, x1).AsInt16(), high01 = AdvSimd.Arm64.ZipHigh(x0, x1).AsInt16();
        Vector128<short> low2 = AdvSimd.Arm64.ZipLow(x2, x2).AsInt16(), high2 = AdvSimd.Arm64.ZipHigh(x2, x2).AsInt16();
        v0 = AdvSimd.Arm64.ZipLow(low01, low2).AsSByte();
        v1 = AdvSimd.Arm64.ZipHigh(low01, low2).AsSByte();
        v2 = AdvSimd.Arm64.ZipLow(high01, high2).AsSByte();
        v3 = AdvSimd.Arm64.ZipHigh(high01, high2).AsSByte();
    }
}
