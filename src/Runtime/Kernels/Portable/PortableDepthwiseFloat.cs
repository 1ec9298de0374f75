using System.Runtime.Intrinsics;

namespace EdgeKit.Runtime.Kernels.Portable;

/// <summary>Float depthwise convolution, channels across the lanes, four positions at a time so that each weight is loaded once for them.</summary>
internal static unsafe class PortableDepthwiseFloat
{
    private const int Positions = 4;

    /// <summary>On vectors of 512 bits.</summary>
    public static KernelEntry Entry512 => Of(Lanes512.Count, Vector512.IsHardwareAccelerated ? &Run512 : null);

    /// <summary>On vectors of 256 bits.</summary>
    public static KernelEntry Entry256 => Of(Lanes256.Count, Vector256.IsHardwareAccelerated ? &Run256 : null);

    /// <summary>On vectors of 128 bits.</summary>
    public static KernelEntry Entry128 => Of(Lanes128.Count, Vector128.IsHardwareAccelerated ? &Run128 : null);

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

    private static void Run512(DepthwiseFloatCall* call) => Widest512(call, PanelPacking.RoundUp(call->Channels, Lanes512.Count));

    private static void Run256(DepthwiseFloatCall* call) => Widest256(call, PanelPacking.RoundUp(call->Channels, Lanes256.Count));

    private static void Run128(DepthwiseFloatCall* call) => Widest128(call, PanelPacking.RoundUp(call->Channels, Lanes128.Count));

    // Rows end with their last channel, so maps of fewer channels than a vector holds go to the next narrower.
    private static void Widest512(DepthwiseFloatCall* call, nint stride)
    {
        if (call->Channels < Lanes512.Count) Widest256(call, stride);
        else Run<Lanes512, Vector512<float>, Vector512<short>, Vector512<int>>(call, stride);
    }

    private static void Widest256(DepthwiseFloatCall* call, nint stride)
    {
        if (call->Channels < Lanes256.Count) Widest128(call, stride);
        else Run<Lanes256, Vector256<float>, Vector256<short>, Vector256<int>>(call, stride);
    }

    private static void Widest128(DepthwiseFloatCall* call, nint stride)
    {
        if (call->Channels < Lanes128.Count) RunScalar(call, stride);
        else Run<Lanes128, Vector128<float>, Vector128<short>, Vector128<int>>(call, stride);
    }

    private static void Run<TLanes, TFloat, TInt16, TInt32>(DepthwiseFloatCall* call, nint stride)
        where TLanes : struct, ILanes<TFloat, TInt16, TInt32>
    {
        int taps = call->Taps, last = call->Width - 1, lastBlock = call->Channels - TLanes.Count;
        var bias = (float*)call->Weights;
        TFloat low = TLanes.Broadcast(call->Min), high = TLanes.Broadcast(call->Max);
        for (int x = 0; x <= last; x += Positions)
        {
            // Positions past the last, and channels past a multiple of the vector, repeat earlier ones and write the same values again.
            int x1 = int.Min(x + 1, last), x2 = int.Min(x + 2, last), x3 = int.Min(x + 3, last);
            float** r0 = call->Rows + (nint)x * taps, r1 = call->Rows + (nint)x1 * taps, r2 = call->Rows + (nint)x2 * taps, r3 = call->Rows + (nint)x3 * taps;
            for (nint block = 0; block < call->Channels; block += TLanes.Count)
            {
                nint c = nint.Min(block, lastBlock);
                TFloat s0 = TLanes.Load(bias + c), s1 = s0, s2 = s0, s3 = s0;
                float* w = bias + stride + c;
                for (int t = 0; t < taps; t++)
                {
                    TFloat weight = TLanes.Load(w);
                    w += stride;
                    s0 = TLanes.MultiplyAdd(TLanes.Load(r0[t] + c), weight, s0);
                    s1 = TLanes.MultiplyAdd(TLanes.Load(r1[t] + c), weight, s1);
                    s2 = TLanes.MultiplyAdd(TLanes.Load(r2[t] + c), weight, s2);
                    s3 = TLanes.MultiplyAdd(TLanes.Load(r3[t] + c), weight, s3);
                }
                float* output = call->Output + c;
                TLanes.Store(TLanes.Clamp(s0, low, high), output + x * call->OutputStride);
                TLanes.Store(TLanes.Clamp(s1, low, high), output + x1 * call->OutputStride);
                TLanes.Store(TLanes.Clamp(s2, low, high), output + x2 * call->OutputStride);
                TLanes.Store(TLanes.Clamp(s3, low, high), output + x3 * call->OutputStride);
            }
        }
    }

    /// <summary>Maps of fewer channels than any vector has lanes.</summary>
    private static void RunScalar(DepthwiseFloatCall* call, nint stride)
    {
        var bias = (float*)call->Weights;
        for (int x = 0; x < call->Width; x++)
        {
            float** rows = call->Rows + (nint)x * call->Taps;
            for (int c = 0; c < call->Channels; c++)
            {
                float sum = bias[c];
                for (int t = 0; t < call->Taps; t++) sum = float.MultiplyAddEstimate(rows[t][c], bias[stride * (t + 1) + c], sum);
                call->Output[x * call->OutputStride + c] = MathF.Min(MathF.Max(sum, call->Min), call->Max);
            }
        }
    }
}
