using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using EdgeKit.Runtime.Kernels.Portable;

namespace EdgeKit.Runtime.Kernels.Arm;

/// <summary>
/// Float 3 x 3 depthwise convolution, 4 channels at a time with their weights in registers. Inside the map four outputs share the columns they have in common;
/// towards the edges each output picks its columns or padding.
/// </summary>
internal static unsafe class NeonDepthwise3x3Float
{
    private const int Channels = 4, Size = 3;

    public static KernelEntry Stride1 => Of(1, &RunStride1);

    public static KernelEntry Stride2 => Of(2, &RunStride2);

    private static KernelEntry Of(int stride, delegate*<DepthwiseFloatCall*, void> function) => new()
    {
        Family = KernelFamily.DepthwiseFloat,
        Isa = KernelIsa.Neon,
        Supported = AdvSimd.Arm64.IsSupported,
        KernelSize = Size,
        Stride = stride,
        RowTile = 1,
        ColumnTile = Channels,
        DepthUnit = 1,
        Function = function,
    };

    private static void RunStride1(DepthwiseFloatCall* call)
    {
        if (call->Channels < Channels)
        {
            ((delegate*<DepthwiseFloatCall*, void>)PortableDepthwiseFloat.Entry128.Function)(call);
            return;
        }
        Vector128<float> low = Vector128.Create(call->Min), high = Vector128.Create(call->Max);
        // In bytes: then an offset is part of the load.
        nint s = call->InputStride * sizeof(float), i2 = 2 * s, i3 = 3 * s, i4 = 4 * s, i5 = 5 * s, outputStride = call->OutputStride;
        int width = call->OutputWidth;
        int firstInside = call->PadLeft, lastInside = int.Min(width, call->InputWidth + call->PadLeft - Size + 1) - 4;
        for (int start = 0; start < call->Channels; start += Channels)
        {
            float* block = (float*)call->Weights + start * (1 + Size * Size);
            Vector128<float> bias = Vector128.Load(block), w0 = Vector128.Load(block + 4), w1 = Vector128.Load(block + 8), w2 = Vector128.Load(block + 12), w3 = Vector128.Load(block + 16);
            Vector128<float> w4 = Vector128.Load(block + 20), w5 = Vector128.Load(block + 24), w6 = Vector128.Load(block + 28), w7 = Vector128.Load(block + 32), w8 = Vector128.Load(block + 36);
            int first = PanelPacking.FirstColumn(start, Channels, call->Channels);
            byte* padding = (byte*)(call->Padding + first);
            float* output = call->Output + first;
            nint before = call->PadLeft * s;
            byte* r0 = (byte*)(call->Rows[0] + first) - before, r1 = (byte*)(call->Rows[1] + first) - before, r2 = (byte*)(call->Rows[2] + first) - before;
            int x = 0;
            while (true)
            {
                if (x >= firstInside) for (; x <= lastInside; x += 4)
                {
                    Vector128<float> s0 = bias, s1 = bias, s2 = bias, s3 = bias, x0, x1, x2, x3, x4, x5;
                    x0 = Vector128.Load((float*)r0);
                    x1 = Vector128.Load((float*)(r0 + s));
                    x2 = Vector128.Load((float*)(r0 + i2));
                    s0 = AdvSimd.FusedMultiplyAdd(s0, x0, w0);
                    s0 = AdvSimd.FusedMultiplyAdd(s0, x1, w1);
                    s0 = AdvSimd.FusedMultiplyAdd(s0, x2, w2);
                    x3 = Vector128.Load((float*)(r0 + i3));
                    s1 = AdvSimd.FusedMultiplyAdd(s1, x1, w0);
                    s1 = AdvSimd.FusedMultiplyAdd(s1, x2, w1);
                    s1 = AdvSimd.FusedMultiplyAdd(s1, x3, w2);
                    x4 = Vector128.Load((float*)(r0 + i4));
                    s2 = AdvSimd.FusedMultiplyAdd(s2, x2, w0);
                    s2 = AdvSimd.FusedMultiplyAdd(s2, x3, w1);
                    s2 = AdvSimd.FusedMultiplyAdd(s2, x4, w2);
                    x5 = Vector128.Load((float*)(r0 + i5));
                    s3 = AdvSimd.FusedMultiplyAdd(s3, x3, w0);
                    s3 = AdvSimd.FusedMultiplyAdd(s3, x4, w1);
                    s3 = AdvSimd.FusedMultiplyAdd(s3, x5, w2);
                    x0 = Vector128.Load((float*)r1);
                    x1 = Vector128.Load((float*)(r1 + s));
                    x2 = Vector128.Load((float*)(r1 + i2));
                    s0 = AdvSimd.FusedMultiplyAdd(s0, x0, w3);
                    s0 = AdvSimd.FusedMultiplyAdd(s0, x1, w4);
                    s0 = AdvSimd.FusedMultiplyAdd(s0, x2, w5);
                    x3 = Vector128.Load((float*)(r1 + i3));
                    s1 = AdvSimd.FusedMultiplyAdd(s1, x1, w3);
                    s1 = AdvSimd.FusedMultiplyAdd(s1, x2, w4);
                    s1 = AdvSimd.FusedMultiplyAdd(s1, x3, w5);
                    x4 = Vector128.Load((float*)(r1 + i4));
                    s2 = AdvSimd.FusedMultiplyAdd(s2, x2, w3);
                    s2 = AdvSimd.FusedMultiplyAdd(s2, x3, w4);
                    s2 = AdvSimd.FusedMultiplyAdd(s2, x4, w5);
                    x5 = Vector128.Load((float*)(r1 + i5));
                    s3 = AdvSimd.FusedMultiplyAdd(s3, x3, w3);
                    s3 = AdvSimd.FusedMultiplyAdd(s3, x4, w4);
                    s3 = AdvSimd.FusedMultiplyAdd(s3, x5, w5);
                    x0 = Vector128.Load((float*)r2);
                    x1 = Vector128.Load((float*)(r2 + s));
                    x2 = Vector128.Load((float*)(r2 + i2));
                    s0 = AdvSimd.FusedMultiplyAdd(s0, x0, w6);
                    s0 = AdvSimd.FusedMultiplyAdd(s0, x1, w7);
                    s0 = AdvSimd.FusedMultiplyAdd(s0, x2, w8);
                    x3 = Vector128.Load((float*)(r2 + i3));
                    s1 = AdvSimd.FusedMultiplyAdd(s1, x1, w6);
                    s1 = AdvSimd.FusedMultiplyAdd(s1, x2, w7);
                    s1 = AdvSimd.FusedMultiplyAdd(s1, x3, w8);
                    x4 = Vector128.Load((float*)(r2 + i4));
                    s2 = AdvSimd.FusedMultiplyAdd(s2, x2, w6);
                    s2 = AdvSimd.FusedMultiplyAdd(s2, x3, w7);
                    s2 = AdvSimd.FusedMultiplyAdd(s2, x4, w8);
                    x5 = Vector128.Load((float*)(r2 + i5));
                    s3 = AdvSimd.FusedMultiplyAdd(s3, x3, w6);
                    s3 = AdvSimd.FusedMultiplyAdd(s3, x4, w7);
                    s3 = AdvSimd.FusedMultiplyAdd(s3, x5, w8);
                    AdvSimd.Min(AdvSimd.Max(s0, low), high).Store(output);
                    output += outputStride;
                    AdvSimd.Min(AdvSimd.Max(s1, low), high).Store(output);
                    output += outputStride;
                    AdvSimd.Min(AdvSimd.Max(s2, low), high).Store(output);
                    output += outputStride;
                    AdvSimd.Min(AdvSimd.Max(s3, low), high).Store(output);
                    output += outputStride;
                    r0 += i4;
                    r1 += i4;
                    r2 += i4;
                }
                if (x >= width) break;
                int column = x - call->PadLeft;
                bool in0 = (uint)column < (uint)call->InputWidth, in1 = (uint)(column + 1) < (uint)call->InputWidth, in2 = (uint)(column + 2) < (uint)call->InputWidth;
                Vector128<float> sum = bias;
                Vector128<float> x00 = Vector128.Load((float*)(in0 ? r0 : padding)), x01 = Vector128.Load((float*)(in1 ? r0 + s : padding)), x02 = Vector128.Load((float*)(in2 ? r0 + i2 : padding));
                Vector128<float> x10 = Vector128.Load((float*)(in0 ? r1 : padding)), x11 = Vector128.Load((float*)(in1 ? r1 + s : padding)), x12 = Vector128.Load((float*)(in2 ? r1 + i2 : padding));
                Vector128<float> x20 = Vector128.Load((float*)(in0 ? r2 : padding)), x21 = Vector128.Load((float*)(in1 ? r2 + s : padding)), x22 = Vector128.Load((float*)(in2 ? r2 + i2 : padding));
                sum = AdvSimd.FusedMultiplyAdd(sum, x00, w0);
                sum = AdvSimd.FusedMultiplyAdd(sum, x01, w1);
                sum = AdvSimd.FusedMultiplyAdd(sum, x02, w2);
                sum = AdvSimd.FusedMultiplyAdd(sum, x10, w3);
                sum = AdvSimd.FusedMultiplyAdd(sum, x11, w4);
                sum = AdvSimd.FusedMultiplyAdd(sum, x12, w5);
                sum = AdvSimd.FusedMultiplyAdd(sum, x20, w6);
                sum = AdvSimd.FusedMultiplyAdd(sum, x21, w7);
                sum = AdvSimd.FusedMultiplyAdd(sum, x22, w8);
                AdvSimd.Min(AdvSimd.Max(sum, low), high).Store(output);
                output += outputStride;
                r0 += s;
                r1 += s;
                r2 += s;
                x++;
            }
        }
    }

