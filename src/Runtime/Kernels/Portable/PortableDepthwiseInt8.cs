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

    /// <summary>On vectors of 512 bits.</summary>
    public static KernelEntry Entry512 => Of(2 * Lanes512.Count, Vector512.IsHardwareAccelerated ? &Run512 : null);

    /// <summary>On vectors of 256 bits.</summary>
    public static KernelEntry Entry256 => Of(2 * Lanes256.Count, Vector256.IsHardwareAccelerated ? &Run256 : null);

    /// <summary>On vectors of 128 bits.</summary>
    public static KernelEntry Entry128 => Of(2 * Lanes128.Count, Vector128.IsHardwareAccelerated ? &Run128 : null);

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

    private static void Run512(DepthwiseInt8Call* call) => Widest512(call, PanelPacking.RoundUp(call->Channels, 2 * Lanes512.Count));

    private static void Run256(DepthwiseInt8Call* call) => Widest256(call, PanelPacking.RoundUp(call->Channels, 2 * Lanes256.Count));

    private static void Run128(DepthwiseInt8Call* call) => Widest128(call, PanelPacking.RoundUp(call->Channels, 2 * Lanes128.Count));

    // Rows end with their last channel, so maps of fewer channels than a vector holds go to the next narrower.
    private static void Widest512(DepthwiseInt8Call* call, nint stride)
    {
        if (call->Channels < 2 * Lanes512.Count) Widest256(call, stride);
        else Run<Lanes512, Vector512<float>, Vector512<short>, Vector512<int>>(call, stride);
    }

    private static void Widest256(DepthwiseInt8Call* call, nint stride)
    {
        if (call->Channels < 2 * Lanes256.Count) Widest128(call, stride);
        else Run<Lanes256, Vector256<float>, Vector256<short>, Vector256<int>>(call, stride);
    }

    private static void Widest128(DepthwiseInt8Call* call, nint stride)
    {
        if (call->Channels < 2 * Lanes128.Count) RunScalar(call, stride);
        else Run<Lanes128, Vector128<float>, Vector128<short>, Vector128<int>>(call, stride);
    }

    [SkipLocalsInit]
    private static void Run<TLanes, TFloat, TInt16, TInt32>(DepthwiseInt8Call* call, nint stride)
        where TLanes : struct, ILanes<TFloat, TInt16, TInt32>
    {
        int width = 2 * TLanes.Count, taps = call->Taps, last = call->Width - 1, lastBlock = call->Channels - width;
        var bias = (int*)call->Weights;
        var scales = (float*)(bias + stride);
        var filters = (sbyte*)(scales + stride);
        Int8Range range = new(call->ZeroPoint, call->Min, call->Max);
        int* sums = stackalloc int[width];
        for (int x = 0; x <= last; x += Positions)
        {
            // Positions past the last, and channels past a multiple of the vector, repeat earlier ones and write the same values again.
            int x1 = int.Min(x + 1, last), x2 = int.Min(x + 2, last), x3 = int.Min(x + 3, last);
            sbyte** r0 = call->Rows + (nint)x * taps, r1 = call->Rows + (nint)x1 * taps, r2 = call->Rows + (nint)x2 * taps, r3 = call->Rows + (nint)x3 * taps;
            for (nint block = 0; block < call->Channels; block += width)
            {
                nint c = nint.Min(block, lastBlock);
                TInt32 low0 = TLanes.LoadInt32(bias + c), high0 = TLanes.LoadInt32(bias + c + TLanes.Count);
                TInt32 low1 = low0, high1 = high0, low2 = low0, high2 = high0, low3 = low0, high3 = high0;
                sbyte* w = filters + c;
                int t = 0;
                for (; t < taps - 1; t += 2)
                {
                    TInt16 w0 = TLanes.Widen(w), w1 = TLanes.Widen(w + stride);
                    w += 2 * stride;
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
                sbyte* output = call->Output + c;
                Finish<TLanes, TFloat, TInt16, TInt32>(output + x * call->OutputStride, low0, high0, sums, scales + c, range);
                Finish<TLanes, TFloat, TInt16, TInt32>(output + x1 * call->OutputStride, low1, high1, sums, scales + c, range);
                Finish<TLanes, TFloat, TInt16, TInt32>(output + x2 * call->OutputStride, low2, high2, sums, scales + c, range);
                Finish<TLanes, TFloat, TInt16, TInt32>(output + x3 * call->OutputStride, low3, high3, sums, scales + c, range);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish<TLanes, TFloat, TInt16, TInt32>(sbyte* output, TInt32 low, TInt32 high, int* sums, float* scales, Int8Range range)
        where TLanes : struct, ILanes<TFloat, TInt16, TInt32>
    {
        TLanes.StoreInt32(low, sums);
        TLanes.StoreInt32(high, sums + TLanes.Count);
        TLanes.RequantizeTo(output, sums, scales, range);
    }

    /// <summary>Maps of fewer channels than any vector has lanes.</summary>
    private static void RunScalar(DepthwiseInt8Call* call, nint stride)
    {
        var bias = (int*)call->Weights;
        var scales = (float*)(bias + stride);
        var filters = (sbyte*)(scales + stride);
        for (int x = 0; x < call->Width; x++)
        {
            sbyte** rows = call->Rows + (nint)x * call->Taps;
            for (int c = 0; c < call->Channels; c++)
            {
                int sum = bias[c];
                for (int t = 0; t < call->Taps; t++) sum += rows[t][c] * filters[stride * t + c];
                call->Output[x * call->OutputStride + c] = Requantize.ToInt8(sum, scales[c], call->ZeroPoint, call->Min, call->Max);
            }
        }
    }
}
