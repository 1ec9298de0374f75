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
    /// <summary>Codes whose sum fits 16 bits.</summary>
    private const int MostInInt16 = 255;

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

    /// <summary><c>f(… f(f(start, pixel 0), pixel 1) …)</c> of each channel. The output lies outside the window.</summary>
    public static void Fold<T>(in Window window, float start, float* output, int channels) where T : struct, IBinaryFunction
    {
        int step = Partial.Step, first = 0;
        byte* pixels = window.Pixels;
        nint rowStep = window.RowStep, columnStep = window.ColumnStep;
        int rows = window.Rows, columns = window.Columns;
        for (; first <= channels - 4 * step; first += 4 * step)
        {
            Vector128<float> f0 = Vector128.Create(start), f1 = f0, f2 = f0, f3 = f0;
            byte* row = pixels + (nint)first * sizeof(float);
            for (int r = rows; r > 0; r--, row += rowStep)
            {
                byte* pixel = row;
                for (int c = columns; c > 0; c--, pixel += columnStep)
                {
                    f0 = T.Invoke(f0, Vector128.Load((float*)pixel));
                    f1 = T.Invoke(f1, Vector128.Load((float*)pixel + step));
                    f2 = T.Invoke(f2, Vector128.Load((float*)pixel + 2 * step));
                    f3 = T.Invoke(f3, Vector128.Load((float*)pixel + 3 * step));
                }
            }
            f0.Store(output + first);
            f1.Store(output + first + step);
            f2.Store(output + first + 2 * step);
            f3.Store(output + first + 3 * step);
        }
        for (int c = first; c < channels; c++) output[c] = start;
        for (int row = 0; row < rows; row++)
            for (int column = 0; column < columns; column++) RowLoops.Fold<T>(output + first, (float*)window.Pixel(row, column) + first, channels - first);
    }

    /// <summary>sums[c] = start + the sum of a channel's codes in the window.</summary>
    public static void Sum(in Window window, int* sums, int channels, int start)
    {
        int step = Vector128<sbyte>.Count;
        if (channels < step)
        {
            for (int c = 0; c < channels; c++) sums[c] = start;
            for (int row = 0; row < window.Rows; row++)
            {
                for (int column = 0; column < window.Columns; column++) RowLoops.Add(sums, (sbyte*)window.Pixel(row, column), channels);
            }
            return;
        }
        byte* pixels = window.Pixels;
        nint rowStep = window.RowStep, columnStep = window.ColumnStep;
        int rows = window.Rows, columns = window.Columns;
        for (int first = 0; first < channels; first += step)
        {
            // The last vector does again what it shares with the one before it.
            int at = int.Min(first, channels - step);
            Vector128<int> sum0 = Vector128.Create(start), sum1 = sum0, sum2 = sum0, sum3 = sum0;
            byte* row = pixels + at;
            for (int r = rows; r > 0; r--, row += rowStep)
            {
                byte* pixel = row;
                for (int left = columns; left > 0; left -= MostInInt16)
                {
                    Vector128<short> low = Vector128<short>.Zero, high = low;
                    for (int c = int.Min(left, MostInInt16); c > 0; c--, pixel += columnStep)
                    {
                        Vector128<sbyte> codes = Vector128.Load((sbyte*)pixel);
                        low += Vector128.WidenLower(codes);
                        high += Vector128.WidenUpper(codes);
                    }
                    sum0 += Vector128.WidenLower(low);
                    sum1 += Vector128.WidenUpper(low);
                    sum2 += Vector128.WidenLower(high);
                    sum3 += Vector128.WidenUpper(high);
                }
            }
            sum0.Store(sums + at);
            sum1.Store(sums + at + 4);
            sum2.Store(sums + at + 8);
            sum3.Store(sums + at + 12);
        }
    }
}
