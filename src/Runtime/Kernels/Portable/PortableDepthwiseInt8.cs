using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace EdgeKit.Runtime.Kernels.Portable;

/// <summary>
/// INT8 depthwise convolution, channels across the lanes, four positions at a time. Bytes are multiplied as 16-bit integers; because no weight is −128,
/// the sum of two products still fits 16 bits and is widened once for both.
/// </summary>
internal static unsafe class PortableDepthwiseInt8
{
    private const int Positions = 4;

    /// <summary>Taps whose pointers are held on the stack at a time.</summary>
    private const int MaxPointers = 512;

    /// <summary>On vectors of 512 bits.</summary>
    public static KernelEntry Entry512 => Of(2 * Lanes512.Count, Vector512.IsHardwareAccelerated ? &Run<Lanes512, Vector512<float>, Vector512<short>, Vector512<int>> : null);

    /// <summary>On vectors of 256 bits.</summary>
    public static KernelEntry Entry256 => Of(2 * Lanes256.Count, Vector256.IsHardwareAccelerated ? &Run<Lanes256, Vector256<float>, Vector256<short>, Vector256<int>> : null);

    /// <summary>On vectors of 128 bits.</summary>
    public static KernelEntry Entry128 => Of(2 * Lanes128.Count, Vector128.IsHardwareAccelerated ? &Run<Lanes128, Vector128<float>, Vector128<short>, Vector128<int>> : null);

    private static KernelEntry Of(int channels, delegate*<DepthwiseInt8Call*, void> function) => new()
    {
        Family = KernelFamily.DepthwiseInt8,
        Isa = KernelIsa.Vector,
        Supported = function != null,
        RowTile = Positions,
        ColumnTile = channels,
        DepthUnit = 1,
        Function = function,
    };

    [SkipLocalsInit]
    private static void Run<TLanes, TFloat, TInt16, TInt32>(DepthwiseInt8Call* call)
        where TLanes : struct, ILanes<TFloat, TInt16, TInt32>
    {
        int taps = call->KernelH * call->KernelW, chunk = int.Max(Positions, MaxPointers / taps), width = 2 * TLanes.Count;
        sbyte** rows = stackalloc sbyte*[chunk * taps];
        for (int x = 0; x < call->OutputWidth; x += chunk)
        {
            int count = int.Min(chunk, call->OutputWidth - x);
            for (int i = 0; i < count; i++) DepthwiseTaps.Point(call, x + i, rows + i * taps);
            sbyte* output = call->Output + x * call->OutputStride;
            byte* block = call->Weights;
            for (int c = 0; c < call->Channels; c += width)
            {
                RunBlock<TLanes, TFloat, TInt16, TInt32>(call, rows, count, output, PanelPacking.FirstColumn(c, width, call->Channels), block);
                block += (nint)(8 + taps) * width;
            }
        }
    }

