using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace EdgeKit.Runtime.Kernels.Arm;

/// <summary>
/// INT8 3 x 3 depthwise convolution without the dot product extension, 8 channels at a time with their weights in registers. Inside the map four outputs at stride 1, or two at stride 2,
/// share the columns they have in common; towards the edges each output picks its columns or padding.
/// </summary>
internal static unsafe class NeonDepthwise3x3Int8
{
    private const int Channels = 8, Size = 3;

    /// <summary>Bytes of a packed block: biases, scales, nine taps.</summary>
    private const int BlockBytes = Channels * (8 + Size * Size);

    public static KernelEntry Stride1 => Of(1, &RunStride1);

    public static KernelEntry Stride2 => Of(2, &RunStride2);

    private static KernelEntry Of(int stride, delegate*<DepthwiseInt8Call*, void> function) => new()
    {
        Family = KernelFamily.DepthwiseInt8,
        Isa = KernelIsa.Neon,
        Supported = AdvSimd.Arm64.IsSupported,
        KernelSize = Size,
        Stride = stride,
        RowTile = 1,
        ColumnTile = Channels,
        DepthUnit = 1,
        Function = function,
    };

    private static void RunStride1(DepthwiseInt8Call* call)
    {
        if (call->Channels < Channels) NeonDepthwiseInt8.Run(call);
        else if (call->Min == sbyte.MinValue && call->Max == sbyte.MaxValue) RunStride1<WholeRange>(call);
        else RunStride1<ClampedRange>(call);
    }

    private static void RunStride2(DepthwiseInt8Call* call)
    {
        if (call->Channels < Channels) NeonDepthwiseInt8.Run(call);
        else if (call->Min == sbyte.MinValue && call->Max == sbyte.MaxValue) RunStride2<WholeRange>(call);
        else RunStride2<ClampedRange>(call);
    }

