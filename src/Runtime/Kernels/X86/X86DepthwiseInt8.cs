using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace EdgeKit.Runtime.Kernels.X86;

/// <summary>
/// INT8 depthwise convolution, channels across the lanes, as <see cref="X86DepthwiseFloat"/> goes through it. Two taps at a time are interleaved channel by channel, multiplied and added
/// up as pairs of 16-bit integers.
/// </summary>
internal static unsafe class X86DepthwiseInt8
{
    private const int Positions = 4;

    /// <summary>Most channels of a block.</summary>
    private const int MaxChannels = 32;

    /// <summary>With AVX-512.</summary>
    public static KernelEntry Entry512 =>
        Of(KernelIsa.Avx512, DepthwiseLanes512.Channels, Avx512BW.IsSupported ? &Run<DepthwiseLanes512, Vector512<short>, Vector512<int>> : null);

    /// <summary>With AVX2.</summary>
    public static KernelEntry Entry256 =>
        Of(KernelIsa.Avx2, DepthwiseLanes256.Channels, Avx2.IsSupported ? &Run<DepthwiseLanes256, Vector256<short>, Vector256<int>> : null);

    /// <summary>With SSE4.1.</summary>
    public static KernelEntry Entry128 =>
        Of(KernelIsa.Sse41, DepthwiseLanes128.Channels, Sse41.IsSupported ? &Run<DepthwiseLanes128, Vector128<short>, Vector128<int>> : null);

    private static KernelEntry Of(KernelIsa isa, int channels, delegate*<DepthwiseInt8Call*, void> function) => new()
    {
        Family = KernelFamily.DepthwiseInt8,
        Isa = isa,
        Supported = function != null,
        RowTile = Positions,
        ColumnTile = channels,
        DepthUnit = 1,
        Function = function,
    };

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<TLanes, TInt16, TInt32>(DepthwiseInt8Call* call) where TLanes : struct, IDepthwiseLanes<TInt16, TInt32>
    {
        int taps = call->KernelH * call->KernelW;
        // Taps of position 0 as if all were inside, then those of a position at an edge.
        sbyte** inner = stackalloc sbyte*[taps], edge = stackalloc sbyte*[taps];
        for (int t = 0; t < taps; t++) inner[t] = call->Rows[t / call->KernelW] + (t % call->KernelW * call->DilationW - call->PadLeft) * call->InputStride;
        nint step = call->StrideW * call->InputStride;
        DepthwiseInside inside = new(call->InputWidth, call->OutputWidth, call->PadLeft, call->StrideW, (call->KernelW - 1) * call->DilationW);
        for (int x = 0; x < call->OutputWidth;)
        {
            sbyte* output = call->Output + x * call->OutputStride;
            if (x < inside.First || x >= inside.End)
            {
                DepthwiseTaps.Point(call, x, edge);
                RunPositions<TLanes, TInt16, TInt32, One>(call, edge, 0, 0, output);
                x++;
            }
            else if (inside.End - inside.First < Positions)
            {
                RunPositions<TLanes, TInt16, TInt32, One>(call, inner, x * step, 0, output);
                x++;
            }
            else
            {
                // The last four may repeat some of those before.
                int first = int.Min(x, inside.End - Positions);
                RunPositions<TLanes, TInt16, TInt32, Four>(call, inner, first * step, step, call->Output + first * call->OutputStride);
                x = first + Positions;
            }
        }
    }

    /// <summary>All channels of one or four positions, <paramref name="step"/> bytes apart; the taps of the first lie <paramref name="at"/> bytes from where the table says.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunPositions<TLanes, TInt16, TInt32, TPositions>(DepthwiseInt8Call* call, sbyte** table, nint at, nint step, sbyte* output)
        where TLanes : struct, IDepthwiseLanes<TInt16, TInt32> where TPositions : struct, ITileSize
    {
        int taps = call->KernelH * call->KernelW, channels = call->Channels;
        nint stride = call->OutputStride;
        Int8Bounds bounds = new(call->ZeroPoint, call->Min, call->Max);
        byte* packed = call->Weights;
        bool narrow = channels < TLanes.Channels;
        sbyte* aside = stackalloc sbyte[Positions * MaxChannels];
        for (int block = 0; block < channels; block += TLanes.Channels)
        {
            nint c = PanelPacking.FirstColumn(block, TLanes.Channels, channels), from = at + c;
            TLanes.Load((int*)packed, out TInt32 l0, out TInt32 h0);
            TInt32 l1 = l0, h1 = h0, l2 = l0, h2 = h0, l3 = l0, h3 = h0;
            sbyte* w = (sbyte*)packed + 8 * TLanes.Channels;
            for (int t = 0; t < taps; t += 2)
            {
                // An odd last tap is paired with itself, times zero.
                bool last = t + 1 == taps;
                sbyte* x = table[t] + from, y = table[last ? t : t + 1] + from;
                TInt16 wx = TLanes.Widen(w), wy = last ? TLanes.Zero : TLanes.Widen(w + TLanes.Channels);
                TInt16 wl = TLanes.Low(wx, wy), wh = TLanes.High(wx, wy);
                w += 2 * TLanes.Channels;
                TInt16 a = TLanes.Widen(x), b = TLanes.Widen(y);
                l0 = TLanes.MultiplyAdd(l0, TLanes.Low(a, b), wl);
                h0 = TLanes.MultiplyAdd(h0, TLanes.High(a, b), wh);
                if (TPositions.Value > 1)
                {
                    a = TLanes.Widen(x + step);
                    b = TLanes.Widen(y + step);
                    l1 = TLanes.MultiplyAdd(l1, TLanes.Low(a, b), wl);
                    h1 = TLanes.MultiplyAdd(h1, TLanes.High(a, b), wh);
                    a = TLanes.Widen(x + 2 * step);
                    b = TLanes.Widen(y + 2 * step);
                    l2 = TLanes.MultiplyAdd(l2, TLanes.Low(a, b), wl);
                    h2 = TLanes.MultiplyAdd(h2, TLanes.High(a, b), wh);
                    a = TLanes.Widen(x + 3 * step);
                    b = TLanes.Widen(y + 3 * step);
                    l3 = TLanes.MultiplyAdd(l3, TLanes.Low(a, b), wl);
                    h3 = TLanes.MultiplyAdd(h3, TLanes.High(a, b), wh);
                }
            }
            TLanes.Load((int*)packed + TLanes.Channels, out TInt32 scaleLow, out TInt32 scaleHigh);
            sbyte* target = narrow ? aside : output + c;
            nint targetStride = narrow ? TLanes.Channels : stride;
            TLanes.Requantize(l0, h0, scaleLow, scaleHigh, bounds, target);
            if (TPositions.Value > 1)
            {
                TLanes.Requantize(l1, h1, scaleLow, scaleHigh, bounds, target + targetStride);
                TLanes.Requantize(l2, h2, scaleLow, scaleHigh, bounds, target + 2 * targetStride);
                TLanes.Requantize(l3, h3, scaleLow, scaleHigh, bounds, target + 3 * targetStride);
            }
            packed += (8 + taps) * TLanes.Channels;
        }
        if (!narrow) return;
        for (int p = 0; p < TPositions.Value; p++)
            for (int n = 0; n < channels; n++) output[p * stride + n] = aside[p * TLanes.Channels + n];
    }
}
