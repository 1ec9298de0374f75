using System.Runtime.Intrinsics;

namespace EdgeKit.Runtime.Kernels.Elementwise;

/// <summary>QuantizeLinear and DequantizeLinear over rows.</summary>
internal static unsafe class QuantizeLoop
{
    /// <summary><c>y = saturate(round_half_even(x / scale) + zp)</c>. The value is clamped before it is rounded, which is the same; NaN gives the zero point.</summary>
    public static void Quantize(float* x, sbyte* y, nint count, float scale, int zeroPoint)
    {
        Vector128<float> divisor = Vector128.Create(scale), low = Vector128.Create((float)(sbyte.MinValue - zeroPoint)), high = Vector128.Create((float)(sbyte.MaxValue - zeroPoint));
        for (nint i = 0; i < count; i += Partial.Step)
        {
            Vector128<float> value = Vector128.Min(Vector128.Max(Partial.Load(x + i, 1, count - i) / divisor, low), high);
            Partial.Store(Partial.Round(value) + Vector128.Create(zeroPoint), y + i, count - i);
        }
    }

    /// <summary><c>y = (q − zp) · scale</c>.</summary>
    public static void Dequantize(sbyte* q, float* y, nint count, float scale, int zeroPoint)
    {
        Vector128<float> zero = Vector128.Create((float)zeroPoint), factor = Vector128.Create(scale);
        for (nint i = 0; i < count; i += Partial.Step)
            Partial.Store((Partial.Load(q + i, 1, count - i) - zero) * factor, y + i, count - i);
    }
}
