using System.Runtime.Intrinsics;

namespace EdgeKit.Runtime.Kernels.Elementwise;

/// <summary>The pixels of a pooling window that lie inside the map.</summary>
internal unsafe struct Window
{
    public byte* Pixels;
    public nint RowStep, ColumnStep;
    public int Rows, Columns;

    public readonly byte* Pixel(int row, int column) => Pixels + row * RowStep + column * ColumnStep;
}

/// <summary>Pooling windows.</summary>
internal static unsafe class WindowLoops
{
    /// <summary>The largest code of each channel, the lowest code where the window is empty. The output lies outside the window.</summary>
    public static void Max(in Window window, sbyte* output, int channels)
    {
        int step = Vector128<sbyte>.Count;
        if (channels < step)
        {
            for (int c = 0; c < channels; c++) output[c] = sbyte.MinValue;
            for (int row = 0; row < window.Rows; row++)
            {
                for (int column = 0; column < window.Columns; column++) RowLoops.Max(output, (sbyte*)window.Pixel(row, column), channels);
            }
            return;
        }
        byte* pixels = window.Pixels;
        nint rowStep = window.RowStep, columnStep = window.ColumnStep;
        int rows = window.Rows, columns = window.Columns;
        for (int first = 0; first < channels; first += 2 * step)
        {
            // Vectors at the end do again what they share with those before them.
            int at = int.Min(first, channels - step), next = int.Min(first + step, channels - step);
            Vector128<sbyte> largest = Vector128.Create(sbyte.MinValue), largestNext = largest;
            byte* row = pixels + at;
            nint distance = next - at;
            for (int r = rows; r > 0; r--, row += rowStep)
            {
                byte* pixel = row;
                for (int c = columns; c > 0; c--, pixel += columnStep)
                {
                    largest = Vector128.Max(largest, Vector128.Load((sbyte*)pixel));
                    largestNext = Vector128.Max(largestNext, Vector128.Load((sbyte*)pixel + distance));
                }
            }
            largest.Store(output + at);
            largestNext.Store(output + next);
        }
    }
}
