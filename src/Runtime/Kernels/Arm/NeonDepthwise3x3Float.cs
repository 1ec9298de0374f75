using System.Runtime.CompilerServices;
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

    public static KernelEntry Stride1 => Of(1, &Run<One>);

    public static KernelEntry Stride2 => Of(2, &Run<Two>);

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

    private static void Run<TStride>(DepthwiseFloatCall* call) where TStride : struct, IStride
    {
        if (call->Channels < Channels)
        {
            ((delegate*<DepthwiseFloatCall*, void>)PortableDepthwiseFloat.Entry128.Function)(call);
            return;
        }
        Vector128<float> low = Vector128.Create(call->Min), high = Vector128.Create(call->Max);
        // In bytes: then an offset is part of the load.
        nint s = call->InputStride * sizeof(float), i2 = 2 * s, i3 = 3 * s, i4 = 4 * s, i5 = 5 * s, i6 = 6 * s, i7 = 7 * s, i8 = 8 * s, outputStride = call->OutputStride;
        nint step = TStride.Pixels == 1 ? s : i2, fourSteps = TStride.Pixels == 1 ? i4 : i8;
        int width = call->OutputWidth;
        int firstInside = (call->PadLeft + TStride.Pixels - 1) / TStride.Pixels, lastInside = int.Min(width, (call->InputWidth + call->PadLeft - Size) / TStride.Pixels + 1) - 4;
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
                    Vector128<float> s0 = bias, s1 = bias, s2 = bias, s3 = bias;
                    MultiplyRow<TStride>(r0, s, i2, i3, i4, i5, i6, i7, i8, w0, w1, w2, ref s0, ref s1, ref s2, ref s3);
                    MultiplyRow<TStride>(r1, s, i2, i3, i4, i5, i6, i7, i8, w3, w4, w5, ref s0, ref s1, ref s2, ref s3);
                    MultiplyRow<TStride>(r2, s, i2, i3, i4, i5, i6, i7, i8, w6, w7, w8, ref s0, ref s1, ref s2, ref s3);
                    AdvSimd.Min(AdvSimd.Max(s0, low), high).Store(output);
                    output += outputStride;
                    AdvSimd.Min(AdvSimd.Max(s1, low), high).Store(output);
                    output += outputStride;
                    AdvSimd.Min(AdvSimd.Max(s2, low), high).Store(output);
                    output += outputStride;
                    AdvSimd.Min(AdvSimd.Max(s3, low), high).Store(output);
                    output += outputStride;
                    r0 += fourSteps;
                    r1 += fourSteps;
                    r2 += fourSteps;
                }
                if (x >= width) break;
                int column = TStride.Pixels * x - call->PadLeft;
                bool in0 = (uint)column < (uint)call->InputWidth, in1 = (uint)(column + 1) < (uint)call->InputWidth, in2 = (uint)(column + 2) < (uint)call->InputWidth;
                Vector128<float> sum = bias;
                Multiply(Pixel(in0, r0, padding), Pixel(in1, r0 + s, padding), Pixel(in2, r0 + i2, padding), w0, w1, w2, ref sum);
                Multiply(Pixel(in0, r1, padding), Pixel(in1, r1 + s, padding), Pixel(in2, r1 + i2, padding), w3, w4, w5, ref sum);
                Multiply(Pixel(in0, r2, padding), Pixel(in1, r2 + s, padding), Pixel(in2, r2 + i2, padding), w6, w7, w8, ref sum);
                AdvSimd.Min(AdvSimd.Max(sum, low), high).Store(output);
                output += outputStride;
                r0 += step;
                r1 += step;
                r2 += step;
                x++;
            }
        }
    }

    /// <summary>One row of the kernel for four outputs, which share the columns they have in common. The pixels' distances are given: they are computed once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MultiplyRow<TStride>(byte* row, nint s, nint i2, nint i3, nint i4, nint i5, nint i6, nint i7, nint i8,
        Vector128<float> w0, Vector128<float> w1, Vector128<float> w2, ref Vector128<float> s0, ref Vector128<float> s1, ref Vector128<float> s2, ref Vector128<float> s3) where TStride : struct, IStride
    {
        Vector128<float> x0 = Pixel(row), x1 = Pixel(row + s), x2 = Pixel(row + i2), x3, x4;
        Multiply(x0, x1, x2, w0, w1, w2, ref s0);
        x3 = Pixel(row + i3);
        if (TStride.Pixels == 1)
        {
            Multiply(x1, x2, x3, w0, w1, w2, ref s1);
            x4 = Pixel(row + i4);
            Multiply(x2, x3, x4, w0, w1, w2, ref s2);
            Multiply(x3, x4, Pixel(row + i5), w0, w1, w2, ref s3);
        }
        else
        {
            x4 = Pixel(row + i4);
            Multiply(x2, x3, x4, w0, w1, w2, ref s1);
            Vector128<float> x5 = Pixel(row + i5), x6 = Pixel(row + i6);
            Multiply(x4, x5, x6, w0, w1, w2, ref s2);
            Multiply(x6, Pixel(row + i7), Pixel(row + i8), w0, w1, w2, ref s3);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Multiply(Vector128<float> x0, Vector128<float> x1, Vector128<float> x2, Vector128<float> w0, Vector128<float> w1, Vector128<float> w2, ref Vector128<float> sum)
    {
        sum = AdvSimd.FusedMultiplyAdd(sum, x0, w0);
        sum = AdvSimd.FusedMultiplyAdd(sum, x1, w1);
        sum = AdvSimd.FusedMultiplyAdd(sum, x2, w2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Pixel(byte* at) => Vector128.Load((float*)at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Pixel(bool inside, byte* at, byte* padding) => Pixel(inside ? at : padding);

    /// <summary>The horizontal stride of the convolution.</summary>
    private interface IStride
    {
        /// <summary>Input pixels from one output to the next.</summary>
        static abstract int Pixels { get; }
    }

    private readonly struct One : IStride
    {
        public static int Pixels => 1;
    }

    private readonly struct Two : IStride
    {
        public static int Pixels => 2;
    }
}