    private static void RunStride1<TRange>(DepthwiseInt8Call* call) where TRange : struct, IOutputRange
    {
        var requantize = new NeonRequantize<TRange>(call->ZeroPoint, call->Min, call->Max);
        nint s = call->InputStride, s2 = 2 * s, s3 = 3 * s, s4 = 4 * s, s5 = 5 * s, outputStride = call->OutputStride;
        int width = call->OutputWidth;
        int firstInside = call->PadLeft, lastInside = int.Min(width, call->InputWidth + call->PadLeft - Size + 1) - 4;
        for (int start = 0; start < call->Channels; start += Channels)
        {
            byte* block = call->Weights + start / Channels * BlockBytes;
            Vector128<int> b0 = Vector128.Load((int*)block), b1 = Vector128.Load((int*)block + 4);
            Vector128<float> f0 = Vector128.Load((float*)block + 8), f1 = Vector128.Load((float*)block + 12);
            sbyte* w = (sbyte*)block + 8 * Channels;
            Vector64<sbyte> w0 = Vector64.Load(w), w1 = Vector64.Load(w + 8), w2 = Vector64.Load(w + 16), w3 = Vector64.Load(w + 24), w4 = Vector64.Load(w + 32);
            Vector64<sbyte> w5 = Vector64.Load(w + 40), w6 = Vector64.Load(w + 48), w7 = Vector64.Load(w + 56), w8 = Vector64.Load(w + 64);
            int first = PanelPacking.FirstColumn(start, Channels, call->Channels);
            sbyte* padding = call->Padding + first, output = call->Output + first;
            sbyte* r0 = call->Rows[0] + first - call->PadLeft * s, r1 = call->Rows[1] + first - call->PadLeft * s, r2 = call->Rows[2] + first - call->PadLeft * s;
            int x = 0;
            while (true)
            {
                if (x >= firstInside) for (; x <= lastInside; x += 4)
                {
                    Vector128<int> s00 = b0, s01 = b1, s10 = b0, s11 = b1, s20 = b0, s21 = b1, s30 = b0, s31 = b1;
                    Vector64<sbyte> x0 = Vector64.Load(r0), x1 = Vector64.Load(r0 + s), x2 = Vector64.Load(r0 + s2), x3, x4, x5;
                    Vector128<short> p0, p1, p2, p3;
                    NeonPairs.Add(ref s00, ref s01, x0, w0, x1, w1);
                    p0 = AdvSimd.MultiplyWideningLower(x2, w2);
                    x3 = Vector64.Load(r0 + s3);
                    NeonPairs.Add(ref s10, ref s11, x1, w0, x2, w1);
                    p1 = AdvSimd.MultiplyWideningLower(x3, w2);
                    x4 = Vector64.Load(r0 + s4);
                    NeonPairs.Add(ref s20, ref s21, x2, w0, x3, w1);
                    p2 = AdvSimd.MultiplyWideningLower(x4, w2);
                    x5 = Vector64.Load(r0 + s5);
                    NeonPairs.Add(ref s30, ref s31, x3, w0, x4, w1);
                    p3 = AdvSimd.MultiplyWideningLower(x5, w2);

                    x0 = Vector64.Load(r1);
                    x1 = Vector64.Load(r1 + s);
                    x2 = Vector64.Load(r1 + s2);
                    NeonPairs.Add(ref s00, ref s01, AdvSimd.MultiplyWideningLowerAndAdd(p0, x0, w3));
                    NeonPairs.Add(ref s00, ref s01, x1, w4, x2, w5);
                    x3 = Vector64.Load(r1 + s3);
                    NeonPairs.Add(ref s10, ref s11, AdvSimd.MultiplyWideningLowerAndAdd(p1, x1, w3));
                    NeonPairs.Add(ref s10, ref s11, x2, w4, x3, w5);
                    x4 = Vector64.Load(r1 + s4);
                    NeonPairs.Add(ref s20, ref s21, AdvSimd.MultiplyWideningLowerAndAdd(p2, x2, w3));
                    NeonPairs.Add(ref s20, ref s21, x3, w4, x4, w5);
                    x5 = Vector64.Load(r1 + s5);
                    NeonPairs.Add(ref s30, ref s31, AdvSimd.MultiplyWideningLowerAndAdd(p3, x3, w3));
                    NeonPairs.Add(ref s30, ref s31, x4, w4, x5, w5);

                    x0 = Vector64.Load(r2);
                    x1 = Vector64.Load(r2 + s);
                    x2 = Vector64.Load(r2 + s2);
                    NeonPairs.Add(ref s00, ref s01, x0, w6, x1, w7);
                    NeonPairs.Add(ref s00, ref s01, AdvSimd.MultiplyWideningLower(x2, w8));
                    x3 = Vector64.Load(r2 + s3);
                    NeonPairs.Add(ref s10, ref s11, x1, w6, x2, w7);
                    NeonPairs.Add(ref s10, ref s11, AdvSimd.MultiplyWideningLower(x3, w8));
                    x4 = Vector64.Load(r2 + s4);
                    NeonPairs.Add(ref s20, ref s21, x2, w6, x3, w7);
                    NeonPairs.Add(ref s20, ref s21, AdvSimd.MultiplyWideningLower(x4, w8));
                    x5 = Vector64.Load(r2 + s5);
                    NeonPairs.Add(ref s30, ref s31, x3, w6, x4, w7);
                    NeonPairs.Add(ref s30, ref s31, AdvSimd.MultiplyWideningLower(x5, w8));

                    NeonPairs.Store(requantize.ToInt8(s00, s01, s10, s11, f0, f1, f0, f1), output, output + outputStride);
                    output += 2 * outputStride;
                    NeonPairs.Store(requantize.ToInt8(s20, s21, s30, s31, f0, f1, f0, f1), output, output + outputStride);
                    output += 2 * outputStride;
                    r0 += s4;
                    r1 += s4;
                    r2 += s4;
                }
                if (x >= width) break;
                int column = x - call->PadLeft;
                bool in0 = (uint)column < (uint)call->InputWidth, in1 = (uint)(column + 1) < (uint)call->InputWidth, in2 = (uint)(column + 2) < (uint)call->InputWidth;
                Vector128<int> s0 = b0, s1 = b1;
                Vector64<sbyte> x00 = Vector64.Load(in0 ? r0 : padding), x01 = Vector64.Load(in1 ? r0 + s : padding), x02 = Vector64.Load(in2 ? r0 + s2 : padding);
                Vector64<sbyte> x10 = Vector64.Load(in0 ? r1 : padding), x11 = Vector64.Load(in1 ? r1 + s : padding), x12 = Vector64.Load(in2 ? r1 + s2 : padding);
                Vector64<sbyte> x20 = Vector64.Load(in0 ? r2 : padding), x21 = Vector64.Load(in1 ? r2 + s : padding), x22 = Vector64.Load(in2 ? r2 + s2 : padding);
                NeonPairs.Add(ref s0, ref s1, x00, w0, x01, w1);
                NeonPairs.Add(ref s0, ref s1, x02, w2, x10, w3);
                NeonPairs.Add(ref s0, ref s1, x11, w4, x12, w5);
                NeonPairs.Add(ref s0, ref s1, x20, w6, x21, w7);
                NeonPairs.Add(ref s0, ref s1, AdvSimd.MultiplyWideningLower(x22, w8));
                requantize.ToInt8(s0, s1, s0, s1, f0, f1, f0, f1).GetLower().Store(output);
                output += outputStride;
                r0 += s;
                r1 += s;
                r2 += s;
                x++;
            }
        }
    }

