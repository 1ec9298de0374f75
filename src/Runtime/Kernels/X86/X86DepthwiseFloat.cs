using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace EdgeKit.Runtime.Kernels.X86;

/// <summary>
/// Float depthwise convolution, channels across the lanes. Inside a row the taps of four positions lie at fixed distances; each weight is loaded once for them. Positions at the edges
/// are done one at a time. All channels of some positions come before the next positions: memory is read and written in order.
/// </summary>
internal static unsafe class X86DepthwiseFloat
{
    private const int Positions = 4;

    /// <summary>With AVX-512.</summary>
    public static KernelEntry Entry512 => Of(KernelIsa.Avx512, FloatLanes512.Columns, Avx512F.IsSupported ? &Run<FloatLanes512, Vector512<float>> : null);

    /// <summary>With AVX2 and FMA.</summary>
    public static KernelEntry Entry256 => Of(KernelIsa.Avx2, FloatLanes256.Columns, Fma.IsSupported ? &Run<FloatLanes256, Vector256<float>> : null);

    private static KernelEntry Of(KernelIsa isa, int channels, delegate*<DepthwiseFloatCall*, void> function) => new()
    {
        Family = KernelFamily.DepthwiseFloat,
        Isa = isa,
        Supported = function != null,
        RowTile = Positions,
        ColumnTile = channels,
        DepthUnit = 1,
        Function = function,
    };

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<TLanes, TVector>(DepthwiseFloatCall* call) where TLanes : struct, IFloatLanes<TVector>
    {
        int taps = call->KernelH * call->KernelW;
        // Taps of position 0 as if all were inside, then those of a position at an edge.
        float** inner = stackalloc float*[taps], edge = stackalloc float*[taps];
        for (int t = 0; t < taps; t++) inner[t] = call->Rows[t / call->KernelW] + (t % call->KernelW * call->DilationW - call->PadLeft) * call->InputStride;
        nint step = call->StrideW * call->InputStride;
        DepthwiseInside inside = new(call->InputWidth, call->OutputWidth, call->PadLeft, call->StrideW, (call->KernelW - 1) * call->DilationW);
        for (int x = 0; x < call->OutputWidth;)
        {
            float* output = call->Output + x * call->OutputStride;
            if (x < inside.First || x >= inside.End)
            {
                DepthwiseTaps.Point(call, x, edge);
                RunPositions<TLanes, TVector, One>(call, edge, 0, 0, output);
                x++;
            }
            else if (inside.End - inside.First < Positions)
            {
                RunPositions<TLanes, TVector, One>(call, inner, x * step, 0, output);
                x++;
            }
            else
            {
                // The last four may repeat some of those before.
                int first = int.Min(x, inside.End - Positions);
                RunPositions<TLanes, TVector, Four>(call, inner, first * step, step, call->Output + first * call->OutputStride);
                x = first + Positions;
            }
        }
    }

    /// <summary>All channels of one or four positions, <paramref name="step"/> elements apart; the taps of the first lie <paramref name="at"/> elements from where the table says.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunPositions<TLanes, TVector, TPositions>(DepthwiseFloatCall* call, float** table, nint at, nint step, float* output)
        where TLanes : struct, IFloatLanes<TVector> where TPositions : struct, ITileSize
    {
        int taps = call->KernelH * call->KernelW, channels = call->Channels;
        nint stride = call->OutputStride;
        var w = (float*)call->Weights;
        bool narrow = channels < TLanes.Columns;
        float* aside = stackalloc float[Positions * FloatLanes512.Columns];
        for (int block = 0; block < channels; block += TLanes.Columns)
        {
            nint c = PanelPacking.FirstColumn(block, TLanes.Columns, channels), from = at + c;
            TVector s0 = TLanes.Load(w), s1 = s0, s2 = s0, s3 = s0;
            w += TLanes.Columns;
            for (int t = 0; t < taps; t++)
            {
                float* x = table[t] + from;
                TVector weight = TLanes.Load(w);
                w += TLanes.Columns;
                s0 = TLanes.MultiplyAdd(TLanes.Load(x), weight, s0);
                if (TPositions.Value > 1)
                {
                    s1 = TLanes.MultiplyAdd(TLanes.Load(x + step), weight, s1);
                    s2 = TLanes.MultiplyAdd(TLanes.Load(x + 2 * step), weight, s2);
                    s3 = TLanes.MultiplyAdd(TLanes.Load(x + 3 * step), weight, s3);
                }
            }
            float* y = narrow ? aside : output + c;
            nint yStride = narrow ? TLanes.Columns : stride;
            TLanes.Store(TLanes.Clamp(s0, call->Min, call->Max), y);
            if (TPositions.Value > 1)
            {
                TLanes.Store(TLanes.Clamp(s1, call->Min, call->Max), y + yStride);
                TLanes.Store(TLanes.Clamp(s2, call->Min, call->Max), y + 2 * yStride);
                TLanes.Store(TLanes.Clamp(s3, call->Min, call->Max), y + 3 * yStride);
            }
        }
        if (!narrow) return;
        for (int p = 0; p < TPositions.Value; p++)
            for (int n = 0; n < channels; n++) output[p * stride + n] = aside[p * TLanes.Columns + n];
    }
}
