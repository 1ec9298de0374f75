using System.Runtime.Intrinsics;

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
        int tile = kernel.ColumnTile, unit = kernel.DepthUnit, padded = RoundUp(depth, unit);
        nint columnBytes = (nint)taps * depth, tapBytes = (nint)padded * tile;
        for (int first = 0; first < columns; first += tile)
        {
            int start = FirstColumn(first, tile, columns), count = int.Min(tile, columns - start);
            var biases = (int*)panels;
            var factors = (float*)(biases + tile);
            var packed = (sbyte*)(factors + tile);
            if (count < tile || padded > depth) Clear(panels, tile * 8 + taps * tapBytes);
            for (int n = 0; n < count; n++)
            {
                sbyte* column = weights + (start + n) * columnBytes;
                biases[n] = unchecked(bias[start + n] - (inputZeroPoint + kernel.InputOffset) * Sum(column, columnBytes));
                factors[n] = scales[start + n];
                if (!kernel.PairsTurned) for (int t = 0; t < taps; t++) Spread(column + t * depth, depth, packed + t * tapBytes + n * unit, unit, tile * unit);
            }
            if (kernel.PairsTurned) for (int t = 0; t < taps; t++) Turn(weights + start * columnBytes + t * depth, columnBytes, count, depth, tile, padded, packed + t * tapBytes);
            panels = (byte*)(packed + taps * tapBytes);
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

    // The runtime's own way to clear memory is not there where the executor runs without the runtime.
    private static void Clear(byte* bytes, nint count)
    {
        nint i = 0;
        for (; i + Vector128<byte>.Count <= count; i += Vector128<byte>.Count) Vector128<byte>.Zero.Store(bytes + i);
        for (; i < count; i++) bytes[i] = 0;
    }

    /// <summary>Writes the depths of one column, <paramref name="unit"/> together and <paramref name="step"/> from one such group to the next.</summary>
    private static void Spread(sbyte* from, int depth, sbyte* to, int unit, int step)
    {
        int k = 0;
        switch (unit)
        {
            case 2:
                for (; k + 2 <= depth; k += 2, to += step) *(short*)to = *(short*)(from + k);
                break;
            case 4:
                for (; k + 4 <= depth; k += 4, to += step) *(int*)to = *(int*)(from + k);
                break;
        }
        for (int u = 0; k < depth; k++)
        {
            to[u] = from[k];
            if (++u == unit)
            {
                u = 0;
                to += step;
            }
        }
    }

    /// <summary>
    /// Writes one tap for turned pairs, in blocks of 16 depths and at the end of 8. A block is four turns of groups of four columns; a group is as many lanes of 2 bytes as the block has
    /// pairs of depths. At turn s lane j holds pair j + s, past the last from the first on, and belongs to column j modulo 4.
    /// </summary>
    private static void Turn(sbyte* weights, nint columnBytes, int columns, int depth, int tile, int padded, sbyte* to)
    {
        for (int start = 0; start < padded; start += 16)
        {
            int block = int.Min(16, padded - start);
            for (int turn = 0; turn < 4; turn++)
            {
                for (int group = 0; group < tile; group += 4)
                {
                    for (int i = 0; i < block; i++)
                    {
                        int column = group + i / 2 % 4, k = start + ((i + 2 * turn) & (block - 1));
                        *to++ = column < columns && k < depth ? weights[column * columnBytes + k] : (sbyte)0;
                    }
                }
            }
        }
    }

    private static int Sum(sbyte* values, nint count)
    {
        Vector128<int> sums = default;
        nint i = 0;
        for (; i + Vector128<sbyte>.Count <= count; i += Vector128<sbyte>.Count)
        {
            Vector128<sbyte> v = Vector128.Load(values + i);
            Vector128<short> pairs = Vector128.WidenLower(v) + Vector128.WidenUpper(v);
            sums += Vector128.WidenLower(pairs) + Vector128.WidenUpper(pairs);
        }
        int sum = Vector128.Sum(sums);
        for (; i < count; i++) sum += values[i];
        return sum;
    }

    internal static int RoundUp(int value, int unit) => (value + unit - 1) / unit * unit;
}