    private static void RunStride2<TRange>(DepthwiseInt8Call* call) where TRange : struct, IOutputRange
    {
        var requantize = new NeonRequantize<TRange>(call->ZeroPoint, call->Min, call->Max);
        nint s = call->InputStride, s2 = 2 * s, s3 = 3 * s, s4 = 4 * s, outputStride = call->OutputStride;
        int width = call->OutputWidth;
        int firstInside = (call->PadLeft + 1) / 2, lastInside = int.Min(width, (call->InputWidth + call->PadLeft - Size) / 2 + 1) - 2;
        for (int start = 0; start < call->Channels; start += Channels)
        {
            byte* block = call->Weights + start / Channels * BlockBytes;
            Vector128<int> b0 = Vector128.Load((int*)block), b1 = Vector128.Load((int*)block + 4);
            Vector128<float> f0 = Vector128.Load((float*)block + 8), f1 = Vector128.Load((float*)block + 12);
            sbyte* w = (sbyte*)block + 8 * Channels;
            Vector64<sbyte> w0 = Vector64.Load(w), w1 = Vector64.Load(w + 8), w2 = Vector64.Load(w + 16), w3 = Vector64.Load(w + 24), w4 = Vector64.Load(w + 32);
            Vector64<sbyte> w5 = Vector64.Load(w + 40), w6 = Vector64.Load(w + 48), w7 = Vector64.Load(w + 56), w8 = Vector64.Load(w + 64);
            int first = PanelPacking.FirstColumn(start, Channels, call->Channels);
            sbyte* padding = call->Padding + first, output = call->Output + first;
            sbyte* r0 = call->Rows[0] + first - call->PadLeft * s, r1 = call->Rows[1] + first - call->PadLeft * s, r2 = call->Rows[2] + first - call->PadLeft * s;
            int x = 0;
            while (true)
            {
                if (x >= firstInside) for (; x <= lastInside; x += 2)
                {
                    Vector128<int> s00 = b0, s01 = b1, s10 = b0, s11 = b1;
                    Vector64<sbyte> x0 = Vector64.Load(r0), x1 = Vector64.Load(r0 + s), x2 = Vector64.Load(r0 + s2), x3 = Vector64.Load(r0 + s3), x4 = Vector64.Load(r0 + s4);
                    NeonPairs.Add(ref s00, ref s01, x0, w0, x1, w1);
                    NeonPairs.Add(ref s10, ref s11, x2, w0, x3, w1);
                    Vector128<short> p0 = AdvSimd.MultiplyWideningLower(x2, w2), p1 = AdvSimd.MultiplyWideningLower(x4, w2);

                    x0 = Vector64.Load(r1);
                    x1 = Vector64.Load(r1 + s);
                    x2 = Vector64.Load(r1 + s2);
                    x3 = Vector64.Load(r1 + s3);
                    x4 = Vector64.Load(r1 + s4);
                    NeonPairs.Add(ref s00, ref s01, AdvSimd.MultiplyWideningLowerAndAdd(p0, x0, w3));
                    NeonPairs.Add(ref s10, ref s11, AdvSimd.MultiplyWideningLowerAndAdd(p1, x2, w3));
                    NeonPairs.Add(ref s00, ref s01, x1, w4, x2, w5);
                    NeonPairs.Add(ref s10, ref s11, x3, w4, x4, w5);

                    x0 = Vector64.Load(r2);
                    x1 = Vector64.Load(r2 + s);
                    x2 = Vector64.Load(r2 + s2);
                    x3 = Vector64.Load(r2 + s3);
                    x4 = Vector64.Load(r2 + s4);
                    NeonPairs.Add(ref s00, ref s01, x0, w6, x1, w7);
                    NeonPairs.Add(ref s10, ref s11, x2, w6, x3, w7);
                    NeonPairs.Add(ref s00, ref s01, AdvSimd.MultiplyWideningLower(x2, w8));
                    NeonPairs.Add(ref s10, ref s11, AdvSimd.MultiplyWideningLower(x4, w8));

                    NeonPairs.Store(requantize.ToInt8(s00, s01, s10, s11, f0, f1, f0, f1), output, output + outputStride);
                    output += 2 * outputStride;
                    r0 += s4;
                    r1 += s4;
                    r2 += s4;
                }
                if (x >= width) break;
                int column = 2 * x - call->PadLeft;
                bool in0 = (uint)column < (uint)call->InputWidth, in1 = (uint)(column + 1) < (uint)call->InputWidth, in2 = (uint)(column + 2) < (uint)call->InputWidth;
                Vector128<int> s0 = b0, s1 = b1;
                Vector64<sbyte> x00 = Vector64.Load(in0 ? r0 : padding), x01 = Vector64.Load(in1 ? r0 + s : padding), x02 = Vector64.Load(in2 ? r0 + s2 : padding);
                Vector64<sbyte> x10 = Vector64.Load(in0 ? r1 : padding), x11 = Vector64.Load(in1 ? r1 + s : padding), x12 = Vector64.Load(in2 ? r1 + s2 : padding);
                Vector64<sbyte> x20 = Vector64.Load(in0 ? r2 : padding), x21 = Vector64.Load(in1 ? r2 + s : padding), x22 = Vector64.Load(in2 ? r2 + s2 : padding);
                NeonPairs.Add(ref s0, ref s1, x00, w0, x01, w1);
                NeonPairs.Add(ref s0, ref s1, x02, w2, x10, w3);
                NeonPairs.Add(ref s0, ref s1, x11, w4, x12, w5);
                NeonPairs.Add(ref s0, ref s1, x20, w6, x21, w7);
                NeonPairs.Add(ref s0, ref s1, AdvSimd.MultiplyWideningLower(x22, w8));
                requantize.ToInt8(s0, s1, s0, s1, f0, f1, f0, f1).GetLower().Store(output);
                output += outputStride;
                r0 += s2;
                r1 += s2;
                r2 += s2;
                x++;
            }
        }
    }
}