    /// <summary>The channels of one vector of 16-bit integers from <paramref name="c"/> on, at <paramref name="count"/> positions.</summary>
    [SkipLocalsInit]
    private static void RunBlock<TLanes, TFloat, TInt16, TInt32>(DepthwiseInt8Call* call, sbyte** rows, int count, sbyte* output, nint c, byte* block)
        where TLanes : struct, ILanes<TFloat, TInt16, TInt32>
    {
        int width = 2 * TLanes.Count, taps = call->KernelH * call->KernelW, last = count - 1, channels = int.Min(width, call->Channels);
        var bias = (int*)block;
        var scales = (float*)(bias + width);
        Int8Range range = new(call->ZeroPoint, call->Min, call->Max);
        int* sums = stackalloc int[width];
        sbyte* narrow = stackalloc sbyte[width];
        for (int x = 0; x < count; x += Positions)
        {
            // Positions past the last repeat it and write the same values again.
            int x1 = int.Min(x + 1, last), x2 = int.Min(x + 2, last), x3 = int.Min(x + 3, last);
            sbyte** r0 = rows + (nint)x * taps, r1 = rows + (nint)x1 * taps, r2 = rows + (nint)x2 * taps, r3 = rows + (nint)x3 * taps;
            TInt32 low0 = TLanes.LoadInt32(bias), high0 = TLanes.LoadInt32(bias + TLanes.Count);
            TInt32 low1 = low0, high1 = high0, low2 = low0, high2 = high0, low3 = low0, high3 = high0;
            var w = (sbyte*)(scales + width);
            int t = 0;
            for (; t < taps - 1; t += 2)
            {
                TInt16 w0 = TLanes.Widen(w), w1 = TLanes.Widen(w + width);
                w += 2 * width;
                TInt16 p = TLanes.Add(TLanes.Multiply(TLanes.Widen(r0[t] + c), w0), TLanes.Multiply(TLanes.Widen(r0[t + 1] + c), w1));
                low0 = TLanes.AddLower(low0, p);
                high0 = TLanes.AddUpper(high0, p);
                p = TLanes.Add(TLanes.Multiply(TLanes.Widen(r1[t] + c), w0), TLanes.Multiply(TLanes.Widen(r1[t + 1] + c), w1));
                low1 = TLanes.AddLower(low1, p);
                high1 = TLanes.AddUpper(high1, p);
                p = TLanes.Add(TLanes.Multiply(TLanes.Widen(r2[t] + c), w0), TLanes.Multiply(TLanes.Widen(r2[t + 1] + c), w1));
                low2 = TLanes.AddLower(low2, p);
                high2 = TLanes.AddUpper(high2, p);
                p = TLanes.Add(TLanes.Multiply(TLanes.Widen(r3[t] + c), w0), TLanes.Multiply(TLanes.Widen(r3[t + 1] + c), w1));
                low3 = TLanes.AddLower(low3, p);
                high3 = TLanes.AddUpper(high3, p);
            }
            if (t < taps)
            {
                TInt16 w0 = TLanes.Widen(w);
                TInt16 p = TLanes.Multiply(TLanes.Widen(r0[t] + c), w0);
                low0 = TLanes.AddLower(low0, p);
                high0 = TLanes.AddUpper(high0, p);
                p = TLanes.Multiply(TLanes.Widen(r1[t] + c), w0);
                low1 = TLanes.AddLower(low1, p);
                high1 = TLanes.AddUpper(high1, p);
                p = TLanes.Multiply(TLanes.Widen(r2[t] + c), w0);
                low2 = TLanes.AddLower(low2, p);
                high2 = TLanes.AddUpper(high2, p);
                p = TLanes.Multiply(TLanes.Widen(r3[t] + c), w0);
                low3 = TLanes.AddLower(low3, p);
                high3 = TLanes.AddUpper(high3, p);
            }
            Finish<TLanes, TFloat, TInt16, TInt32>(output + x * call->OutputStride + c, low0, high0, sums, scales, range, channels, narrow);
            Finish<TLanes, TFloat, TInt16, TInt32>(output + x1 * call->OutputStride + c, low1, high1, sums, scales, range, channels, narrow);
            Finish<TLanes, TFloat, TInt16, TInt32>(output + x2 * call->OutputStride + c, low2, high2, sums, scales, range, channels, narrow);
            Finish<TLanes, TFloat, TInt16, TInt32>(output + x3 * call->OutputStride + c, low3, high3, sums, scales, range, channels, narrow);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish<TLanes, TFloat, TInt16, TInt32>(sbyte* output, TInt32 low, TInt32 high, int* sums, float* scales, Int8Range range, int channels, sbyte* narrow)
        where TLanes : struct, ILanes<TFloat, TInt16, TInt32>
    {
        bool whole = channels == 2 * TLanes.Count;
        TLanes.StoreInt32(low, sums);
        TLanes.StoreInt32(high, sums + TLanes.Count);
        TLanes.RequantizeTo(whole ? output : narrow, sums, scales, range);
        if (whole) return;
        for (int i = 0; i < channels; i++) output[i] = narrow[i];
    }
}
