using System.Runtime.Intrinsics;

namespace EdgeKit.Runtime.Kernels.Pixels;

/// <summary>Weighted sums of 8-bit samples, in 32-bit fixed point, rounded and clamped to 0 to 255: <c>(Σ x · w + half) >> bits</c>.</summary>
internal static unsafe class ResampleLoop<T> where T : struct, IPixelLanes
{
    private const int Half = 1 << (ResampleTaps.FractionBits - 1);

    /// <summary>Along a row: RGBX to RGB, of which a byte more is written.</summary>
    public static void Along(byte* rgbx, int* starts, int* weights, int length, byte* rgb, nint count)
    {
        for (nint x = 0; x < count; x++, weights += length)
        {
            byte* pixel = rgbx + (4 * (nint)starts[x]);
            Vector128<int> sum = Vector128.Create(Half);
            for (nint k = 0; k < length; k++) sum += T.Multiply(T.Widen(pixel + (4 * k)), Vector128.Create(weights[k]));
            Vector128<short> level = PixelVector.Saturated(sum >> ResampleTaps.FractionBits, sum);
            *(uint*)(rgb + (3 * x)) = PixelVector.Saturated(level, level).AsUInt32().ToScalar();
        }
    }

    /// <summary>Across rows: sample i of all, in steps of 16, so that up to 15 more are read and written.</summary>
    public static void Across(byte* rows, int* offsets, int* weights, int length, byte* output, nint count)
    {
        for (nint i = 0; i < count; i += Vector128<byte>.Count)
        {
            Vector128<int> a = Vector128.Create(Half), b = a, c = a, d = a;
            for (nint k = 0; k < length; k++)
            {
                byte* samples = rows + offsets[k] + i;
                Vector128<int> weight = Vector128.Create(weights[k]);
                a += T.Multiply(T.Widen(samples), weight);
                b += T.Multiply(T.Widen(samples + 4), weight);
                c += T.Multiply(T.Widen(samples + 8), weight);
                d += T.Multiply(T.Widen(samples + 12), weight);
            }
            Vector128<short> first = PixelVector.Saturated(a >> ResampleTaps.FractionBits, b >> ResampleTaps.FractionBits);
            Vector128<short> second = PixelVector.Saturated(c >> ResampleTaps.FractionBits, d >> ResampleTaps.FractionBits);
            PixelVector.Saturated(first, second).Store(output + i);
        }
    }
}
