using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace EdgeKit.Runtime.Kernels.Arm;

/// <summary>
/// <see cref="Requantize.ToInt8"/> of 16 sums. Every step saturates, so clamping the float before rounding and clamping the byte after it give the same bits.
/// </summary>
internal readonly struct NeonRequantize<TRange>(int zeroPoint, int min, int max) where TRange : struct, IOutputRange
{
    private readonly Vector128<short> _zeroPoint = Vector128.Create((short)zeroPoint);
    private readonly Vector128<sbyte> _min = Vector128.Create((sbyte)min);
    private readonly Vector128<sbyte> _max = Vector128.Create((sbyte)max);

    /// <summary>Sums of channels 0-3, 4-7, 8-11 and 12-15 with their scales.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector128<sbyte> ToInt8(Vector128<int> s0, Vector128<int> s1, Vector128<int> s2, Vector128<int> s3,
        Vector128<float> f0, Vector128<float> f1, Vector128<float> f2, Vector128<float> f3)
    {
        Vector128<short> low = AdvSimd.ExtractNarrowingSaturateUpper(AdvSimd.ExtractNarrowingSaturateLower(Round(s0, f0)), Round(s1, f1));
        Vector128<short> high = AdvSimd.ExtractNarrowingSaturateUpper(AdvSimd.ExtractNarrowingSaturateLower(Round(s2, f2)), Round(s3, f3));
        low = AdvSimd.AddSaturate(low, _zeroPoint);
        high = AdvSimd.AddSaturate(high, _zeroPoint);
        Vector128<sbyte> bytes = AdvSimd.ExtractNarrowingSaturateUpper(AdvSimd.ExtractNarrowingSaturateLower(low), high);
        return TRange.Whole ? bytes : AdvSimd.Min(AdvSimd.Max(bytes, _min), _max);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Round(Vector128<int> sums, Vector128<float> scales) =>
        AdvSimd.ConvertToInt32RoundToEven(AdvSimd.Multiply(AdvSimd.ConvertToSingle(sums), scales));
}

/// <summary>Whether outputs are clamped within the range of a byte: the saturation at its ends is free.</summary>
internal interface IOutputRange
{
    static abstract bool Whole { get; }
}

/// <summary>Outputs from -128 to 127.</summary>
internal readonly struct WholeRange : IOutputRange
{
    public static bool Whole => true;
}

/// <summary>Outputs clamped to less.</summary>
internal readonly struct ClampedRange : IOutputRange
{
    public static bool Whole => false;
}
