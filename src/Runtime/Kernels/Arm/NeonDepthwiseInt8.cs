using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace EdgeKit.Runtime.Kernels.Arm;

/// <summary>
/// INT8 depthwise convolution of any shape without the dot product extension, 8 channels of four positions at a time. Because no weight is −128, the products of two taps are summed in
/// 16 bits and widened once for both.
/// </summary>
internal static unsafe class NeonDepthwiseInt8
{
    private const int Channels = 8, Positions = 4;

    /// <summary>Taps whose pointers are held on the stack at a time.</summary>
    private const int MaxPointers = 512;

    public static KernelEntry Entry => new()
    {
        Family = KernelFamily.DepthwiseInt8,
        Isa = KernelIsa.Neon,
        Supported = AdvSimd.Arm64.IsSupported,
        RowTile = Positions,
        ColumnTile = Channels,
        DepthUnit = 1,
        Function = (delegate*<DepthwiseInt8Call*, void>)&Run,
    };

    public static void Run(DepthwiseInt8Call* call)
    {
        if (call->Min == sbyte.MinValue && call->Max == sbyte.MaxValue) Run<WholeRange>(call);
        else Run<ClampedRange>(call);
    }

    [SkipLocalsInit]
    private static void Run<TRange>(DepthwiseInt8Call* call) where TRange : struct, IOutputRange
    {
        int taps = call->KernelH * call->KernelW, chunk = int.Max(Positions, MaxPointers / taps);
        sbyte** rows = stackalloc sbyte*[chunk * taps];
        for (int x = 0; x < call->OutputWidth; x += chunk)
        {
            int count = int.Min(chunk, call->OutputWidth - x);
            for (int i = 0; i < count; i++) DepthwiseTaps.Point(call, x + i, rows + i * taps);
            sbyte* output = call->Output + x * call->OutputStride;
            byte* block = call->Weights;
            for (int c = 0; c < call->Channels; c += Channels)
            {
                RunBlock<TRange>(call, rows, count, output, PanelPacking.FirstColumn(c, Channels, call->Channels), block);
                block += (nint)(8 + taps) * Channels;
            }
        }
    }

    /// <summary>The 8 channels from <paramref name="c"/> on, at <paramref name="count"/> positions.</summary>
    private static void RunBlock<TRange>(DepthwiseInt8Call* call, sbyte** rows, int count, sbyte* output, nint c, byte* block) where TRange : struct, IOutputRange
    {
        sbyte* scratch = stackalloc sbyte[16];
        var requantize = new NeonRequantize<TRange>(call->ZeroPoint, call->Min, call->Max);
        int taps = call->KernelH * call->KernelW, last = count - 1, channels = int.Min(Channels, call->Channels);
        nint stride = call->OutputStride;
        Vector128<int> b0 = Vector128.Load((int*)block), b1 = Vector128.Load((int*)block + 4);
        Vector128<float> f0 = Vector128.Load((float*)block + 8), f1 = Vector128.Load((float*)block + 12);
        output += c;
        for (int x = 0; x < count; x += Positions)
        {
            // Positions past the last repeat it and write the same values again.
            int i1 = int.Min(x + 1, last), i2 = int.Min(x + 2, last), i3 = int.Min(x + 3, last);
            sbyte** r0 = rows + (nint)x * taps, r1 = rows + (nint)i1 * taps, r2 = rows + (nint)i2 * taps, r3 = rows + (nint)i3 * taps;
            Vector128<int> s00 = b0, s01 = b1, s10 = b0, s11 = b1, s20 = b0, s21 = b1, s30 = b0, s31 = b1;
            var w = (sbyte*)block + 8 * Channels;
            int t = taps;
            for (; t > 1; t -= 2)
            {
                Vector64<sbyte> w0 = Vector64.Load(w), w1 = Vector64.Load(w + 8);
                w += 16;
                NeonPairs.Add(ref s00, ref s01, Vector64.Load(r0[0] + c), w0, Vector64.Load(r0[1] + c), w1);
                NeonPairs.Add(ref s10, ref s11, Vector64.Load(r1[0] + c), w0, Vector64.Load(r1[1] + c), w1);
                NeonPairs.Add(ref s20, ref s21, Vector64.Load(r2[0] + c), w0, Vector64.Load(r2[1] + c), w1);
                NeonPairs.Add(ref s30, ref s31, Vector64.Load(r3[0] + c), w0, Vector64.Load(r3[1] + c), w1);
                r0 += 2;
                r1 += 2;
                r2 += 2;
                r3 += 2;
            }
            if (t > 0)
            {
                Vector64<sbyte> w0 = Vector64.Load(w);
                NeonPairs.Add(ref s00, ref s01, AdvSimd.MultiplyWideningLower(Vector64.Load(*r0 + c), w0));
                NeonPairs.Add(ref s10, ref s11, AdvSimd.MultiplyWideningLower(Vector64.Load(*r1 + c), w0));
                NeonPairs.Add(ref s20, ref s21, AdvSimd.MultiplyWideningLower(Vector64.Load(*r2 + c), w0));
                NeonPairs.Add(ref s30, ref s31, AdvSimd.MultiplyWideningLower(Vector64.Load(*r3 + c), w0));
            }
            Vector128<sbyte> y01 = requantize.ToInt8(s00, s01, s10, s11, f0, f1, f0, f1), y23 = requantize.ToInt8(s20, s21, s30, s31, f0, f1, f0, f1);
            NeonPairs.Store(y01, output + x * stride, output + i1 * stride, channels, scratch);
            NeonPairs.Store(y23, output + i2 * stride, output + i3 * stride, channels, scratch);
        }
    }
}
