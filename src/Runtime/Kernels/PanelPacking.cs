namespace EdgeKit.Runtime.Kernels;

/// <summary>
/// Weight panels of the GEMM kernels. A panel serves ColumnTile output channels: their biases (4 bytes each), for INT8 their scales (4 bytes each), then for each tap and
/// each block of DepthUnit input channels, for each column, DepthUnit weights (in another order where pairs are turned). Missing columns and depths are zero. Of at least ColumnTile
/// columns the last panel covers the last ColumnTile, so that it overlaps the one before instead of reaching past the end.
/// </summary>
public static unsafe class PanelPacking
{
    /// <summary>Bytes of one panel.</summary>
    public static long PanelBytes(KernelEntry kernel, int taps, int depth, bool int8)
    {
        long weights = (long)taps * RoundUp(depth, kernel.DepthUnit) * kernel.ColumnTile;
        return kernel.ColumnTile * (int8 ? 8 : 4) + weights * (int8 ? 1 : 4);
    }

    /// <summary>Bytes of all panels of a matrix.</summary>
    public static long MatrixBytes(KernelEntry kernel, int taps, int depth, int columns, bool int8) =>
        (columns + kernel.ColumnTile - 1) / kernel.ColumnTile * PanelBytes(kernel, taps, depth, int8);

    /// <summary>
    /// Packs INT8 weights [columns, taps, depth]. The input's zero point goes into the bias: <c>bias[n] − zp · Σ w[n]</c>, modulo 2³² as the accumulator wraps.
    /// </summary>
    public static void PackInt8(KernelEntry kernel, sbyte* weights, int* bias, float* scales, int taps, int depth, int columns, int inputZeroPoint, byte* panels)
    {
        int tile = kernel.ColumnTile, unit = kernel.DepthUnit, blocks = RoundUp(depth, unit) / unit;
        for (int first = 0; first < columns; first += tile)
        {
            var biases = (int*)panels;
            var factors = (float*)(biases + tile);
            var packed = (sbyte*)(factors + tile);
            for (int n = 0; n < tile; n++)
            {
                int column = FirstColumn(first, tile, columns) + n;
                int sum = 0;
                if (column < columns)
                {
                    sbyte* w = weights + (nint)column * taps * depth;
                    for (int i = 0; i < taps * depth; i++) sum += w[i];
                }
                biases[n] = column < columns ? unchecked(bias[column] - (inputZeroPoint + kernel.InputOffset) * sum) : 0;
                factors[n] = column < columns ? scales[column] : 0;
            }
            for (int t = 0; t < taps; t++)
            {
                for (int b = 0; b < blocks; b++)
                {
                    for (int i = 0; i < tile * unit; i++)
                    {
                        int n = i / unit, k = b * unit + i % unit;
                        if (kernel.PairsTurned) Turn(b * tile * unit + i, tile, blocks * unit, out n, out k);
                        int column = FirstColumn(first, tile, columns) + n;
                        *packed++ = column < columns && k < depth ? weights[((nint)column * taps + t) * depth + k] : (sbyte)0;
                    }
                }
            }
            panels = (byte*)packed;
        }
    }

    /// <summary>Packs float weights [columns, taps, depth].</summary>
    public static void PackFloat(KernelEntry kernel, float* weights, float* bias, int taps, int depth, int columns, byte* panels)
    {
        int tile = kernel.ColumnTile, unit = kernel.DepthUnit, blocks = RoundUp(depth, unit) / unit;
        var packed = (float*)panels;
        for (int first = 0; first < columns; first += tile)
        {
            int start = FirstColumn(first, tile, columns);
            for (int n = 0; n < tile; n++) *packed++ = start + n < columns ? bias[start + n] : 0;
            for (int t = 0; t < taps; t++)
            {
                for (int b = 0; b < blocks; b++)
                {
                    for (int n = 0; n < tile; n++)
                    {
                        for (int u = 0; u < unit; u++)
                        {
                            int column = FirstColumn(first, tile, columns) + n, k = b * unit + u;
                            *packed++ = column < columns && k < depth ? weights[((nint)column * taps + t) * depth + k] : 0;
                        }
                    }
                }
            }
        }
    }

    /// <summary>The first column of the panel at <paramref name="first"/>: moved back where it would reach past the last column.</summary>
    public static int FirstColumn(int first, int tile, int columns) => int.Max(0, int.Min(first, columns - tile));

    /// <summary>
    /// Column and depth of byte <paramref name="i"/> of a tap for turned pairs, in blocks of 16 depths and at the end of 8. A block is four turns of groups of four columns; a group is
    /// as many lanes of 2 bytes as the block has pairs of depths. At turn s lane j holds pair j + s, past the last from the first on, and belongs to column j modulo 4.
    /// </summary>
    private static void Turn(int i, int tile, int depth, out int column, out int k)
    {
        int start = i / (16 * tile) * 16, block = int.Min(16, depth - start), within = i - start * tile;
        int turn = within / (block * tile / 4), group = within / block % (tile / 4), lane = i % block / 2;
        column = 4 * group + lane % 4;
        k = start + (2 * (lane + turn) + i % 2) % block;
    }

    internal static int RoundUp(int value, int unit) => (value + unit - 1) / unit * unit;
}
