using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace EdgeKit.Runtime.Kernels.Portable;

/// <summary>Float depthwise convolution, channels across the lanes, four positions at a time so that each weight is loaded once for them.</summary>
internal static unsafe class PortableDepthwiseFloat
{
    private const int Positions = 4;

    /// <summary>Taps whose pointers are held on the stack at a time.</summary>
    private const int MaxPointers = 512;

    /// <summary>On vectors of 512 bits.</summary>
    public static KernelEntry Entry512 => Of(Lanes512.Count, Vector512.IsHardwareAccelerated ? &Run<Lanes512, Vector512<float>, Vector512<short>, Vector512<int>> : null);

    /// <summary>On vectors of 256 bits.</summary>
    public static KernelEntry Entry256 => Of(Lanes256.Count, Vector256.IsHardwareAccelerated ? &Run<Lanes256, Vector256<float>, Vector256<short>, Vector256<int>> : null);

    /// <summary>On vectors of 128 bits.</summary>
    public static KernelEntry Entry128 => Of(Lanes128.Count, Vector128.IsHardwareAccelerated ? &Run<Lanes128, Vector128<float>, Vector128<short>, Vector128<int>> : null);

    private static KernelEntry Of(int channels, delegate*<DepthwiseFloatCall*, void> function) => new()
    {
        Family = KernelFamily.DepthwiseFloat,
        Isa = KernelIsa.Vector,
        Supported = function != null,
        RowTile = Positions,
        ColumnTile = channels,
        DepthUnit = 1,
        Function = function,
    };

    [SkipLocalsInit]
    private static void Run<TLanes, TFloat, TInt16, TInt32>(DepthwiseFloatCall* call)
        where TLanes : struct, ILanes<TFloat, TInt16, TInt32>
    {
        int taps = call->KernelH * call->KernelW, chunk = int.Max(Positions, MaxPointers / taps);
        float** rows = stackalloc float*[chunk * taps];
        for (int x = 0; x < call->OutputWidth; x += chunk)
        {
            int count = int.Min(chunk, call->OutputWidth - x);
            for (int i = 0; i < count; i++) DepthwiseTaps.Point(call, x + i, rows + i * taps);
            float* output = call->Output + x * call->OutputStride;
            var block = (float*)call->Weights;
            for (int c = 0; c < call->Channels; c += TLanes.Count)
            {
                RunBlock<TLanes, TFloat, TInt16, TInt32>(call, rows, count, output, PanelPacking.FirstColumn(c, TLanes.Count, call->Channels), block);
                block += (nint)(1 + taps) * TLanes.Count;
            }
        }
    }

    /// <summary>The channels of one vector from <paramref name="c"/> on, at <paramref name="count"/> positions.</summary>
    [SkipLocalsInit]
    private static void RunBlock<TLanes, TFloat, TInt16, TInt32>(DepthwiseFloatCall* call, float** rows, int count, float* output, nint c, float* block)
        where TLanes : struct, ILanes<TFloat, TInt16, TInt32>
    {
        int taps = call->KernelH * call->KernelW, last = count - 1, width = int.Min(TLanes.Count, call->Channels);
        float* sums = stackalloc float[TLanes.Count];
        TFloat low = TLanes.Broadcast(call->Min), high = TLanes.Broadcast(call->Max), bias = TLanes.Load(block);
        for (int x = 0; x < count; x += Positions)
        {
            // Positions past the last repeat it and write the same values again.
            int x1 = int.Min(x + 1, last), x2 = int.Min(x + 2, last), x3 = int.Min(x + 3, last);
            float** r0 = rows + (nint)x * taps, r1 = rows + (nint)x1 * taps, r2 = rows + (nint)x2 * taps, r3 = rows + (nint)x3 * taps;
            TFloat s0 = bias, s1 = bias, s2 = bias, s3 = bias;
            float* w = block;
            for (int t = 0; t < taps; t++)
            {
                w += TLanes.Count;
                TFloat weight = TLanes.Load(w);
                s0 = TLanes.MultiplyAdd(TLanes.Load(r0[t] + c), weight, s0);
                s1 = TLanes.MultiplyAdd(TLanes.Load(r1[t] + c), weight, s1);
                s2 = TLanes.MultiplyAdd(TLanes.Load(r2[t] + c), weight, s2);
                s3 = TLanes.MultiplyAdd(TLanes.Load(r3[t] + c), weight, s3);
            }
            Finish<TLanes, TFloat, TInt16, TInt32>(TLanes.Clamp(s0, low, high), output + x * call->OutputStride + c, width, sums);
            Finish<TLanes, TFloat, TInt16, TInt32>(TLanes.Clamp(s1, low, high), output + x1 * call->OutputStride + c, width, sums);
            Finish<TLanes, TFloat, TInt16, TInt32>(TLanes.Clamp(s2, low, high), output + x2 * call->OutputStride + c, width, sums);
            Finish<TLanes, TFloat, TInt16, TInt32>(TLanes.Clamp(s3, low, high), output + x3 * call->OutputStride + c, width, sums);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish<TLanes, TFloat, TInt16, TInt32>(TFloat value, float* output, int width, float* sums)
        where TLanes : struct, ILanes<TFloat, TInt16, TInt32>
    {
        if (width == TLanes.Count)
        {
            TLanes.Store(value, output);
            return;
        }
        TLanes.Store(value, sums);
        for (int i = 0; i < width; i++) output[i] = sums[i];
    }
}
