namespace EdgeKit.Runtime.Kernels;

/// <summary>
/// Weights of the depthwise kernels, in blocks of ColumnTile channels: the block's biases (4 bytes each), for INT8 its scales (4 bytes each), then its weights: for each group of
/// DepthUnit consecutive taps, for each channel, DepthUnit weights. Taps run in the kernel's <see cref="TapOrder"/>. What is missing is zero.
/// Of at least ColumnTile channels the last block covers the last ColumnTile, so that it overlaps the one before instead of reaching past the end.
/// </summary>
public static unsafe class DepthwisePacking
{
    /// <summary>Bytes of the packed weights.</summary>
    public static long Bytes(KernelEntry kernel, int kernelH, int kernelW, int channels, bool int8)
    {
        long blocks = (channels + kernel.ColumnTile - 1) / kernel.ColumnTile;
        return blocks * kernel.ColumnTile * (int8 ? 8 + Slots(kernel, kernelH, kernelW) : 4 * (1 + Slots(kernel, kernelH, kernelW)));
    }

    /// <summary>Packs INT8 weights [channels, kernelH, kernelW]; the input's zero point goes into the bias.</summary>
    public static void PackInt8(KernelEntry kernel, sbyte* weights, int* bias, float* scales, int kernelH, int kernelW, int channels, int inputZeroPoint, byte* packed)
    {
        int tile = kernel.ColumnTile, unit = kernel.DepthUnit, slots = Slots(kernel, kernelH, kernelW), taps = kernelH * kernelW;
        for (int block = 0; block < channels; block += tile)
        {
            int first = PanelPacking.FirstColumn(block, tile, channels);
            var biases = (int*)packed;
            var factors = (float*)(biases + tile);
            var filters = (sbyte*)(factors + tile);
            for (int i = 0; i < tile; i++)
            {
                int c = first + i;
                bool inside = c < channels;
                int sum = 0;
                for (int slot = 0; slot < slots; slot++)
                {
                    int t = Tap(kernel, slot, kernelH, kernelW);
                    sbyte w = inside && t >= 0 ? weights[(nint)c * taps + t] : (sbyte)0;
                    filters[((nint)(slot / unit) * tile + i) * unit + slot % unit] = w;
                    sum += w;
                }
                biases[i] = inside ? unchecked(bias[c] - inputZeroPoint * sum) : 0;
                factors[i] = inside ? scales[c] : 0;
            }
            packed = (byte*)(filters + (nint)slots * tile);
        }
    }

    /// <summary>Packs float weights [channels, kernelH, kernelW].</summary>
    public static void PackFloat(KernelEntry kernel, float* weights, float* bias, int kernelH, int kernelW, int channels, byte* packed)
    {
        int tile = kernel.ColumnTile, unit = kernel.DepthUnit, slots = Slots(kernel, kernelH, kernelW), taps = kernelH * kernelW;
        for (int block = 0; block < channels; block += tile)
        {
            int first = PanelPacking.FirstColumn(block, tile, channels);
            var biases = (float*)packed;
            float* filters = biases + tile;
            for (int i = 0; i < tile; i++)
            {
                int c = first + i;
                for (int slot = 0; slot < slots; slot++)
                {
                    int t = Tap(kernel, slot, kernelH, kernelW);
                    filters[((nint)(slot / unit) * tile + i) * unit + slot % unit] = c < channels && t >= 0 ? weights[(nint)c * taps + t] : 0;
                }
                biases[i] = c < channels ? bias[c] : 0;
            }
            packed = (byte*)(filters + (nint)slots * tile);
        }
    }

    private static int Slots(in KernelEntry kernel, int kernelH, int kernelW) => kernel.TapOrder switch
    {
        TapOrder.Columns => kernelW * PanelPacking.RoundUp(kernelH, kernel.DepthUnit),
        TapOrder.ColumnsThenLastRow => (kernelW + 2) * kernel.DepthUnit,
        _ => PanelPacking.RoundUp(kernelH * kernelW, kernel.DepthUnit),
    };

    /// <summary>The tap (ky · kernelW + kx) of a slot, or -1 for one that fills up.</summary>
    private static int Tap(in KernelEntry kernel, int slot, int kernelH, int kernelW)
    {
        int unit = kernel.DepthUnit;
        if (kernel.TapOrder == TapOrder.Rows) return slot < kernelH * kernelW ? slot : -1;
        if (kernel.TapOrder == TapOrder.ColumnsThenLastRow && slot >= kernelW * unit)
        {
            int last = slot - kernelW * unit, row = (kernelH - 1) * kernelW;
            return last < unit ? row + last : last == 2 * unit - 1 ? row + unit : -1;
        }
        int column = kernel.TapOrder == TapOrder.Columns ? PanelPacking.RoundUp(kernelH, unit) : unit;
        int ky = slot % column;
        return ky < kernelH ? ky * kernelW + slot / column : -1;
    }
}