    private static void RunStride2(DepthwiseFloatCall* call)
    {
        if (call->Channels < Channels)
        {
            ((delegate*<DepthwiseFloatCall*, void>)PortableDepthwiseFloat.Entry128.Function)(call);
            return;
        }
        Vector128<float> low = Vector128.Create(call->Min), high = Vector128.Create(call->Max);
        // In bytes: then an offset is part of the load.
        nint s = call->InputStride * sizeof(float), i2 = 2 * s, i3 = 3 * s, i4 = 4 * s, i5 = 5 * s, i6 = 6 * s, i7 = 7 * s, i8 = 8 * s, outputStride = call->OutputStride;
        int width = call->OutputWidth;
        int firstInside = (call->PadLeft + 1) / 2, lastInside = int.Min(width, (call->InputWidth + call->PadLeft - Size) / 2 + 1) - 4;
        for (int start = 0; start < call->Channels; start += Channels)
        {
            float* block = (float*)call->Weights + start * (1 + Size * Size);
            Vector128<float> bias = Vector128.Load(block), w0 = Vector128.Load(block + 4), w1 = Vector128.Load(block + 8), w2 = Vector128.Load(block + 12), w3 = Vector128.Load(block + 16);
            Vector128<float> w4 = Vector128.Load(block + 20), w5 = Vector128.Load(block + 24), w6 = Vector128.Load(block + 28), w7 = Vector128.Load(block + 32), w8 = Vector128.Load(block + 36);
            int first = PanelPacking.FirstColumn(start, Channels, call->Channels);
            byte* padding = (byte*)(call->Padding + first);
            float* output = call->Output + first;
            nint before = call->PadLeft * s;
            byte* r0 = (byte*)(call->Rows[0] + first) - before, r1 = (byte*)(call->Rows[1] + first) - before, r2 = (byte*)(call->Rows[2] + first) - before;
            int x = 0;
            while (true)
            {
                if (x >= firstInside) for (; x <= lastInside; x += 4)
                {
                    Vector128<float> s0 = bias, s1 = bias, s2 = bias, s3 = bias, x0, x1, x2, x3, x4, x5, x6, x7, x8;
                    x0 = Vector128.Load((float*)r0);
                    x1 = Vector128.Load((float*)(r0 + s));
                    x2 = Vector128.Load((float*)(r0 + i2));
                    s0 = AdvSimd.FusedMultiplyAdd(s0, x0, w0);
                    s0 = AdvSimd.FusedMultiplyAdd(s0, x1, w1);
                    s0 = AdvSimd.FusedMultiplyAdd(s0, x2, w2);
                    x3 = Vector128.Load((float*)(r0 + i3));
                    x4 = Vector128.Load((float*)(r0 + i4));
                    s1 = AdvSimd.FusedMultiplyAdd(s1, x2, w0);
                    s1 = AdvSimd.FusedMultiplyAdd(s1, x3, w1);
                    s1 = AdvSimd.FusedMultiplyAdd(s1, x4, w2);
                    x5 = Vector128.Load((float*)(r0 + i5));
                    x6 = Vector128.Load((float*)(r0 + i6));
                    s2 = AdvSimd.FusedMultiplyAdd(s2, x4, w0);
                    s2 = AdvSimd.FusedMultiplyAdd(s2, x5, w1);
                    s2 = AdvSimd.FusedMultiplyAdd(s2, x6, w2);
                    x7 = Vector128.Load((float*)(r0 + i7));
                    x8 = Vector128.Load((float*)(r0 + i8));
                    s3 = AdvSimd.FusedMultiplyAdd(s3, x6, w0);
                    s3 = AdvSimd.FusedMultiplyAdd(s3, x7, w1);
                    s3 = AdvSimd.FusedMultiplyAdd(s3, x8, w2);
                    x0 = Vector128.Load((float*)r1);
                    x1 = Vector128.Load((float*)(r1 + s));
                    x2 = Vector128.Load((float*)(r1 + i2));
                    s0 = AdvSimd.FusedMultiplyAdd(s0, x0, w3);
                    s0 = AdvSimd.FusedMultiplyAdd(s0, x1, w4);
                    s0 = AdvSimd.FusedMultiplyAdd(s0, x2, w5);
                    x3 = Vector128.Load((float*)(r1 + i3));
                    x4 = Vector128.Load((float*)(r1 + i4));
                    s1 = AdvSimd.FusedMultiplyAdd(s1, x2, w3);
                    s1 = AdvSimd.FusedMultiplyAdd(s1, x3, w4);
                    s1 = AdvSimd.FusedMultiplyAdd(s1, x4, w5);
                    x5 = Vector128.Load((float*)(r1 + i5));
                    x6 = Vector128.Load((float*)(r1 + i6));
                    s2 = AdvSimd.FusedMultiplyAdd(s2, x4, w3);
                    s2 = AdvSimd.FusedMultiplyAdd(s2, x5, w4);
                    s2 = AdvSimd.FusedMultiplyAdd(s2, x6, w5);
                    x7 = Vector128.Load((float*)(r1 + i7));
                    x8 = Vector128.Load((float*)(r1 + i8));
                    s3 = AdvSimd.FusedMultiplyAdd(s3, x6, w3);
                    s3 = AdvSimd.FusedMultiplyAdd(s3, x7, w4);
                    s3 = AdvSimd.FusedMultiplyAdd(s3, x8, w5);
                    x0 = Vector128.Load((float*)r2);
                    x1 = Vector128.Load((float*)(r2 + s));
                    x2 = Vector128.Load((float*)(r2 + i2));
                    s0 = AdvSimd.FusedMultiplyAdd(s0, x0, w6);
                    s0 = AdvSimd.FusedMultiplyAdd(s0, x1, w7);
                    s0 = AdvSimd.FusedMultiplyAdd(s0, x2, w8);
                    x3 = Vector128.Load((float*)(r2 + i3));
                    x4 = Vector128.Load((float*)(r2 + i4));
                    s1 = AdvSimd.FusedMultiplyAdd(s1, x2, w6);
                    s1 = AdvSimd.FusedMultiplyAdd(s1, x3, w7);
                    s1 = AdvSimd.FusedMultiplyAdd(s1, x4, w8);
                    x5 = Vector128.Load((float*)(r2 + i5));
                    x6 = Vector128.Load((float*)(r2 + i6));
                    s2 = AdvSimd.FusedMultiplyAdd(s2, x4, w6);
                    s2 = AdvSimd.FusedMultiplyAdd(s2, x5, w7);
                    s2 = AdvSimd.FusedMultiplyAdd(s2, x6, w8);
                    x7 = Vector128.Load((float*)(r2 + i7));
                    x8 = Vector128.Load((float*)(r2 + i8));
                    s3 = AdvSimd.FusedMultiplyAdd(s3, x6, w6);
                    s3 = AdvSimd.FusedMultiplyAdd(s3, x7, w7);
                    s3 = AdvSimd.FusedMultiplyAdd(s3, x8, w8);
                    AdvSimd.Min(AdvSimd.Max(s0, low), high).Store(output);
                    output += outputStride;
                    AdvSimd.Min(AdvSimd.Max(s1, low), high).Store(output);
                    output += outputStride;
                    AdvSimd.Min(AdvSimd.Max(s2, low), high).Store(output);
                    output += outputStride;
                    AdvSimd.Min(AdvSimd.Max(s3, low), high).Store(output);
                    output += outputStride;
                    r0 += i8;
                    r1 += i8;
                    r2 += i8;
                }
                if (x >= width) break;
                int column = 2 * x - call->PadLeft;
                bool in0 = (uint)column < (uint)call->InputWidth, in1 = (uint)(column + 1) < (uint)call->InputWidth, in2 = (uint)(column + 2) < (uint)call->InputWidth;
                Vector128<float> sum = bias;
                Vector128<float> x00 = Vector128.Load((float*)(in0 ? r0 : padding)), x01 = Vector128.Load((float*)(in1 ? r0 + s : padding)), x02 = Vector128.Load((float*)(in2 ? r0 + i2 : padding));
                Vector128<float> x10 = Vector128.Load((float*)(in0 ? r1 : padding)), x11 = Vector128.Load((float*)(in1 ? r1 + s : padding)), x12 = Vector128.Load((float*)(in2 ? r1 + i2 : padding));
                Vector128<float> x20 = Vector128.Load((float*)(in0 ? r2 : padding)), x21 = Vector128.Load((float*)(in1 ? r2 + s : padding)), x22 = Vector128.Load((float*)(in2 ? r2 + i2 : padding));
                sum = AdvSimd.FusedMultiplyAdd(sum, x00, w0);
                sum = AdvSimd.FusedMultiplyAdd(sum, x01, w1);
                sum = AdvSimd.FusedMultiplyAdd(sum, x02, w2);
                sum = AdvSimd.FusedMultiplyAdd(sum, x10, w3);
                sum = AdvSimd.FusedMultiplyAdd(sum, x11, w4);
                sum = AdvSimd.FusedMultiplyAdd(sum, x12, w5);
                sum = AdvSimd.FusedMultiplyAdd(sum, x20, w6);
                sum = AdvSimd.FusedMultiplyAdd(sum, x21, w7);
                sum = AdvSimd.FusedMultiplyAdd(sum, x22, w8);
                AdvSimd.Min(AdvSimd.Max(sum, low), high).Store(output);
                output += outputStride;
                r0 += i2;
                r1 += i2;
                r2 += i2;
                x++;
            }
        }
    }
}
