namespace EdgeKit.Runtime.Kernels;

/// <summary>
/// Weights of the depthwise kernels: biases [C'], for INT8 scales [C'], then [taps, C'] weights, with C' the channels rounded up to the kernel's ColumnTile. What is missing is zero.
/// </summary>
public static unsafe class DepthwisePacking
{
    /// <summary>Bytes of the packed weights.</summary>
    public static long Bytes(KernelEntry kernel, int taps, int channels, bool int8)
    {
        long padded = PanelPacking.RoundUp(channels, kernel.ColumnTile);
        return int8 ? padded * (8 + taps) : padded * 4 * (1 + taps);
    }

    /// <summary>Packs INT8 weights [channels, taps]; the input's zero point goes into the bias.</summary>
    public static void PackInt8(KernelEntry kernel, sbyte* weights, int* bias, float* scales, int taps, int channels, int inputZeroPoint, byte* packed)
    {
        int padded = PanelPacking.RoundUp(channels, kernel.ColumnTile);
        var biases = (int*)packed;
        var factors = (float*)(biases + padded);
        var filters = (sbyte*)(factors + padded);
        for (int c = 0; c < padded; c++)
        {
            int sum = 0;
            for (int t = 0; t < taps; t++)
            {
                sbyte w = c < channels ? weights[(nint)c * taps + t] : (sbyte)0;
                filters[(nint)t * padded + c] = w;
                sum += w;
            }
            biases[c] = c < channels ? unchecked(bias[c] - inputZeroPoint * sum) : 0;
            factors[c] = c < channels ? scales[c] : 0;
        }
    }

    /// <summary>Packs float weights [channels, taps].</summary>
    public static void PackFloat(KernelEntry kernel, float* weights, float* bias, int taps, int channels, byte* packed)
    {
        int padded = PanelPacking.RoundUp(channels, kernel.ColumnTile);
        var biases = (float*)packed;
        float* filters = biases + padded;
        for (int c = 0; c < padded; c++)
        {
            biases[c] = c < channels ? bias[c] : 0;
            for (int t = 0; t < taps; t++) filters[(nint)t * padded + c] = c < channels ? weights[(nint)c * taps + t] : 0;
        }
    }
}
